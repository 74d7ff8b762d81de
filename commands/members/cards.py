"""What members see of each other: plain functions from values to cards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.context import mention
from bot.i18n import _, plural
from bot.paging import page_of
from bot.skills.reasons import in_words
from bot.text import Content, Day, Listing, Text
from bot.ui import Button, Card, Fact, Item, Link, Style, Tone, shorten
from commands.members.feature import AVAILABLE, INTRODUCE, MEMBERS, introductions, profiles, proposals
from commands.members.forms import SEARCH, VALUES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from bot.skills.ranking import Match
    from storage.profiles import Availability, Profile

PAGE: Final = 8
"""Members on a page; a card holds eight lines."""
NAME: Final = 80
"""Characters of a name shown in a title."""
_SEE: Final = _("See their work")


def introduction(profile: Profile, *, availability: Availability) -> Card:
    """Return the card that everybody sees in the introductions channel."""
    return Card(
        title=shorten(profile.member.name, NAME),
        body=(_("{member} is part of the community.", member=mention(profile.member)), profile.introduction.does),
        facts=_facts(profile, availability),
        controls=(
            Button(_("Propose a meeting"), proposals.id("meet", profile.member.id), Style.PRIMARY),
            *link_to_work(profile),
        ),
    )


def profile_of_other(profile: Profile, *, availability: Availability) -> Card:
    """Return somebody's profile as another member sees it."""
    if profile.introduced_at is None:
        return Card(
            title=shorten(profile.member.name, NAME),
            body=_("{name} has not introduced themselves yet.", name=profile.member.name),
            facts=_availability_fact(availability),
        )
    return Card(
        title=shorten(profile.member.name, NAME),
        body=profile.introduction.does,
        facts=_facts(profile, availability),
        controls=(
            Button(_("Propose a meeting"), proposals.id("meet", profile.member.id), Style.PRIMARY),
            *link_to_work(profile),
        ),
    )


def own_profile(profile: Profile, *, availability: Availability) -> Card:
    """Return a member's own profile, with what can be changed in it."""
    if profile.introduced_at is None:
        return Card(
            title=_("Your profile"),
            body=_("You have not introduced yourself yet. It takes two minutes, and three possible allies come with it."),
            facts=_availability_fact(availability),
            controls=(Button(_("Introduce myself"), INTRODUCE, Style.PRIMARY), Button(_("My availability"), AVAILABLE)),
        )
    expects = tuple(VALUES[kind] for kind in profile.introduction.expects if kind in VALUES)
    return Card(
        title=_("Your profile"),
        body=profile.introduction.does,
        facts=_facts(profile, availability),
        controls=(
            Button(_("Edit"), INTRODUCE, Style.PRIMARY),
            Button(_("My availability"), AVAILABLE),
            Button(_("Possible allies"), introductions.id("allies")),
            *link_to_work(profile, _("See my work")),
        ),
        note=_("Seen only by you and the animators. What you expect first: {values}.", values=Listing(expects)) if expects else "",
    )


def availability_in_words(availability: Availability) -> Text | None:
    """Return what a member said of their time, or None where they said nothing."""
    if not availability.state:
        return None
    if availability.state == "yes":
        said = _("Available until {day}", day=Day(availability.until)) if availability.until else _("Available")
    elif availability.until:
        said = _("Not available until {day}", day=Day(availability.until))
    else:
        said = _("Not available at the moment")
    return _("{availability}: {note}", availability=said, note=availability.note) if availability.note else said


def available(availability: Availability) -> Card:
    """Return the answer to whoever said whether they have time."""
    said = availability_in_words(availability)
    if said is None:
        return Card(body=_("Noted: your profile no longer says whether you have time."), tone=Tone.GOOD)
    return Card(
        title=_("Noted"),
        body=(
            said,
            _("Members see it on your profile. After that day it disappears by itself.")
            if availability.until
            else _("Members see it on your profile."),
        ),
        tone=Tone.GOOD,
        controls=(Button(_("Change"), AVAILABLE),),
    )


def directory(found: Sequence[Profile], total: int, number: int, search: str = "") -> Card:
    """Return a page of the members; pages count from 0."""
    if not total:
        return _nobody(search)
    page = page_of(total, number, PAGE)
    words = search[:SEARCH]
    controls = [*page.buttons(lambda to: profiles.id("page", to, words)), Button(_("Search"), profiles.id("find"))]
    return Card(
        title=_("Members: “{search}”", search=words) if words else _("Members"),
        body=plural("{count} member introduced themselves.", "{count} members introduced themselves.", total)
        if not words
        else plural("{count} member found.", "{count} members found.", total),
        items=tuple(
            Item(
                _("**{name}**: {trade}", name=profile.member.name, trade=shorten(profile.introduction.does, 120)),
                Button(_("Profile"), profiles.id("show", profile.member.id)),
            )
            for profile in found
        ),
        controls=tuple(controls),
        note=page.note,
    )


def _nobody(search: str) -> Card:
    if search:
        return Card(
            title=_("Nobody found"),
            body=_("Nobody matches “{search}”. One word of a name, a trade or a skill is enough.", search=search),
            controls=(Button(_("Search again"), profiles.id("find"), Style.PRIMARY), Button(_("All members"), MEMBERS)),
        )
    return Card(
        title=_("Members"),
        body=_("Nobody has introduced themselves yet. Somebody has to be the first: why not you?"),
        controls=(Button(_("Introduce myself"), INTRODUCE, Style.PRIMARY),),
    )


def _facts(profile: Profile, availability: Availability) -> tuple[Fact, ...]:
    told = profile.introduction
    return (
        Fact(_("Offers"), told.offers),
        *((Fact(_("Seeks"), told.seeks),) if told.seeks else ()),
        *_availability_fact(availability),
    )


def _availability_fact(availability: Availability) -> tuple[Fact, ...]:
    said = availability_in_words(availability)
    return (Fact(_("Time"), said),) if said is not None else ()


def link_to_work(profile: Profile, label: Text = _SEE) -> tuple[Link, ...]:
    """Return the button to somebody's work, where they gave an address."""
    return (Link(label, profile.introduction.link),) if profile.introduction.link else ()


# ---------------------------------------------------------------- joining


def welcome(member: Member, community: str) -> Card:
    """Return the only message that a newcomer gets without asking: what the community gives, what the bot keeps, one button."""
    return Card(
        title=_("Welcome, {name}", name=shorten(member.name, NAME)),
        body=(
            _(
                "{community} is a place for people who work for themselves: here you find help, allies and business, "
                "and you decide what you take part in.",
                community=community,
            ),
            _(
                "I am Confrère, its bot. I keep what you tell me (your introduction, your choices) and never read what you "
                "write to others. You can change or take back everything."
            ),
        ),
        controls=(Button(_("Introduce myself"), INTRODUCE, Style.PRIMARY),),
    )


def welcome_back(member: Member) -> Card:
    """Return the message to a member who returns, and whose card returned with them."""
    return Card(
        title=_("Good to see you again, {name}", name=shorten(member.name, NAME)),
        body=_("Your card is back in the introductions channel. Has something changed since?"),
        controls=(Button(_("Edit"), INTRODUCE, Style.PRIMARY),),
    )


def reminder(member: Member, *, last: bool) -> Card:
    """Return a reminder to a newcomer; the last one says that it is."""
    return Card(
        title=_("{name}, two minutes?", name=shorten(member.name, NAME)) if not last else "",
        body=_("This is my last word about it: if one day you want to introduce yourself, the button will still work.")
        if last
        else _("A few words about what you do, and I show you three members worth knowing. Only if you feel like it."),
        controls=(
            Button(_("Introduce myself"), INTRODUCE, Style.PRIMARY),
            *(() if last else (Button(_("No thanks"), introductions.id("no_thanks")),)),
        ),
    )


def no_thanks() -> Card:
    """Return the answer to a newcomer who wants no reminders."""
    return Card(
        body=_("Understood, I will not mention it again. You are welcome as you are."),
        controls=(Button(_("Introduce myself"), INTRODUCE),),
    )


def introduced(member: Member, allies: Sequence[Match], *, posted: bool, again: bool) -> Card:
    """Return the private answer to whoever introduced themselves: where the card is, and possible allies."""
    if again:
        where = _("Your card is up to date wherever it was posted.") if posted else _("Your profile is up to date.")
    elif posted:
        where = _("Your card is in the introductions channel. When you change it, it changes there.")
    else:
        where = _("Your introduction is kept. The card is posted as soon as the animators have chosen a channel for it.")
    return Card(
        title=_("Thank you, {name}", name=shorten(member.name, NAME)),
        body=(where, _who_may_help(allies)),
        items=_allies(allies),
        tone=Tone.GOOD,
        controls=(Button(_("My profile"), "command:run:profile"), Button(_("All members"), MEMBERS)),
    )


def allies(matches: Sequence[Match]) -> Card:
    """Return possible allies, asked for from the profile."""
    return Card(title=_("Possible allies"), body=_who_may_help(matches), items=_allies(matches))


def _who_may_help(matches: Sequence[Match]) -> Content:
    if not matches:
        return _("Nobody else has introduced themselves yet. Your profile shows possible allies as soon as there are some.")
    return plural(
        "{count} member you may want to know. If you propose a meeting, they are asked first.",
        "{count} members you may want to know. If you propose a meeting, they are asked first.",
        len(matches),
    )


def _allies(matches: Sequence[Match]) -> tuple[Item, ...]:
    return tuple(
        Item(
            _("**{name}** {reasons}.", name=match.member.name, reasons=in_words(match.reasons))
            if match.reasons
            else Text("**{name}**", {"name": match.member.name}),
            Button(_("Propose a meeting"), proposals.id("meet", match.member.id)),
        )
        for match in matches
    )
