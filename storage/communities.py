"""Communities, their workspaces, and the channels that play a role in each."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, UniqueConstraint, delete, select, update

from bot.model import Community, Workspace
from storage.base import Base, InCommunity, Key, Mapped, Repository, mapped_column
from storage.statements import upsert

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class CommunityRow(Base):
    """`configured_as` is the name in the configuration at first start; what the animator changes later wins over it."""

    __tablename__ = "community"

    id: Mapped[Key]
    configured_as: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    locale: Mapped[str]
    zone: Mapped[str]
    created_at: Mapped[dt.datetime]


class WorkspaceRow(Base):
    """A Slack workspace or Discord server. `gone_at`: the bot was removed from it, until it comes back.

    `greeted_at`: its animators were told that the bot has arrived, or had set it up by themselves.
    """

    __tablename__ = "workspace"
    __table_args__ = (UniqueConstraint("platform", "external_id"),)

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    platform: Mapped[str]
    external_id: Mapped[str]
    name: Mapped[str]
    created_at: Mapped[dt.datetime]
    gone_at: Mapped[dt.datetime | None]
    greeted_at: Mapped[dt.datetime | None]


class ChannelRole(Base):
    """Which channel of a workspace is used for what (`introductions`, `help`, …)."""

    __tablename__ = "channel_role"

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]


class Communities(Repository):
    """The community itself: its settings and its workspaces."""

    async def current(self) -> Community:
        """Return the community as it is now in this transaction."""
        row = (
            await self.connection.execute(
                select(CommunityRow.name, CommunityRow.locale, CommunityRow.zone).where(CommunityRow.id == self.community.id)
            )
        ).one()
        return Community(self.community.id, row.name, row.locale, row.zone)

    async def change(self, *, name: str | None = None, locale: str | None = None, zone: str | None = None) -> Community:
        """Change what is given; return the community as it is afterwards."""
        changes = {key: value for key, value in (("name", name), ("locale", locale), ("zone", zone)) if value is not None}
        if changes:
            await self.connection.execute(update(CommunityRow).where(CommunityRow.id == self.community.id).values(**changes))
        return replace(await self.current(), **changes)

    async def greet(self, workspace: int, now: dt.datetime) -> bool:
        """Record that the animators of a workspace know the bot; False if they did."""
        statement = update(WorkspaceRow).where(WorkspaceRow.id == workspace, WorkspaceRow.community_id == self.community.id)
        return (
            await self.connection.execute(statement.where(WorkspaceRow.greeted_at.is_(None)).values(greeted_at=now))
        ).rowcount > 0

    async def workspaces(self) -> Sequence[Workspace]:
        """Return the workspaces where the bot is, oldest first."""
        rows = await self.connection.execute(
            select(WorkspaceRow.id, WorkspaceRow.platform, WorkspaceRow.external_id, WorkspaceRow.name)
            .where(WorkspaceRow.community_id == self.community.id, WorkspaceRow.gone_at.is_(None))
            .order_by(WorkspaceRow.id)
        )
        return [Workspace(row.id, row.platform, row.external_id, row.name) for row in rows]


class Channels(Repository):
    """The channels chosen by the animator."""

    async def roles(self, workspace: int) -> Mapping[str, str]:
        """Return the channel id of each role that a workspace has a channel for."""
        rows = await self.connection.execute(
            select(ChannelRole.role, ChannelRole.channel).where(ChannelRole.workspace_id == workspace).order_by(ChannelRole.role)
        )
        return {row.role: row.channel for row in rows}

    async def set_role(self, workspace: int, role: str, channel: str) -> None:
        """Choose the channel of a role; an empty one takes the role away."""
        if channel:
            await self.connection.execute(
                upsert(
                    self.connection,
                    ChannelRole,
                    {"workspace_id": workspace, "role": role, "channel": channel},
                    keys=("workspace_id", "role"),
                )
            )
        else:
            await self.connection.execute(
                delete(ChannelRole).where(ChannelRole.workspace_id == workspace, ChannelRole.role == role)
            )

    async def channels(self, role: str) -> Mapping[int, str]:
        """Return the channel id of a role in each workspace of the community that has one and where the bot is."""
        rows = await self.connection.execute(
            select(ChannelRole.workspace_id, ChannelRole.channel)
            .join(WorkspaceRow, WorkspaceRow.id == ChannelRole.workspace_id)
            .where(
                WorkspaceRow.community_id == self.community.id,
                WorkspaceRow.gone_at.is_(None),
                ChannelRole.role == role,
            )
            .order_by(ChannelRole.workspace_id)
        )
        return {row.workspace_id: row.channel for row in rows}
