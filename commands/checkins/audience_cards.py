"""What animators see of an audience: who is in it and why, who was left out and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.context import mention
from bot.i18n import _, plural
from bot.text import Day, Text
from bot.ui import Button, Card, Item
from commands.checkins.feature import checkins
from commands.checkins.wording import LEFT_OUT, title_of
from storage.checkin import Campaign, LeftOut, Sending

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from commands.checkins.asking import Listed

PAGE: Final = 8


def members_card(
    campaign: Campaign, listed: Sequence[Listed], left: Sequence[tuple[Member, LeftOut]], page: int, total: int
) -> Card:
    """Return a page of who is in an audience, each with the reason, and whether they would be left out."""
    without = {member.id: why for member, why in left}
    last = max(0, (total - 1) // PAGE)
    return Card(
        title=_("Who is in it: {title}", title=title_of(campaign)),
        body=plural("{count} member", "{count} members", total) if total else _("Nobody at the moment."),
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
            *((Button(_("Back"), checkins.id("members", campaign.id, page - 1)),) if page else ()),
            *((Button(_("More"), checkins.id("members", campaign.id, page + 1)),) if page < last else ()),
            Button(_("To the check-in"), checkins.id("campaign", campaign.id)),
        ),
        note=_("Those who run the community are not asked: they would write to themselves."),
    )


def without_card(campaign: Campaign, sending: Sending, left: Sequence[tuple[Member, LeftOut]], page: int, total: int) -> Card:
    """Return a page of who was left out of a sending, and why."""
    last = max(0, (total - 1) // PAGE)
    return Card(
        title=_("Left out on {date}", date=Day(sending.date)),
        body=plural("{count} member", "{count} members", total) if total else _("Nobody was left out."),
        items=tuple(Item(Text("**{name}** {why}", {"name": mention(member), "why": LEFT_OUT[why]})) for member, why in left),
        controls=(
            *((Button(_("Back"), checkins.id("without", sending.id, page - 1)),) if page else ()),
            *((Button(_("More"), checkins.id("without", sending.id, page + 1)),) if page < last else ()),
            Button(_("To the check-in"), checkins.id("campaign", campaign.id)),
        ),
    )
