"""Icebreakers: what a community asks, from which prompts and when it asked them; prompts of its own, proposed by its members."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ForeignKey, Index, delete, func, insert, select, update

from storage.base import Base, InCommunity, Key, Mapped, Repository, mapped_column
from storage.locks import hold
from storage.people import COLUMNS, MemberRow, as_member
from storage.statements import insert_or_ignore, upsert

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from bot.model import Member
    from storage.statements import AnySelect


class State(StrEnum):
    """Where a prompt of a community's own stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"


class SettingsRow(Base):
    """What the animators of a community chose; there is no row where they chose nothing.

    `themes` are words, `ahead` the prompts chosen ahead, next first. `nowhere_at`: since when there is no channel to ask in, which
    the animators know.
    """

    __tablename__ = "icebreaker_settings"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), primary_key=True)
    themes: Mapped[str]
    seed: Mapped[int]
    ahead: Mapped[str] = mapped_column(server_default="")
    nowhere_at: Mapped[dt.datetime | None]


class PromptRow(Base):
    """A prompt of a community's own. `member_id` is who proposed it; `told_at` when the animators were told that it waits."""

    __tablename__ = "icebreaker_prompt"

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    theme: Mapped[str]
    words: Mapped[str]
    state: Mapped[str]
    created_at: Mapped[dt.datetime]
    told_at: Mapped[dt.datetime | None]


class RetiredRow(Base):
    """A prompt, of the library or a community's own, that is not asked any more."""

    __tablename__ = "icebreaker_retired"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), primary_key=True)
    prompt: Mapped[str] = mapped_column(primary_key=True)


class IcebreakerRow(Base):
    """A prompt as it was asked, or, where it was not `posted`, skipped: it had its turn either way."""

    __tablename__ = "icebreaker"
    __table_args__ = (Index(None, "community_id", "prompt", "at"),)

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    prompt: Mapped[str]
    theme: Mapped[str]
    words: Mapped[str]
    at: Mapped[dt.datetime]
    posted: Mapped[bool]


@dataclass(frozen=True, slots=True)
class Settings:
    """The themes chosen, and the seed that the order of prompts comes from."""

    themes: tuple[str, ...]
    seed: int
    ahead: tuple[str, ...] = ()
    nowhere_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """Something to ask: `key` is `en:first-client` for one of the library, `own:12` for one of the community's own."""

    key: str
    theme: str
    words: str
    proposer: Member | None = None


@dataclass(frozen=True, slots=True)
class ProposedPrompt:
    """A prompt that a member proposed."""

    id: int
    theme: str
    words: str
    state: State
    proposer: Member | None = None


@dataclass(frozen=True, slots=True)
class Icebreaker:
    """A prompt as it was asked."""

    id: int
    prompt: str
    theme: str
    words: str
    at: dt.datetime


OWN: Final = "own:"
"""How the keys of a community's own prompts begin."""


class Icebreakers(Repository):
    """What a community asks."""

    async def hold(self) -> None:
        """Let nobody else of the community choose or ask until this transaction ends."""
        await hold(self.connection, self.community.id)

    async def settings(self) -> Settings | None:
        """Return what was chosen; None where icebreakers were never set up."""
        row = (
            await self.connection.execute(select(SettingsRow).where(SettingsRow.community_id == self.community.id))
        ).one_or_none()
        return None if row is None else Settings(tuple(row.themes.split()), row.seed, tuple(row.ahead.split()), row.nowhere_at)

    async def choose(self, themes: Sequence[str], seed: int) -> None:
        """Keep the themes; the seed stays what it was from the first time on."""
        settings = await self.settings()
        values = {
            "community_id": self.community.id,
            "themes": " ".join(themes),
            "seed": seed if settings is None else settings.seed,
            "ahead": "" if settings is None else " ".join(settings.ahead),
            "nowhere_at": None,
        }
        await self.connection.execute(upsert(self.connection, SettingsRow, values, keys=("community_id",)))

    async def plan(self, ahead: Sequence[str]) -> None:
        """Keep which prompts come next."""
        await self._set(ahead=" ".join(ahead))

    async def nowhere(self, now: dt.datetime | None) -> None:
        """Record that there is no channel to ask in, or that there is one."""
        await self._set(nowhere_at=now)

    # ---------------------------------------------------------------- what was asked

    async def used(self, prompt: Prompt, now: dt.datetime, *, posted: bool) -> Icebreaker:
        """Record that a prompt had its turn."""
        values = {
            "community_id": self.community.id,
            "prompt": prompt.key,
            "theme": prompt.theme,
            "words": prompt.words,
            "at": now,
            "posted": posted,
        }
        number = (await self.connection.execute(insert(IcebreakerRow).values(values).returning(IcebreakerRow.id))).scalar_one()
        return Icebreaker(number, prompt.key, prompt.theme, prompt.words, now)

    async def last_used(self) -> Mapping[str, dt.datetime]:
        """Return when each prompt had its turn last; those that had none are left out."""
        rows = await self.connection.execute(
            select(IcebreakerRow.prompt, func.max(IcebreakerRow.at).label("last"))
            .where(IcebreakerRow.community_id == self.community.id)
            .group_by(IcebreakerRow.prompt)
        )
        return {row.prompt: row.last for row in rows}

    async def get(self, icebreaker: int) -> Icebreaker | None:
        """Return something that was asked, or None."""
        found = await self._asked(IcebreakerRow.id == icebreaker, limit=1)
        return found[0] if found else None

    async def latest(self, limit: int) -> Sequence[Icebreaker]:
        """Return what was asked last, newest first."""
        return await self._asked(limit=limit)

    async def _asked(self, *where: Any, limit: int) -> Sequence[Icebreaker]:  # noqa: ANN401 - conditions
        rows = await self.connection.execute(
            select(IcebreakerRow.id, IcebreakerRow.prompt, IcebreakerRow.theme, IcebreakerRow.words, IcebreakerRow.at)
            .where(IcebreakerRow.community_id == self.community.id, IcebreakerRow.posted, *where)
            .order_by(IcebreakerRow.at.desc(), IcebreakerRow.id.desc())
            .limit(limit)
        )
        return [Icebreaker(row.id, row.prompt, row.theme, row.words, row.at) for row in rows]

    # ---------------------------------------------------------------- own prompts

    async def own(self) -> Sequence[Prompt]:
        """Return the community's own prompts, retired or not, oldest first; with who proposed them, if still here."""
        found = await self._proposals(PromptRow.state == State.APPROVED.value)
        return [Prompt(f"{OWN}{one.id}", one.theme, one.words, one.proposer) for one in found]

    async def add(self, theme: str, words: str, now: dt.datetime, *, proposer: Member | None = None) -> int:
        """Keep a prompt: proposed by a member, or (without one) at once among those that are asked."""
        values = {
            "community_id": self.community.id,
            "member_id": None if proposer is None else proposer.id,
            "theme": theme,
            "words": words,
            "state": (State.APPROVED if proposer is None else State.PROPOSED).value,
            "created_at": now,
        }
        return (await self.connection.execute(insert(PromptRow).values(values).returning(PromptRow.id))).scalar_one()

    async def waiting(self) -> Sequence[ProposedPrompt]:
        """Return what members proposed and no animator has answered, oldest first."""
        return await self._proposals(PromptRow.state == State.PROPOSED.value)

    async def proposal(self, identifier: int) -> ProposedPrompt | None:
        """Return a prompt that was proposed or added, or None."""
        return next(iter(await self._proposals(PromptRow.id == identifier)), None)

    async def decide(self, identifier: int, state: State, words: str = "") -> bool:
        """Answer a proposal, with other words where some are given; False where it was answered before."""
        changes = {"state": state.value, **({"words": words} if words else {})}
        decided = await self.connection.execute(
            update(PromptRow)
            .where(
                PromptRow.id == identifier,
                PromptRow.community_id == self.community.id,
                PromptRow.state == State.PROPOSED.value,
            )
            .values(changes)
        )
        return decided.rowcount == 1

    async def tell(self, now: dt.datetime, again: dt.datetime) -> bool:
        """Record that the animators are told of all that waits; False where nothing is new, or they were told since `again`."""
        mine = PromptRow.community_id == self.community.id
        told = (await self.connection.execute(select(func.max(PromptRow.told_at)).where(mine))).scalar_one_or_none()
        if told is not None and told > again:
            return False
        untold = update(PromptRow).where(mine, PromptRow.state == State.PROPOSED.value, PromptRow.told_at.is_(None))
        return (await self.connection.execute(untold.values(told_at=now))).rowcount > 0

    async def _proposals(self, *where: Any) -> Sequence[ProposedPrompt]:  # noqa: ANN401 - conditions
        found: AnySelect = (
            select(PromptRow.id.label("prompt"), PromptRow.theme, PromptRow.words, PromptRow.state, *COLUMNS)
            .join(MemberRow, (MemberRow.id == PromptRow.member_id) & MemberRow.left_at.is_(None), isouter=True)
            .where(PromptRow.community_id == self.community.id, *where)
            .order_by(PromptRow.id)
        )
        return [
            ProposedPrompt(
                row["prompt"],
                row["theme"],
                row["words"],
                State(row["state"]),
                None if row[MemberRow.__table__.c.id] is None else as_member(row),
            )
            for row in (await self.connection.execute(found)).mappings()
        ]

    # ---------------------------------------------------------------- retired prompts

    async def retired(self) -> AbstractSet[str]:
        """Return the ids of the prompts that are not asked any more."""
        rows = await self.connection.execute(select(RetiredRow.prompt).where(RetiredRow.community_id == self.community.id))
        return set(rows.scalars())

    async def retire(self, prompt: str, *, back: bool = False) -> None:
        """Let a prompt not be asked any more, or be asked again."""
        if back:
            gone = delete(RetiredRow).where(RetiredRow.community_id == self.community.id, RetiredRow.prompt == prompt)
            await self.connection.execute(gone)
        else:
            values = {"community_id": self.community.id, "prompt": prompt}
            await self.connection.execute(insert_or_ignore(self.connection, RetiredRow, values))

    async def _set(self, **values: object) -> None:
        await self.connection.execute(update(SettingsRow).where(SettingsRow.community_id == self.community.id).values(**values))
