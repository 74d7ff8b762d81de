"""`animator export`: the members as a file for a spreadsheet, with what anybody here may see of them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from bot.context import Context
from bot.effects import Effects, Reply
from bot.errors import LimitError, UserError
from bot.files import File, packed
from bot.i18n import _, plain, plural, today, word
from bot.ui import Card
from commands.pulse.feature import pulse
from storage.member_list import Listed, MemberList

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

COLUMNS: Final = (
    _("Name"),
    _("Here since"),
    _("Introduced on"),
    _("What they do"),
    _("What they offer"),
    _("What they seek"),
    _("Link"),
    _("Meetings that took place"),
    _("Requests to everyone"),
    _("Of these, solved"),
    _("Opportunities posted"),
)
FORMULA: Final = frozenset("=+-@\t\r\n＝＋－＠|%")
"""What spreadsheets begin a formula or a command with."""


@pulse.command(word("animator export"), _("The members as a file for a spreadsheet"), animator=True)
async def export(ctx: Context) -> Effects:
    """Hand out the list, to whoever asks alone."""
    members = await ctx.use(MemberList).everybody()
    date = today(ctx.now, ctx.community.zone)
    file = as_file(as_csv(members, ctx.locale), f"members-{date:%Y-%m-%d}")
    return Reply(export_card(len(members), (file,)))


def export_card(number: int, files: tuple[File, ...]) -> Card:
    """Return the list of so many members."""
    return Card(
        title=_("The members"),
        body=(
            plural("{count} member, as everybody here may see them.", "{count} members, as everybody here may see them.", number),
            _("No private answers, no amounts, no addresses. It holds people’s names: keep it where only animators look."),
        ),
        files=files,
    )


def as_csv(members: Sequence[Listed], locale: str) -> bytes:
    """Return the list in UTF-8 with the mark that spreadsheets look for; no cell is a formula."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([plain(column, locale) for column in COLUMNS])
    for one in members:
        writer.writerow(
            [
                *map(cell, (one.name, _date(one.joined_at), _date(one.introduced_at), one.does, one.offers, one.seeks, one.link)),
                *(one.meetings, one.requests, one.solved, one.opportunities),
            ]
        )
    return written.getvalue().encode("utf-8-sig")


def cell(words: str) -> str:
    """Return words that a spreadsheet shows rather than runs: what begins like a formula gets an apostrophe before it."""
    return f"'{words}" if words.lstrip(" \u00a0")[:1] in FORMULA and words.strip() else words


def as_file(content: bytes, name: str) -> File:
    """Return the list as a file, packed where it is too large for a message.

    Raises:
        UserError: it is too large even so.
    """
    try:
        return packed(name, "csv", content, "text/csv; charset=utf-8", _("Members, for a spreadsheet"))
    except LimitError:
        message = _("That many members do not fit into a message. Whoever runs me gets them with `confrere export`.")
        raise UserError(message) from None


def _date(instant: dt.datetime | None) -> str:
    return "" if instant is None else f"{instant:%Y-%m-%d}"
