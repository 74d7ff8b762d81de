"""Introducing one member to another: possible allies for the animator, the form, what the member is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.context import mention
from bot.i18n import _
from bot.skills.reasons import in_words
from bot.text import Text
from bot.ui import Button, Card, Form, Item, MemberField, ShortText, Style, shorten
from commands.attention.feature import NAME, WHY, attention
from commands.attention.wording import named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from bot.skills.ranking import Match
    from bot.text import Content


def allies_card(member: Member, allies: Sequence[Match]) -> Card:
    """Return whom a member may gain from knowing, with the reasons as they would see them."""
    return Card(
        title=_("Whom should {name} meet?", name=shorten(member.name, NAME)),
        body=(
            _("I ask {name} first. Only after their yes is the other one asked.", name=named(member)),
            _("The reasons are as {name} will read them: “you” is {name}.", name=named(member)),
        ),
        items=tuple(
            Item(
                reasons_of(match) or Text("**{name}**", {"name": match.member.name}),
                Button(_("Introduce"), attention.id("propose", member.id, match.member.id)),
            )
            for match in allies
        ),
        controls=(
            Button(_("Somebody else…"), attention.id("whom", member.id)),
            Button(_("Back"), attention.id("look", f"m{member.id}", 0)),
        ),
    )


def reasons_of(match: Match) -> Content:
    """Return why somebody is worth knowing, to whom it is proposed; nothing where there is no reason to tell."""
    return _("**{name}** {reasons}.", name=match.member.name, reasons=in_words(match.reasons)) if match.reasons else ""


def whom_form(member: Member) -> Form:
    """Return the form that asks whom somebody should meet."""
    return Form(
        attention.id("chosen", member.id),
        _("Introduce to…"),
        (
            MemberField(
                name="ally",
                label=_("Whom should they meet?"),
                hint=_("I ask {name} first. Only after their yes is the other one asked.", name=shorten(member.name, 30)),
            ),
            ShortText(name="why", label=_("Why these two? They read it"), required=False, maximum=WHY),
        ),
        _("Propose it"),
    )


def proposed_card(animator: Member, ally: Member, why: Content, trade: str) -> Card:
    """Return the question to the member; *Yes* asks the other one, as a proposal of their own."""
    return Card(
        title=_("{animator} thinks of somebody for you", animator=shorten(animator.name, NAME)),
        body=(_("Would you like to meet {name}? They are asked only if you say so.", name=mention(ally)), why),
        controls=(
            Button(_("Yes, ask them"), f"proposal:meet:{ally.id}", Style.PRIMARY),
            Button(_("Profile"), f"profile:show:{ally.id}"),
        ),
        note=trade,
    )


def asked(member: Member, ally: Member, *, later: bool) -> Text:
    """Say that a member is asked; `later`: when their messages of the week leave room, or in their digest."""
    if later:
        return _(
            "{name} is asked about {ally} in their weekly digest: they had enough messages this week, or wish it so.",
            name=named(member),
            ally=named(ally),
        )
    return _(
        "{name} is asked whether they would like to meet {ally}; after a yes, I ask the other one.",
        name=named(member),
        ally=named(ally),
    )


def not_the_moment(member: Member, ally: Member) -> Text:
    """Say that two are not brought together: they are in touch, were asked, or one would rather not; which of these is not told."""
    return _(
        "Nothing was sent: {name} and {ally} are in touch, one of them was asked lately, or it is not the moment for these two.",
        name=named(member),
        ally=named(ally),
    )


def unwanted(member: Member) -> Text:
    """Say that somebody wants no suggestions."""
    return _("{name} wants no suggestions of whom to meet, so nothing was sent. You can write to them.", name=named(member))
