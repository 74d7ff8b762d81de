"""The animator's setup: which channels are used for what, the community's language and its time zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.context import Context
from bot.effects import Effects, OpenForm, Post, Remove, Reply
from bot.errors import Invalid, UserError
from bot.feature import Feature
from bot.i18n import LANGUAGE_NAMES, LOCALES, _, plain, plural, word
from bot.model import Channel
from bot.text import ChannelMention, Listing, Text
from bot.ui import Button, Card, ChannelField, Choice, Fact, Form, OneChoice, SearchField, Tone
from bot.zones import find_zone, search_zones, unknown_zone, zone_name
from storage.communities import Channels, Communities
from storage.copies import Copies
from storage.profiles import Profiles
from storage.programmes import Programmes
from storage.stopped import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping


ROLES: Final = {
    "introductions": _("Channel for introductions"),
    "help": _("Channel for requests"),
    "thanks": _("Channel for thanks"),
}
"""What a channel can be chosen for."""
HINTS: Final = {
    "introductions": _("Newcomers’ cards appear there."),
    "help": _("Where “who can help” goes, when a member chooses to ask everybody."),
    "thanks": _("Public thank-yous appear there."),
}

animator = Feature("animator")


def setup_form(chosen: Mapping[str, str], locale: str, zone: str) -> Form:
    """Return the form with what is set; `chosen` are channel ids by role."""
    return Form(
        animator.id("form"),
        _("Set up the community"),
        (
            *(
                ChannelField(name=role, label=label, hint=HINTS[role], initial=chosen.get(role, ""), required=False)
                for role, label in ROLES.items()
            ),
            OneChoice(
                name="language",
                label=_("Language of public messages"),
                choices=tuple(Choice(known, LANGUAGE_NAMES[known]) for known in LOCALES),
                initial=locale,
            ),
            SearchField(
                name="zone",
                label=_("Time zone"),
                hint=_("A large city or a country: Paris, Montréal, Senegal."),
                suggest=animator.id("zones"),
                initial=zone,
            ),
        ),
        send=_("Save"),
    )


def set_up_card(  # noqa: PLR0913 - what the answer depends on
    chosen: Mapping[str, Channel], locale: str, zone: str, waiting: int, written: str, *, meetings: bool = False
) -> Card:
    """Return what is set now, with a test message for each channel; `waiting` cards are about to be posted.

    `written` is the language of whoever reads it; `meetings`: a programme of meetings has just begun to run.
    """
    missing = [ROLES[role] for role in ROLES if role not in chosen]
    return Card(
        title=_("All set") if chosen else _("Noted"),
        body=(
            _("Not chosen yet: {channels}. Until then I keep these messages, or do without.", channels=Listing(tuple(missing)))
            if missing
            else _("Send a test message to see whether I may write there. You can change all this at any time."),
            plural(
                "{count} introduction was waiting for a channel: it appears there within a minute.",
                "{count} introductions were waiting for a channel: they appear there within a minute.",
                waiting,
            )
            if waiting and "introductions" in chosen
            else "",
            _("Members who join the meetings are put in touch in pairs every two weeks. Nobody is in them unless they join.")
            if meetings
            else "",
        ),
        facts=(
            *(Fact(ROLES[role], Text("{channel}", {"channel": shown(channel)})) for role, channel in chosen.items()),
            Fact(_("Language of public messages"), LANGUAGE_NAMES.get(locale, locale)),
            Fact(_("Time zone"), zone_name(zone, written)),
        ),
        tone=Tone.GOOD,
        controls=(
            *(Button(_TESTS[role], animator.id("test", role)) for role in chosen),
            Button(_("Opportunities"), "command:run:animator opportunities"),
            Button(_("Rounds"), "command:run:animator rounds"),
            Button(_("Icebreakers"), "command:run:animator icebreakers"),
            Button(_("Change"), "command:run:animator setup"),
        ),
    )


_TESTS: Final = {
    "introductions": _("Test message: introductions"),
    "help": _("Test message: requests"),
    "thanks": _("Test message: thanks"),
}


def shown(channel: Channel) -> ChannelMention:
    """Return a channel as a parameter of a text."""
    return ChannelMention(channel.external_id, channel.name)


def test_card(role: str) -> Card:
    """Return the test message of a channel."""
    purpose: Text = HINTS[role]
    return Card(title=_("A test message"), body=(_("If you can read this, I may write here."), purpose), tone=Tone.GOOD)


def tested_card() -> Card:
    """Return the answer to whoever asked for a test message."""
    return Card(body=_("Sent. If nothing appears within a minute, invite me to that channel and try again."), tone=Tone.GOOD)


@animator.command(word("animator setup"), _("Choose channels, language and time zone"), animator=True, opens=True)
async def setup(ctx: Context) -> Effects:
    """Open the form with what is set."""
    community = await ctx.use(Communities).current()
    return OpenForm(setup_form(await ctx.use(Channels).roles(ctx.workspace.id), community.locale, community.zone))


@animator.submit("form", animator=True)
async def set_up(  # noqa: PLR0913, PLR0917 - the fields of the form
    ctx: Context,
    language: str,
    zone: str,
    introductions: Channel | None = None,
    help: Channel | None = None,  # noqa: A002 - the field is named after the channel's role
    thanks: Channel | None = None,
) -> Effects:
    """Keep what was chosen for this workspace and for the community."""
    if language not in LOCALES:
        raise Invalid({"language": _("Choose one of the list.")})
    found = find_zone(zone)
    if found is None:
        raise Invalid({"zone": unknown_zone(zone)})
    channels = ctx.use(Channels)
    chosen = {"introductions": introductions, "help": help, "thanks": thanks}
    before = await channels.roles(ctx.workspace.id)
    for role, channel in chosen.items():
        await channels.set_role(ctx.workspace.id, role, channel.external_id if channel is not None else "")
    moved = [
        await ctx.use(Stopped).move(ctx.workspace.id, before[role], channel.external_id, ctx.now)
        for role, channel in chosen.items()
        if channel is not None and before.get(role, channel.external_id) != channel.external_id
    ]
    communities = ctx.use(Communities)
    await communities.change(locale=language, zone=found)
    await communities.greet(ctx.workspace.id, ctx.now)
    meetings = await ctx.use(Programmes).begin(plain(_("Meetings in pairs"), language), ctx.now)
    waiting = await _missing(ctx) if introductions is not None else 0
    kept = {role: channel for role, channel in chosen.items() if channel is not None}
    return [
        Reply(set_up_card(kept, language, found, waiting, ctx.locale, meetings=meetings)),
        *(Remove(f"stoppage:{stoppage}") for stoppage in moved if stoppage is not None),
    ]


async def _missing(ctx: Context) -> int:
    """Let the cards that are not in this workspace be posted, those that could not be delivered too; return how many."""
    profiles = ctx.use(Profiles)
    there = await ctx.use(Copies).standing(ctx.workspace.id, "introduction:")
    missing = [profile for profile in await profiles.introduced() if f"introduction:{profile.member.id}" not in there]
    for profile in missing:
        await profiles.published(profile.member.id, None)
    return len(missing)


@animator.action("test", animator=True)
async def test_message(ctx: Context, key: str) -> Effects:
    """Post a test message in the channel of a role."""
    if key not in ROLES or not await ctx.use(Channels).channels(key):
        raise UserError(_("No channel has been chosen for this yet."))
    return [Reply(tested_card()), Post(key, test_card(key))]


@animator.suggest("zones")
async def suggest_zones(ctx: Context, words: str = "") -> list[Choice]:
    """Complete a city, a country or a time zone."""
    return [Choice(zone.name, zone.label(ctx.locale)) for zone in search_zones(words or "")]
