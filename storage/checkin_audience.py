"""Who may be asked how they are: everybody who is here, where they are, when last seen, when they last gained something."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, func, select

from storage.base import Repository
from storage.outcomes import OutcomeRow
from storage.people import COLUMNS, AccountRow, MemberRow, as_member, reader

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from bot.model import Member


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is here. `seen`: when they last used the bot; `doors`: a message found their DMs closed, and waits for them."""

    member: Member
    zone: str
    seen: dt.datetime
    workspaces: frozenset[int] = frozenset()
    doors: bool = False


_HERE: Final = (
    select(
        *COLUMNS,
        MemberRow.missed,
        AccountRow.workspace_id,
        AccountRow.locale.label("told_locale"),
        AccountRow.zone.label("told_zone"),
        AccountRow.last_seen,
    )
    .join(AccountRow, AccountRow.member_id == MemberRow.id)
    .where(
        MemberRow.community_id == bindparam("community"),
        MemberRow.left_at.is_(None),
        MemberRow.bot.is_(False),
        MemberRow.animator.is_(False),
        AccountRow.left_at.is_(None),
    )
    .order_by(MemberRow.id, AccountRow.last_seen.desc())
)
_GAINED: Final = (
    select(OutcomeRow.gainer_id, func.max(OutcomeRow.confirmed_at).label("last"))
    .where(OutcomeRow.community_id == bindparam("community"), OutcomeRow.confirmed_at.is_not(None))
    .group_by(OutcomeRow.gainer_id)
)


class People(Repository):
    """The people of a community who do not run it."""

    async def here(self) -> Mapping[int, Person]:
        """Return everybody who is here: not departed, not a bot, not an animator, who would write to themselves."""
        found: dict[int, Person] = {}
        for row in (await self.connection.execute(_HERE, {"community": self.community.id})).mappings():
            member = as_member(row)
            known = found.get(member.id)
            if known is None:
                found[member.id] = Person(
                    member, self._zone(row), row["last_seen"], frozenset((row["workspace_id"],)), row["missed"] > 0
                )
            else:
                found[member.id] = replace(known, workspaces=known.workspaces | {row["workspace_id"]})
        return found

    async def gained(self) -> Mapping[int, dt.datetime]:
        """Return when members last gained something that they confirmed; those who never did are left out."""
        rows = await self.connection.execute(_GAINED, {"community": self.community.id})
        return {row.gainer_id: row.last for row in rows}

    def _zone(self, row: Any) -> str:  # noqa: ANN401 - a row of `_HERE`
        common = (self.community.locale, self.community.zone)
        return reader(row["locale"], row["zone"], row["told_locale"], row["told_zone"], *common).zone
