"""The inverted index: which members, solved requests and live opportunities speak of which terms, and who is nearest to a question.

How frequent a term is, is looked at when it is asked for, in a part of the community, rather than kept: no edit waits for another
to count. A posting says in hundredths how much its subject speaks of its term (`bot.skills.weights`); the rarity of the term comes
in when it is asked for, so that a growing community has no posting written again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from sqlalchemy import BigInteger, ForeignKey, Integer, SmallInteger, bindparam, case, delete, func, select

from bot.skills.fitness import impacts_of
from bot.skills.weights import Rarity
from storage.base import Base, Mapped, Repository, mapped_column
from storage.statements import Lists, elements, ignoring_insert, listed, upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.skills.understanding import Term

SLOTS: Final = 64
"""Parts that subjects are spread over, by their id: any of them is a fair sample."""
SAMPLE: Final = 2_000
"""Subjects among which the frequency of a term is counted; where there are no more, it is exact."""
BUDGET: Final = 3_000
"""Postings that one question reads, about: a microsecond each. Terms that many share are read for a part of the subjects."""
HUNDREDTHS: Final = 100
THOUSANDTHS: Final = 1000
"""Whole numbers add up to the same on both databases, in any order, so that equals stay in theirs."""


OfCommunity = Annotated[int, mapped_column(ForeignKey("community.id", ondelete="CASCADE"), primary_key=True)]


class Kind(StrEnum):
    """What is indexed. A subject is a member's id, but a request's where it is help that was given, or an opportunity's."""

    OFFERS = "offers"
    SEEKS = "seeks"
    HELPED = "helped"
    OPPORTUNITY = "opportunity"


class SkillPostingRow(Base):
    """A subject that speaks of a term. The key holds all there is, so that the index alone answers.

    `term` is the number of a kind and a key (`number`). Every subject also has the number of its kind alone, to count them all by.
    """

    __tablename__ = "skill_posting"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own declaration

    community_id: Mapped[OfCommunity]
    term: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    slot: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    subject_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    weight: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)


class SkillSubjectRow(Base):
    """What was understood of a subject: `terms` is a JSON object of hundredths by key, so that a change touches what it changes."""

    __tablename__ = "skill_subject"

    community_id: Mapped[OfCommunity]
    kind: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    terms: Mapped[str]


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How many subjects of a sample have each term: `sampled` in `slots` of the `SLOTS` parts."""

    sampled: int
    slots: int
    counts: Mapping[str, int]

    @property
    def rarity(self) -> Rarity:
        """How much having each of the terms says."""
        return Rarity(self.counts, self.sampled)

    def postings(self, key: str) -> float:
        """Return about how many subjects have a term."""
        return self.counts.get(key, 0) * SLOTS / self.slots


_posting = SkillPostingRow
_first = (
    select(_posting.slot)
    .where(_posting.community_id == bindparam("community"), _posting.term == bindparam("everybody"))
    .order_by(_posting.slot)
    .limit(SAMPLE + 1)
    .subquery()
)
_slots = select(case((func.count() <= SAMPLE, SLOTS), (func.max(_first.c.slot) < 1, 1), else_=func.max(_first.c.slot))).select_from(
    _first
)
_asked = elements("terms", BigInteger)
# Grouped by what was asked: by the posting's own term, SQLite would read a whole community in that order rather than look up each.
_FREQUENCIES: Final = (
    select(_asked.c.value, func.count(), _slots.scalar_subquery())
    .select_from(_asked)
    .join(_posting, _posting.term == _asked.c.value)
    .where(_posting.community_id == bindparam("community"), _posting.slot < _slots.scalar_subquery())
    .group_by(_asked.c.value)
)
_wanted = Lists("wanted")
_score = func.sum(_posting.weight * _wanted.item(1, Integer)).label("score")
_NEAREST: Final = (
    select(_posting.subject_id, _score)
    .select_from(_wanted.rows)
    .join(_posting, _posting.term == _wanted.item(0, BigInteger))
    .where(
        _posting.community_id == bindparam("community"),
        _posting.slot >= _wanted.item(2, SmallInteger),
        _posting.slot < _wanted.item(3, SmallInteger),
        _posting.subject_id.not_in(listed("excluding", BigInteger)),
    )
    .group_by(_posting.subject_id)
    .order_by(_score.desc(), _posting.subject_id)
    .limit(bindparam("most"))
)
_SOME: Final = (
    select(_posting.subject_id)
    .where(
        _posting.community_id == bindparam("community"),
        _posting.term == bindparam("everybody"),
        _posting.slot >= bindparam("begin"),
        _posting.slot < bindparam("end"),
        _posting.subject_id.not_in(listed("excluding", BigInteger)),
    )
    .order_by(_posting.slot, _posting.subject_id)
    .limit(bindparam("most"))
)
_KNOWN: Final = select(SkillSubjectRow.terms).where(
    SkillSubjectRow.community_id == bindparam("community"),
    SkillSubjectRow.kind == bindparam("kind"),
    SkillSubjectRow.subject_id == bindparam("subject"),
)
_DROP: Final = delete(_posting).where(
    _posting.community_id == bindparam("community"),
    _posting.term.in_(listed("terms", BigInteger)),
    _posting.slot == bindparam("slot"),
    _posting.subject_id == bindparam("subject"),
)
_POST: Final = ignoring_insert(SkillPostingRow)
_FORGET: Final = delete(SkillSubjectRow).where(
    SkillSubjectRow.community_id == bindparam("community"),
    SkillSubjectRow.kind == bindparam("kind"),
    SkillSubjectRow.subject_id == bindparam("subject"),
)


class SkillIndex(Repository):
    """The index of a community; written in the transaction of whatever it follows."""

    async def index(self, kind: Kind, subject_id: int, texts: Sequence[tuple[str, float]], locale: str = "") -> None:
        """Let a subject be found by texts in a language, and no longer by earlier ones; each comes with how much it counts.

        Whoever calls has written or locked the row that the texts are in, so that the newest ones are indexed last.
        """
        now = weighed(texts, locale)
        before = await self._known(kind, subject_id)
        if before == now:
            return
        gone = {key for key, weight in (before or {}).items() if now.get(key) != weight}
        new = {key: weight for key, weight in now.items() if before is None or before.get(key) != weight}
        if before is None:
            new[""] = 0
            gone = set(new)  # whatever a torn write may have left of them
        await self._drop(kind, subject_id, gone)
        subject = {"community_id": self.community.id, "kind": kind.value, "subject_id": subject_id, "terms": json.dumps(now)}
        keys = ("community_id", "kind", "subject_id")
        await self.connection.execute(upsert(self.connection, SkillSubjectRow, subject, keys=keys))
        postings = [
            {
                "community_id": self.community.id,
                "term": number(kind, key),
                "slot": subject_id % SLOTS,
                "subject_id": subject_id,
                "weight": weight,
            }
            for key, weight in new.items()
        ]
        if postings:
            await self.connection.execute(_POST[self.connection.dialect.name], postings)

    async def forget(self, kind: Kind, subject_id: int) -> None:
        """Let a subject be found by nothing."""
        known = await self._known(kind, subject_id)
        if known is None:
            return
        await self._drop(kind, subject_id, {"", *known})
        await self.connection.execute(_FORGET, self._subject(kind, subject_id))

    async def forget_member(self, member: int) -> None:
        """Let a member be found by nothing they told; requests they solved stay for whoever has a similar one."""
        await self.forget(Kind.OFFERS, member)
        await self.forget(Kind.SEEKS, member)

    async def frequencies(self, kind: Kind, keys: Iterable[str]) -> Frequencies:
        """Return how frequent terms are among the subjects of a kind."""
        numbers = {number(kind, key): key for key in ("", *keys)}
        values = {"community": self.community.id, "everybody": number(kind, ""), "terms": list(numbers)}
        rows = (await self.connection.execute(_FREQUENCIES, values)).all()
        counts = {numbers[term]: count for term, count, _slots in rows}
        return Frequencies(counts.pop("", 0), rows[0][2] if rows else SLOTS, counts)

    async def nearest(  # noqa: PLR0913 - what is asked, and how much of it
        self,
        kind: Kind,
        terms: Sequence[Term],
        limit: int,
        excluding: Iterable[int] = (),
        *,
        turn: int = 0,
        frequencies: Frequencies | None = None,
    ) -> Sequence[tuple[int, float]]:
        """Return the subjects nearest to a question's terms and how near (for comparison within one question), nearest first.

        `turn`: any number, such as the request's. Of what very many have in common, each turn looks at others of them.
        """
        if not terms or limit < 1:
            return []
        known = frequencies or await self.frequencies(kind, (term.key for term in terms))
        rarity = known.rarity
        wanted = [
            [number(kind, term.key), round(THOUSANDTHS * term.weight * rarity(term.key)), begin, end]
            for term, begin, end in within_budget(terms, known, turn)
        ]
        values = {
            "community": self.community.id,
            "wanted": json.dumps(wanted),
            "excluding": list(excluding),
            "most": limit,
        }
        rows = await self.connection.execute(_NEAREST, values)
        return [(subject, score / HUNDREDTHS / THOUSANDTHS) for subject, score in rows]

    async def some(self, kind: Kind, limit: int, excluding: Iterable[int] = (), *, turn: int = 0) -> Sequence[int]:
        """Return some subjects of a kind, others at another `turn`."""
        begin = turn % SLOTS
        values = {"community": self.community.id, "everybody": number(kind, ""), "excluding": list(excluding)}
        found: list[int] = []
        for first, last in ((begin, SLOTS), (0, begin)):
            part = {**values, "begin": first, "end": last, "most": limit - len(found)}
            found += (await self.connection.execute(_SOME, part)).scalars()
        return found

    async def _known(self, kind: Kind, subject_id: int) -> dict[str, int] | None:
        """Return what a subject is found by; None where it is not indexed."""
        found = (await self.connection.execute(_KNOWN, self._subject(kind, subject_id))).scalar_one_or_none()
        return None if found is None else _decode(found)

    async def _drop(self, kind: Kind, subject_id: int, keys: Iterable[str]) -> None:
        terms = [number(kind, key) for key in keys]
        if terms:
            values = {"community": self.community.id, "terms": terms, "slot": subject_id % SLOTS, "subject": subject_id}
            await self.connection.execute(_DROP, values)

    def _subject(self, kind: Kind, subject_id: int) -> Mapping[str, object]:
        return {"community": self.community.id, "kind": kind.value, "subject": subject_id}


def number(kind: Kind, key: str) -> int:
    """Return the number that postings know a term by: 63 bits of a digest, so that none has to be given out and looked up."""
    return int.from_bytes(hashlib.blake2b(f"{kind.value}:{key}".encode(), digest_size=8).digest()) >> 1


_decode: Final = msgspec.json.Decoder(dict[str, int]).decode


def weighed(texts: Sequence[tuple[str, float]], locale: str = "") -> dict[str, int]:
    """Return how much texts speak of each term together, in hundredths, at least one."""
    return {key: max(round(HUNDREDTHS * impact), 1) for key, impact in impacts_of(texts, locale).items()}


def impacts(terms: str) -> Mapping[str, float]:
    """Return the impacts that are kept of a subject, by key."""
    return {key: hundredths / HUNDREDTHS for key, hundredths in _decode(terms).items()}


def within_budget(terms: Sequence[Term], known: Frequencies, turn: int) -> Sequence[tuple[Term, int, int]]:
    """Return the parts of the subjects to read for each term: all for those with few, the same few for those that many share.

    The parts are the same for all of these, so that whoever has several of them is seen to have them.
    """
    left = float(BUDGET)
    whole: list[tuple[Term, int, int]] = []
    shared: list[Term] = []
    for term in sorted(terms, key=lambda term: known.postings(term.key)):
        postings = known.postings(term.key)
        if shared or postings > left / 2:
            shared.append(term)
        else:
            whole.append((term, 0, SLOTS))
            left -= postings
    if not shared:
        return whole
    width = min(max(int(SLOTS * left / sum(known.postings(term.key) for term in shared)), 1), SLOTS)
    begin = turn % (SLOTS // width) * width
    return [*whole, *((term, begin, begin + width) for term in shared)]
