"""What an animator sees who thinks of a circle for somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.i18n import _
from bot.paging import page_of
from bot.ui import Button, Card, Item, Tone, shorten
from commands.circles.feature import PANEL, circles
from commands.circles.wording import PERSON, called, head_count, named, rhythm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from bot.text import Text
    from storage.circle import Circle

PAGE: Final = 6


def offer_card(member: Member, found: Sequence[Circle], total: int, number: int, *, enough: bool) -> Card:
    """Return the circles that have room; pages count from 0. `enough`: somebody is in as many as anybody can be."""
    page = page_of(total, number, PAGE)
    if enough:
        said: Text = _("{name} is in three circles already: enough for anybody’s week.", name=named(member))
    elif total:
        said = _("{name} is asked, and may say no without a word.", name=named(member))
    else:
        said = _("I have no circle to offer at the moment. You can form one, or let the engine propose some.")
    return Card(
        title=_("A circle for {name}", name=shorten(member.name, PERSON)),
        body=said,
        items=tuple(
            Item(
                _(
                    "**{name}**, {rhythm}: {people}",
                    name=called(circle),
                    rhythm=rhythm(circle.rule),
                    people=head_count(circle.members),
                ),
                Button(_("Invite"), circles.id("offered", circle.id, member.id)),
            )
            for circle in found[:PAGE]
        ),
        controls=(
            *page.buttons(lambda to: circles.id("offer", member.id, to)),
            Button(_("Circles"), PANEL),
            Button(_("Back"), f"attention:look:m{member.id}:0"),
        ),
        note=page.note,
    )


def offered_card(member: Member, news: Text) -> Card:
    """Return the answer to the animator who invited."""
    return Card(body=news, tone=Tone.GOOD, controls=(Button(_("Back"), f"attention:look:m{member.id}:0"),))


def asked(circle: Circle, member: Member, *, later: bool) -> Text:
    """Say that somebody is invited; `later`: they find it themselves, since they had enough messages this week."""
    if later:
        return _(
            "{name} finds the invitation to “{circle}” under “circle”: they had enough messages this week.",
            name=named(member),
            circle=called(circle),
        )
    return _("{name} is invited to “{circle}”, in their own hours.", name=named(member), circle=called(circle))


def already(circle: Circle, member: Member) -> Text:
    """Say that somebody is in it, invited, or asked to come in."""
    return _("{name} is in “{circle}”, or invited already, or has asked to come in.", name=named(member), circle=called(circle))
