"""What the animators chose about opportunities: approval first or not, the limits of one member, how long a post stays."""

from __future__ import annotations

from sqlalchemy import ForeignKey, select

from storage.base import Base, Mapped, Repository, mapped_column
from storage.opportunity import Settings
from storage.statements import upsert


class SettingsRow(Base):
    """What the animators of a community chose; there is no row where they chose nothing."""

    __tablename__ = "opportunity_settings"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), primary_key=True)
    approval: Mapped[bool]
    most_open: Mapped[int]
    most_weekly: Mapped[int]
    days: Mapped[int]


class OpportunitySettings(Repository):
    """The settings of a community."""

    async def get(self) -> Settings:
        """Return what the animators chose, the usual where they chose nothing."""
        rows = await self.connection.execute(
            select(SettingsRow.approval, SettingsRow.most_open, SettingsRow.most_weekly, SettingsRow.days).where(
                SettingsRow.community_id == self.community.id
            )
        )
        row = rows.one_or_none()
        return Settings() if row is None else Settings(*row)

    async def set(self, settings: Settings) -> None:
        """Keep what the animators chose."""
        values = {
            "community_id": self.community.id,
            "approval": settings.approval,
            "most_open": settings.most_open,
            "most_weekly": settings.most_weekly,
            "days": settings.stays,
        }
        await self.connection.execute(upsert(self.connection, SettingsRow, values, keys=("community_id",)))
