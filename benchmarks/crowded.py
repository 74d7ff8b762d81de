"""A made-up community of any size, in a database of its own: profiles from the vocabulary, solved requests, who was asked lately.

Everybody is fictional and the same each time: all chance comes from one seed.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import asyncpg

from bot.model import AccountRef
from bot.skills.ranking import own_words
from bot.skills.vocabulary import vocabulary
from storage.asked import AskedRow
from storage.db import open_store
from storage.people import AccountRow, MemberRow
from storage.profiles import ProfileRow
from storage.reindexing import SkillReindexingRow, understanding
from storage.requests import RequestRow
from storage.skill_index import SLOTS, Kind, SkillPostingRow, SkillSubjectRow, number, weighed
from tests.databases import COMMUNITY
from tests.storage.community import Village

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storage.base import Base

SEED: Final = 20261123
NOW: Final = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
TOLD: Final = 6_000
"""Different profiles; larger communities have several people who say the same."""
MEMBERS_FOR_A_REQUEST: Final = 5
ZONES: Final = ("Europe/Paris", "Europe/London", "America/Montreal", "")
ASKS: Final = {
    "en": (
        "Who can help me with {one}?",
        "Looking for somebody who does {one}, and {other} if possible",
        "{one} for a small shop, before the end of the month",
        "I need advice on {one} please",
    ),
    "fr": (
        "Qui peut m’aider pour {one} ?",
        "Je cherche quelqu’un qui fait {one}, et {other} si possible",
        "{one} pour une petite boutique, avant la fin du mois",
        "Besoin d’un conseil sur {one} svp",
    ),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody tells: trade, offers, what they seek, their language."""

    does: str
    offers: str
    seeks: str
    locale: str


class Fancy:
    """Invents people and questions. A few concepts are everywhere, most are rare: the nth is said 1/(n + 6) as often."""

    def __init__(self, seed: int = SEED) -> None:
        self._random = random.Random(seed)  # noqa: S311 - nothing to guard
        concepts = sorted(vocabulary().concepts.values(), key=lambda concept: concept.id)
        self._random.shuffle(concepts)
        self._names = {
            locale: [concept.names.get(locale) or next(iter(concept.names.values())) for concept in concepts] for locale in ASKS
        }
        self._weights = list(itertools.accumulate(1 / (place + 6) for place in range(len(concepts))))

    def somebody(self) -> Told:
        """Return what a member tells."""
        locale = self._random.choice(("en", "fr"))
        return Told(
            self._some(locale, 1),
            self._some(locale, self._random.randint(2, 5)),
            self._some(locale, self._random.randint(1, 3)),
            locale,
        )

    def question(self) -> tuple[str, str]:
        """Return a question and its language."""
        locale = self._random.choice(("en", "fr"))
        one, other = (self._some(locale, 1) for _ in range(2))
        return self._random.choice(ASKS[locale]).format(one=one, other=other), locale

    def _some(self, locale: str, count: int) -> str:
        places = self._random.choices(range(len(self._weights)), cum_weights=self._weights, k=count)
        return ", ".join(self._random.choice(self._names[locale][place]) for place in places)


def _row(table: type[Base], **values: object) -> tuple[object, ...]:
    """Return a row in the order of its columns, with something in each."""
    plain: dict[type, object] = {str: "", int: 0, bool: False}
    return tuple(
        values[column.name] if column.name in values else None if column.nullable else plain.get(column.type.python_type, NOW)
        for column in table.__table__.columns
    )


def _rows(members: int) -> Iterator[tuple[type[Base], Sequence[tuple[object, ...]]]]:
    """Yield the rows of a community, a table at a time, a few at a time."""
    fancy = Fancy()
    told = [fancy.somebody() for _ in range(min(TOLD, members))]
    offers = [weighed(own_words(each.does, each.offers), each.locale) for each in told]
    seeks = [weighed(((each.seeks, 1.0),), each.locale) for each in told]
    joined = [NOW - dt.timedelta(days=number % 700) for number in range(700)]
    for some in _batches(range(2, members + 2), 10_000):
        yield (
            MemberRow,
            [_row(MemberRow, id=n, community_id=1, name=f"M{n}", folded=f"m{n}", joined_at=joined[n % 700]) for n in some],
        )
        yield (
            AccountRow,
            [_row(AccountRow, id=n, workspace_id=1, external_id=f"U{n}", member_id=n, zone=ZONES[n % 4]) for n in some],
        )
        yield ProfileRow, [_profile(n, told[n % len(told)]) for n in some]
        for kind, terms in ((Kind.OFFERS, offers), (Kind.SEEKS, seeks)):
            yield from _indexed(kind, [(n, terms[n % len(terms)]) for n in some])
    yield from _past(fancy, members)


def _profile(member: int, told: Told) -> tuple[object, ...]:
    return _row(
        ProfileRow,
        member_id=member,
        community_id=1,
        does=told.does,
        offers=told.offers,
        seeks=told.seeks,
        written_in=told.locale,
        introduced_at=NOW,
        availability=("", "", "yes", "no")[member % 4] if member % 5 == 0 else "",
    )


def _past(fancy: Fancy, members: int) -> Iterator[tuple[type[Base], Sequence[tuple[object, ...]]]]:
    needs = [fancy.question()[0] for _ in range(min(TOLD, members) // 4)]
    understood = [weighed(((need, 1.0),)) for need in needs]
    requests = range(1, members // MEMBERS_FOR_A_REQUEST + 1)
    solved = {"community_id": 1, "status": "solved", "created_at": NOW, "posted_at": NOW}
    yield (
        RequestRow,
        [
            _row(RequestRow, id=n, member_id=n + 1, helper_id=(n * 7) % members + 2, need=needs[n % len(needs)], **solved)
            for n in requests
        ],
    )
    yield (
        AskedRow,
        [
            _row(AskedRow, id=n, community_id=1, request_id=n, member_id=(n * 7) % members + 2, state="accepted", asked_at=NOW)
            for n in requests
        ],
    )
    yield from _indexed(Kind.HELPED, [(n, understood[n % len(needs)]) for n in requests])


def _indexed(
    kind: Kind, subjects: Sequence[tuple[int, dict[str, int]]]
) -> Iterator[tuple[type[Base], Sequence[tuple[object, ...]]]]:
    yield SkillSubjectRow, [(1, kind.value, subject, json.dumps(terms)) for subject, terms in subjects]
    known: dict[str, int] = {}
    postings: list[tuple[object, ...]] = []
    for subject, terms in subjects:
        for key, weight in {"": 0, **terms}.items():
            term = known.get(key)
            if term is None:
                term = known[key] = number(kind, key)
            postings.append((1, term, subject % SLOTS, subject, weight))
    yield SkillPostingRow, postings


def _batches(numbers: range, size: int) -> Iterator[range]:
    return (numbers[begin : begin + size] for begin in range(0, len(numbers), size))


async def crowd(url: str, members: int) -> None:
    """Fill a new database with a community."""
    store = await open_store(url, community=COMMUNITY)
    try:
        await Village(store, NOW).meet(AccountRef("U1", "First", "en", "Europe/Paris"))
    finally:
        await store.close()
    rows = itertools.chain(_rows(members), [(SkillReindexingRow, [(1, understanding(url), "", 0)])])
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            for table, some in rows:
                marks = ", ".join("?" * len(table.__table__.columns))
                connection.executemany(f"INSERT INTO {table.__tablename__} VALUES ({marks})", map(_as_text, some))  # noqa: S608 - ours
            connection.commit()
            connection.execute("ANALYZE")
            connection.commit()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    server = cast("Any", await asyncpg.connect(url))
    try:
        for table, some in rows:
            names = [column.name for column in table.__table__.columns]
            await server.copy_records_to_table(table.__tablename__, records=some, columns=names)
        await server.execute("VACUUM ANALYZE")
    finally:
        await server.close()


def _as_text(row: Sequence[object]) -> list[object]:
    """Return a row as SQLite keeps it."""
    return [f"{value:%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, dt.datetime) else value for value in row]
