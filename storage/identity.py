"""Who is who: finds or creates workspace, account and member of an interaction; one round trip where nothing changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, select, update

from bot.config import is_zone
from bot.i18n import fold
from bot.model import Community, Kind, Member, Where, Workspace
from bot.ports import Identity, Reader
from bot.ui import shorten
from storage import identity_queries as queries
from storage.communities import WorkspaceRow
from storage.departures import back, in_peace
from storage.locks import hold
from storage.people import GLOBAL_ACCOUNTS, AccountRow, MemberRow, Members, entitled, reader
from storage.strangers import no_stranger

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import AccountRef, Invocation, WorkspaceRef
    from storage.statements import AnyRow

STALE: Final = dt.timedelta(minutes=10)
"""How old `last_seen` may grow before it is written again; at once where another account of the member was seen later."""
OUTLIVED: Final = frozenset({"discord"})
"""Platforms where a private conversation, and its buttons, outlive the membership: acting there is no return."""
WRITING: Final = "direct_message"
"""The only event by which somebody turns to the bot themselves; the others happen to them, or to what they look at."""
NAME: Final = 80
"""Characters of a name that are kept: what Slack allows, more than Discord does."""
_JOINERS: Final = "\u200c\u200d"
NEVER: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Newcomers:
    """What becomes of a workspace seen for the first time: its community, and the accounts (`slack:U1`) that are animators."""

    community: int
    animators: frozenset[str]


class StoredPeople:
    """`ports.People` on the database. Without `write`, nothing is created or changed."""

    def __init__(self, connection: AsyncConnection, newcomers: Newcomers, *, write: bool) -> None:
        self._connection = connection
        self._newcomers = newcomers
        self._write = write
        self._holds = write and connection.dialect.name == "postgresql"

    async def identify(self, invocation: Invocation, now: dt.datetime) -> Identity:
        """Find or create the workspace, the account and the member of an interaction.

        What the platform tells (names, languages, rights, who left, a workspace that is gone) is kept where it changed.
        """
        if invocation.account is None:
            community, workspace = await self._place(invocation, now)
            return Identity(community, workspace, None, Reader(community.locale, community.zone))
        account = _named(invocation.account)
        row = await self._find(invocation.workspace, account)
        if row is None and self._write:
            row = await self._first_seen(invocation, account, now)
        elif row is not None and self._write and await self._follow(invocation, account, row, now):
            row = await self._find(invocation.workspace, account)
        if row is None:
            community, workspace = await self._place(invocation, now)
            return Identity(community, workspace, None, reader("", "", account.locale, "", community.locale, community.zone))
        told_zone = row.account_zone
        return Identity(
            _community(row),
            Workspace(row.workspace, row.platform, row.workspace_external_id, row.workspace_name),
            _member(row),
            reader(row.locale, row.zone, account.locale or row.account_locale, told_zone, row.community_locale, row.community_zone),
            row.missed,
        )

    async def resolve(self, workspace: Workspace, accounts: Sequence[AccountRef], now: dt.datetime) -> Sequence[Member]:
        """Find or create the members behind accounts of a workspace, in order; a read-only unit knows the unknown by name only.

        Whoever was erased is not made anew by what others do: they are somebody who left.
        """
        if not accounts:
            return []
        accounts = [_named(account) for account in accounts]
        known = await self._known(workspace, accounts)
        changed = False
        strangers = [account.external_id for account in accounts if account.external_id not in known]
        left = await self._in_peace(workspace, strangers)
        for account in {account.external_id: account for account in reversed(accounts)}.values() if self._write else ():
            row = known.get(account.external_id)
            if account.external_id in left:
                continue
            if row is None:
                await self._create(workspace, await self._community_of(workspace), account, NEVER, now)
                changed = True
            else:
                changed |= await self._change(row, account, _told(account, row))
        if changed:
            known = await self._known(workspace, accounts)
        return [
            _member(known[account.external_id])
            if account.external_id in known
            else Member(0, account.name or account.handle, left=account.external_id in left)
            for account in accounts
        ]

    async def accounts(self, workspace: Workspace, members: Collection[int]) -> Mapping[int, str]:
        """Return the account ids that members have on a workspace."""
        if not members:
            return {}
        rows = await self._connection.execute(queries.ACCOUNTS, {"workspace_id": workspace.id, "ids": list(members)})
        return {row.member_id: row.external_id for row in rows}

    # ------------------------------------------------------------ looking

    async def _find(self, workspace: WorkspaceRef, account: AccountRef) -> AnyRow | None:
        values = {"platform": workspace.platform, "account_id": account.external_id}
        if workspace.external_id:
            statement = queries.FIND_HELD if self._holds else queries.FIND
            values["workspace_id"] = workspace.external_id
        else:
            statement = queries.FIND_ANYWHERE_HELD if self._holds else queries.FIND_ANYWHERE
        return (await self._connection.execute(statement, values)).one_or_none()

    async def _known(self, workspace: Workspace, accounts: Sequence[AccountRef]) -> dict[str, AnyRow]:
        values = {"workspace_id": workspace.id, "ids": [account.external_id for account in accounts]}
        return {row.account_external_id: row for row in await self._connection.execute(queries.KNOWN, values)}

    async def _community_of(self, workspace: Workspace) -> int:
        found = await self._connection.execute(select(WorkspaceRow.community_id).where(WorkspaceRow.id == workspace.id))
        return found.scalar_one()

    async def _in_peace(self, workspace: Workspace, accounts: Sequence[str]) -> Collection[str]:
        """Return those of some accounts without a member that were erased."""
        if not accounts or not workspace.id:  # nobody was ever seen in a workspace that is not known yet
            return ()
        return await in_peace(self._connection, await self._community_of(workspace), workspace, accounts)

    async def _find_place(self, workspace: WorkspaceRef) -> AnyRow | None:
        """Return the workspace; where a private conversation does not say which, the platform's first."""
        statement = queries.THERE if workspace.external_id else queries.ANYWHERE
        values = {"platform": workspace.platform}
        if workspace.external_id:
            values["workspace_id"] = workspace.external_id
        return (await self._connection.execute(statement, values)).one_or_none()

    async def _place(self, invocation: Invocation, now: dt.datetime) -> tuple[Community, Workspace]:
        """Return where something happened, created where it is new and this unit may write."""
        ref = invocation.workspace
        row = await self._find_place(ref)
        if self._write:
            if row is None:
                await hold(self._connection, self._newcomers.community)
                row = await self._find_place(ref)
            gone = invocation.kind is Kind.EVENT and invocation.name == "workspace_gone"
            if row is None:
                await self._connection.execute(
                    insert(WorkspaceRow).values(
                        community_id=self._newcomers.community,
                        platform=ref.platform,
                        external_id=ref.external_id,
                        name=ref.name,
                        created_at=now,
                        gone_at=now if gone else None,
                    )
                )
                row = await self._found_place(ref)
            elif await self._follow_place(row, ref, now, gone=gone):
                row = await self._found_place(ref)
        if row is None:
            community = (await self._connection.execute(queries.COMMUNITY, {"community_id": self._newcomers.community})).one()
            return Community(*community), Workspace(0, ref.platform, ref.external_id, ref.name)
        return _community(row), Workspace(row.workspace, row.platform, row.workspace_external_id, row.workspace_name)

    async def _found_place(self, ref: WorkspaceRef) -> AnyRow:
        values = {"platform": ref.platform, "workspace_id": ref.external_id}
        return (await self._connection.execute(queries.THERE, values)).one()

    # ------------------------------------------------------------ following what platforms tell

    async def _follow_place(self, row: AnyRow, ref: WorkspaceRef, now: dt.datetime, *, gone: bool) -> bool:
        """Keep a workspace's new name, and whether the bot is there; return whether anything changed."""
        changes: dict[str, Any] = {}
        if ref.external_id and ref.name and ref.name != row.workspace_name:
            changes["name"] = ref.name
        if ref.external_id and gone != (row.gone_at is not None):
            changes["gone_at"] = now if gone else None
        if changes:
            await self._connection.execute(update(WorkspaceRow).where(WorkspaceRow.id == row.workspace).values(**changes))
        return bool(changes)

    async def _follow(self, invocation: Invocation, account: AccountRef, row: AnyRow, now: dt.datetime) -> bool:
        """Keep what changed about whoever acts; return whether the row has to be read again."""
        changed = await self._follow_place(row, invocation.workspace, now, gone=False)
        members = Members(self._connection, _community(row))
        if invocation.kind is Kind.EVENT and invocation.name == "member_left":
            if row.account_left_at is None:
                await members.leave(row.id, now, workspace=row.workspace)
                return True
            return changed
        elsewhere = row.platform in OUTLIVED and invocation.place.kind is Where.DIRECT
        if (row.account_left_at is not None or row.left_at is not None) and not elsewhere:
            await members.came_back(row.id, workspace=row.workspace)
            changed = True
        changes = _told(account, row)
        seen: dict[str, Any] = {"last_seen": now} if row.seen_elsewhere or now - row.last_seen > STALE else {}
        if not row.acted and invocation.kind is not Kind.EVENT:
            seen["acted"] = True
            await no_stranger(self._connection, row.workspace, row.id, now)
        return (await self._change(row, account, {**changes, **seen}) and bool(changes)) or changed

    async def _change(self, row: AnyRow, account: AccountRef, changes: Mapping[str, Any]) -> bool:
        """Write changes of an account; its member's name and standing follow."""
        if not changes:
            return False
        await self._connection.execute(update(AccountRow).where(AccountRow.id == row.account).values(**changes))
        if "name" in changes and row.name in {row.account_name, row.account_external_id, ""}:
            await self._connection.execute(queries.RENAME, {"member_id": row.id, "new": account.name, "like": fold(account.name)})
        if "administrator" in changes:
            await self._connection.execute(update(MemberRow).where(MemberRow.id == row.id).values(animator=entitled()))
        if "bot" in changes:
            await self._connection.execute(update(MemberRow).where(MemberRow.id == row.id).values(bot=account.bot))
        return True

    # ------------------------------------------------------------ somebody new

    async def _first_seen(self, invocation: Invocation, account: AccountRef, now: dt.datetime) -> AnyRow | None:
        """Create the account and what it needs; None for somebody unknown who left.

        So is whoever was erased, until they turn to the bot themselves: by a command, a button, a message.
        """
        unasked = invocation.kind is Kind.EVENT and invocation.name != WRITING
        if unasked and invocation.name == "member_left":
            return None
        await hold(self._connection, self._newcomers.community)
        row = await self._find(invocation.workspace, account)
        if row is None:
            community, workspace = await self._place(invocation, now)
            if unasked and await in_peace(self._connection, community.id, workspace, [account.external_id]):
                return None
            await self._create(workspace, community.id, account, now, now, acted=invocation.kind is not Kind.EVENT)
            await back(self._connection, community.id, workspace, account.external_id)
            row = await self._find(invocation.workspace, account)
        return row

    async def _create(  # noqa: PLR0913 - what there is to know
        self,
        workspace: Workspace,
        community: int,
        account: AccountRef,
        last_seen: dt.datetime,
        now: dt.datetime,
        *,
        acted: bool = False,
    ) -> None:
        animator = f"{workspace.platform}:{account.external_id}" in self._newcomers.animators
        name = account.name or account.handle or account.external_id
        member: int | None = None
        if workspace.platform in GLOBAL_ACCOUNTS:
            same = {"community_id": community, "platform": workspace.platform, "account_id": account.external_id}
            member = (await self._connection.execute(queries.SAME_PERSON, same)).scalar_one_or_none()
        known = member is not None
        if member is None:
            created = await self._connection.execute(
                insert(MemberRow).values(
                    community_id=community,
                    name=name,
                    folded=fold(name),
                    locale="",
                    zone="",
                    animator=animator or bool(account.administrator),
                    appointed=False,
                    bot=account.bot,
                    missed=0,
                    joined_at=now,
                    left_at=None,
                )
            )
            (member,) = created.inserted_primary_key or (None,)
        await self._connection.execute(
            insert(AccountRow).values(
                workspace_id=workspace.id,
                external_id=account.external_id,
                member_id=member,
                name=account.name or account.handle,
                locale=account.locale,
                zone=account.zone if is_zone(account.zone) else "",
                administrator=bool(account.administrator),
                animator=animator,
                bot=account.bot,
                last_seen=last_seen,
                left_at=None,
                acted=acted,
            )
        )
        if known:
            await self._connection.execute(
                update(MemberRow).where(MemberRow.id == member).values(animator=entitled(), left_at=None)
            )


def _named(account: AccountRef) -> AccountRef:
    """Return the account with names that can be used."""
    name, handle = _usable(account.name), _usable(account.handle)
    return account if (name, handle) == (account.name, account.handle) else replace(account, name=name, handle=handle)


def _usable(name: str) -> str:
    """Return a name on one line, no longer than cards count on, without what is invisible."""
    if name.isprintable() and len(name) <= NAME:
        return name
    visible = "".join(character if character.isprintable() or character in _JOINERS else " " for character in name)
    return shorten(" ".join(visible.split()), NAME)


def _told(account: AccountRef, row: AnyRow) -> dict[str, Any]:
    """Return what the platform tells that is not known yet; silence is no news."""
    changes: dict[str, Any] = {}
    if account.name and account.name != row.account_name:
        changes["name"] = account.name
    if account.locale and account.locale != row.account_locale:
        changes["locale"] = account.locale
    if account.zone and account.zone != row.account_zone and is_zone(account.zone):
        changes["zone"] = account.zone
    if account.administrator is not None and account.administrator != row.administrator:
        changes["administrator"] = account.administrator
    if account.bot and not row.bot:
        changes["bot"] = True
    return changes


def _community(row: AnyRow) -> Community:
    return Community(row.community, row.community_name, row.community_locale, row.community_zone)


def _member(row: AnyRow) -> Member:
    return Member(row.id, row.name, row.locale, row.zone, row.animator, row.joined_at, row.left_at is not None)
