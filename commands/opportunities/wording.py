"""What the parts of an opportunity are called, and its facts as every card shows them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from bot.context import mention
from bot.i18n import _
from bot.text import Content, Day, Listing, Moment, Text
from bot.ui import Fact
from commands.opportunities import budget
from storage.opportunity import Contents, Fee, Kind, Opportunity, Payer, Place, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: Final[Mapping[Kind, Text]] = {
    Kind.MISSION: _("Mission"),
    Kind.SUBCONTRACTING: _("Subcontracting"),
    Kind.PARTNERSHIP: _("Partnership"),
    Kind.TEAM: _("Team wanted"),
    Kind.OTHER: _("Other opportunity"),
}
PLACES: Final[Mapping[Place, Text]] = {
    Place.REMOTE: _("Remote"),
    Place.HYBRID: _("Hybrid"),
    Place.SITE: _("On site"),
}
FEES: Final[Mapping[tuple[Fee, Payer | None], Text]] = {
    (Fee.NONE, None): _("No referral fee"),
    (Fee.DISCUSSED, None): _("To be discussed"),
    (Fee.PERCENT, Payer.TAKER): _("A percentage, paid by whoever gets it"),
    (Fee.PERCENT, Payer.CLIENT): _("A percentage, paid by the client"),
    (Fee.PERCENT, Payer.POSTER): _("A percentage, paid by me to who recommends"),
    (Fee.FIXED, Payer.TAKER): _("A fixed amount, paid by whoever gets it"),
    (Fee.FIXED, Payer.CLIENT): _("A fixed amount, paid by the client"),
    (Fee.FIXED, Payer.POSTER): _("A fixed amount, paid by me to who recommends"),
}
"""What can be chosen of a referral fee."""
STATUSES: Final[Mapping[Status, Text]] = {
    Status.DRAFT: _("draft"),
    Status.OPEN: _("open"),
    Status.TALKS: _("in talks"),
    Status.FILLED: _("filled by a member"),
    Status.ELSEWHERE: _("filled elsewhere"),
    Status.WITHDRAWN: _("withdrawn"),
    Status.EXPIRED: _("expired"),
    Status.CLOSED: _("closed"),
    Status.REMOVED: _("removed by an animator"),
}


def heading(contents: Contents) -> Content:
    """Return the title with the kind before it, where it is chosen."""
    return _("{kind}: {title}", kind=KINDS[contents.kind], title=contents.title) if contents.kind else contents.title


def budget_line(contents: Contents) -> Text:
    """Return the budget as every reader sees it."""
    return budget.in_words(budget.read(contents.budget)) if contents.budget else _("not stated yet")


def place_line(contents: Contents) -> Text:
    """Return where the work is done."""
    if contents.place is None:
        return _("not stated yet")
    if contents.where:
        return _("{place}, {where}", place=PLACES[contents.place], where=contents.where)
    return Text("{place}", {"place": PLACES[contents.place]})


def percentage(share: str) -> Decimal | None:
    """Return a percentage as people write it, above 0 and up to 100; None where it is none."""
    try:
        found = Decimal(share.replace("%", "").replace(",", ".").strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 < found <= 100 else None  # noqa: PLR2004 - per cent


def fee_line(contents: Contents) -> Text:
    """Return the referral fee: how much, and who pays it."""
    match contents.fee:
        case None:
            return _("not stated yet")
        case Fee.NONE:
            return _("none")
        case Fee.DISCUSSED:
            return _("to be discussed")
        case Fee.PERCENT:
            share: Text = _("{share} %", share=float(percentage(contents.share) or 0))
        case Fee.FIXED:
            share = budget.in_words(budget.read(contents.share))
    match contents.payer:
        case Payer.CLIENT:
            return _("{share}, paid by the client", share=share)
        case Payer.POSTER:
            return _("{share}, paid to whoever recommends who gets it", share=share)
        case _:
            return _("{share}, paid by whoever gets it", share=share)


def facts(contents: Contents) -> tuple[Fact, ...]:
    """Return what is said of an opportunity, the same on every card."""
    return (
        *((Fact(_("Skills"), contents.skills),) if contents.skills else ()),
        Fact(_("Budget"), budget_line(contents)),
        Fact(_("Where"), place_line(contents)),
        *((Fact(_("Deadline"), deadline_line(contents)),) if contents.until or contents.deadline else ()),
        Fact(_("Referral fee"), fee_line(contents)),
    )


def last_day(contents: Contents, expires_at: dt.datetime) -> Day | Moment:
    """Return the last day on which it can be answered: it expires as that day ends."""
    return Day(contents.until) if contents.until else Moment(expires_at - dt.timedelta(seconds=1), "date")


def deadline_line(contents: Contents) -> Content:
    """Return the deadline as a date, else in the poster's words."""
    return Text("{date}", {"date": Day(contents.until)}) if contents.until else contents.deadline


def standing(opportunity: Opportunity) -> Text:
    """Return where an opportunity stands, in a few words."""
    if opportunity.status is Status.FILLED and opportunity.filled_by is not None:
        return _("filled by {name}", name=mention(opportunity.filled_by))
    if opportunity.reviewed_since is not None:
        return _("an animator looks at it")
    return STATUSES[opportunity.status]


def missing(contents: Contents) -> Listing | None:
    """Return what has to be said before it can be published, or None."""
    wanted = (
        (_("the budget"), contents.budget),
        (_("the kind"), contents.kind),
        (_("where the work is done"), contents.place),
        (_("the referral fee"), contents.fee),
    )
    return None if contents.complete else Listing(tuple(text for text, said in wanted if not said))


def decision(opportunity: Opportunity) -> Text:
    """Return what an animator decided about what was reported; where it ended otherwise, how."""
    return _("kept as it is") if opportunity.live else standing(opportunity)
