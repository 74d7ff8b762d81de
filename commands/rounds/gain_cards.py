"""What members see after a meeting: what was useful, a word of thanks, whom they would rather not meet again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.context import mention
from bot.gains import GAINS, choices
from bot.i18n import _
from bot.text import Text
from bot.ui import CHOICE, Button, Card, Choice, Form, Item, LongText, OneChoice, Tone, shorten
from commands.rounds.feature import MEET, rounds
from commands.rounds.meeting_cards import over_card

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from storage.meeting import Meeting

PRIVATE, PUBLIC = "private", "public"
PAGE = 7
"""Wishes on a page."""


def useful_form(meeting: Meeting, others: Sequence[Member]) -> Form:
    """Return the form that asks what was useful, and for a word of thanks."""
    return Form(
        rounds.id("gained", meeting.id),
        _("What was useful"),
        (
            *(
                (
                    OneChoice(
                        name="giver",
                        label=_("Thanks to whom?"),
                        choices=tuple(Choice(str(one.id), shorten(one.name, CHOICE)) for one in others),
                        initial=str(others[0].id),
                    ),
                )
                if len(others) > 1
                else ()
            ),
            OneChoice(
                name="gain",
                label=_("What did it bring you most?"),
                hint=_("Only the two of you see it; others see totals."),
                choices=choices(GAINS),
            ),
            LongText(name="thanks", label=_("A word of thanks to them"), required=False, maximum=500),
            OneChoice(
                name="visibility",
                label=_("Who sees your thanks?"),
                required=False,
                choices=(Choice(PRIVATE, _("Only the two of you")), Choice(PUBLIC, _("Everyone, in the thanks channel"))),
                initial=PRIVATE,
            ),
        ),
        _("Save"),
    )


def gained_card(giver: Member, *, thanked: bool) -> Card:
    """Return the answer to what was useful."""
    return Card(
        body=_("Noted, and {name} has your thanks.", name=mention(giver)) if thanked else _("Noted. Thank you for saying so."),
        tone=Tone.GOOD,
    )


def thanks_card(giver: Member, words: str) -> Card:
    """Return what somebody reads who is thanked after a meeting."""
    return Card(
        title=_("{name} thanks you", name=mention(giver)),
        body=(words, _("For your meeting of this round.")),
        tone=Tone.GOOD,
    )


def public_thanks_card(giver: Member, receiver: Member, words: str) -> Card:
    """Return what everyone reads."""
    return Card(
        title=_("Thank you, {name}", name=mention(receiver)),
        body=words,
        tone=Tone.GOOD,
        note=_("From {name}.", name=mention(giver)),
    )


def rather_not_card(meeting: Meeting, others: Sequence[Member]) -> Card:
    """Ask whom somebody would rather not meet again."""
    if not others:
        return over_card(met=False)
    return Card(
        title=_("Rather not again"),
        body=_("You are not put together any more. Nobody is told, now or later, and nothing else changes."),
        controls=tuple(
            Button(_("Not with {name}", name=shorten(one.name, 50)), rounds.id("exclude", meeting.id, one.id)) for one in others
        ),
    )


def excluded_card() -> Card:
    """Return the answer to whoever would rather not meet somebody again."""
    return Card(body=_("Noted, between you and me."), tone=Tone.GOOD)


def wishes_card(members: Sequence[Member], page: int) -> Card:
    """Return whom somebody would rather not meet, for them alone, each with a way to take it back."""
    last = max(0, (len(members) - 1) // PAGE)
    page = min(max(page, 0), last)
    return Card(
        title=_("Whom I would rather not meet"),
        body=_("You are not put together with them. The list is yours alone, and nobody is told, now or later.")
        if members
        else _("There is nobody on this list. Everybody can be put together with you."),
        items=tuple(
            Item(Text("{name}", {"name": shorten(one.name, 50)}), Button(_("Take off the list"), rounds.id("include", one.id)))
            for one in members[page * PAGE : (page + 1) * PAGE]
        ),
        controls=(
            *((Button(_("More"), rounds.id("wishes", page + 1 if page < last else 0)),) if last else ()),
            Button(_("Meetings"), MEET),
        ),
    )
