"""What animators see of an audience: who is in it and why, who was left out and why; by name where they may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.context import mention
from bot.i18n import _, plural
from bot.text import Content, Day, Text
from bot.ui import Button, Card, Item
from commands.checkins.feature import checkins
from commands.checkins.wording import LEFT_OUT, title_of
from storage.checkin import Campaign, LeftOut, Sending

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.model import Member
    from bot.paging import Page
    from commands.checkins.asking import Listed

PAGE: Final = 8


@dataclass(frozen=True, slots=True)
class Extent:
    """How many there are, how many of them may be shown by name, and which page of those this is."""

    total: int
    named: int
    page: Page

    @property
    def body(self) -> tuple[Content, ...]:
        """How many there are; and how many are not shown by name, and why."""
        hidden = self.total - self.named
        return (
            plural("{count} member", "{count} members", self.total),
            plural(
                "{count} of them is not named: that nothing came to them is theirs to tell, once I have asked what is missing.",
                "{count} of them are not named: that nothing came to them is theirs to tell, once I have asked what is missing.",
                hidden,
            )
            if hidden
            else "",
        )


def members_card(campaign: Campaign, listed: Sequence[Listed], without: Mapping[int, LeftOut], extent: Extent) -> Card:
    """Return a page of who is in an audience, each with the reason, and whether they would be left out."""
    return Card(
        title=_("Who is in it: {title}", title=title_of(campaign)),
        body=extent.body if extent.total else _("Nobody at the moment."),
        items=tuple(
            Item(
                _(
                    "**{name}** {why}; left out: {reason}",
                    name=mention(one.member),
                    why=one.why,
                    reason=LEFT_OUT[without[one.member.id]],
                )
                if one.member.id in without
                else Text("**{name}** {why}", {"name": mention(one.member), "why": one.why})
            )
            for one in listed
        ),
        controls=(
            *extent.page.buttons(lambda number: checkins.id("members", campaign.id, number)),
            Button(_("To the check-in"), checkins.id("campaign", campaign.id)),
        ),
        note=_("Those who run the community are not asked: they would write to themselves."),
    )


def without_card(campaign: Campaign, sending: Sending, left: Sequence[tuple[Member, LeftOut]], extent: Extent) -> Card:
    """Return a page of who was left out of a sending, and why."""
    return Card(
        title=_("Left out on {date}", date=Day(sending.date)),
        body=extent.body if extent.total else _("Nobody was left out."),
        items=tuple(Item(Text("**{name}** {why}", {"name": mention(member), "why": LEFT_OUT[why]})) for member, why in left),
        controls=(
            *extent.page.buttons(lambda number: checkins.id("without", sending.id, number)),
            Button(_("To the check-in"), checkins.id("campaign", campaign.id)),
        ),
        note=extent.page.note,
    )
