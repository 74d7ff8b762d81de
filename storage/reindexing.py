"""Indexing everything again where words are understood in a new way: a few subjects at a time, going on where it stopped.

It is also how a database that had no index gets one.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, Protocol

import structlog
from sqlalchemy import BigInteger, bindparam, select, update

from bot.skills import overlay
from storage.base import Base, Mapped, mapped_column
from storage.opportunities import Opportunities
from storage.past_help import PastHelp
from storage.profiles import Profiles
from storage.skill_index import OfCommunity  # noqa: TC001 - SQLAlchemy resolves annotations at run time
from storage.statements import ignoring_insert

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from importlib.resources.abc import Traversable

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Community
    from storage.engine import Engines

BATCH: Final = 50
"""Subjects indexed in one transaction: a tenth of a second that others wait at most."""
CHUNK: Final = 16_384
"""Bytes read at once: what a process held for a moment at its start, it keeps."""
UNDERSTANDING: Final = (".py", ".toml")
"""Files of `bot.skills` that what is understood comes from."""


class Source(Protocol):
    """A repository whose rows are found by the index."""

    async def index_some(self, after: int, limit: int) -> int | None:
        """Index the rows that follow an id, in order, locking them; return the last of them, None where there are no more."""
        ...


SOURCES: Final[Mapping[str, Callable[[AsyncConnection, Community], Source]]] = {
    "profiles": Profiles,
    "past help": PastHelp,
    "opportunities": Opportunities,
}
"""What is indexed, in order. Names are kept in the database."""


class SkillReindexingRow(Base):
    """How far a community is: everything is indexed by `version` where `source` is empty, else that source up to `done_to`."""

    __tablename__ = "skill_reindexing"

    community_id: Mapped[OfCommunity]
    version: Mapped[str]
    source: Mapped[str]
    done_to: Mapped[int] = mapped_column(BigInteger)


logger = structlog.get_logger(__name__)

_PLACE: Final = select(SkillReindexingRow.version, SkillReindexingRow.source, SkillReindexingRow.done_to).where(
    SkillReindexingRow.community_id == bindparam("community")
)
_HELD: Final = _PLACE.with_for_update()
_BEGIN: Final = ignoring_insert(SkillReindexingRow)
_MOVE: Final = (
    update(SkillReindexingRow)
    .where(SkillReindexingRow.community_id == bindparam("community"))
    .values(version=bindparam("now"), source=bindparam("where"), done_to=bindparam("last"))
)


class StoredReindexing:
    """`bot.reindexing.Indexing` on the database; each step is a short transaction of its own.

    Where processes of two versions run side by side, each begins a community once an hour at most and leaves it to the one that
    began last, so that they do not undo each other's work for ever.
    """

    def __init__(self, engines: Engines, version: Callable[[], str] | None = None) -> None:
        self._engines = engines
        self._version = version or (lambda: understanding(str(engines.url)))
        self._begun: set[int] = set()

    async def step(self, community: Community) -> bool:
        """Index a few subjects of a community; return whether there are more. Several processes take turns."""
        version = self._version()
        async with self._engines.read.begin() as connection:
            row = (await connection.execute(_PLACE, {"community": community.id})).one_or_none()
        if row is not None and (row.version, row.source) == (version, ""):
            self._begun.discard(community.id)
            return False
        async with self._engines.write.begin() as connection:
            first = next(iter(SOURCES))
            begin = {"community_id": community.id, "version": version, "source": first, "done_to": 0}
            await connection.execute(_BEGIN[connection.dialect.name], begin)
            row = (await connection.execute(_HELD, {"community": community.id})).one()
            if row.version != version and community.id in self._begun:
                logger.warning("indexed_by_another_version", community=community.id, ours=version, theirs=row.version)
                self._begun.discard(community.id)  # the next look, in an hour, begins again
                return False
            self._begun.add(community.id)
            source, done_to = (row.source, row.done_to) if row.version == version else (first, 0)
            if not source:
                return False
            last: int | None = None
            while source and last is None:  # what has nothing to index costs no turn
                last = await SOURCES[source](connection, community).index_some(done_to, BATCH) if source in SOURCES else None
                if last is None:
                    source, done_to = _following(source), 0
            await connection.execute(_MOVE, {"community": community.id, "now": version, "where": source, "last": last or 0})
        return bool(source)


def _following(source: str) -> str:
    """Return the source after one; empty after the last."""
    names = list(SOURCES)
    place = names.index(source) + 1 if source in names else 0
    return names[place] if place < len(names) else ""


@cache
def understanding(url: str) -> str:
    """Return the version of how words are understood: a digest of the code and the vocabulary, so that no change is forgotten.

    What was imported for the installation with the database at `url` is a part of it.
    """
    digest = hashlib.blake2b(digest_size=16)
    for file in _parts(files("bot.skills")):
        with file.open("rb") as opened:
            while part := opened.read(CHUNK):
                digest.update(part)
    for _source, file in overlay.files(overlay.folder(url.replace("+aiosqlite", "", 1))):
        with file.open("rb") as opened:
            while part := opened.read(CHUNK):
                digest.update(part)
    return digest.hexdigest()


def _parts(folder: Traversable) -> Iterator[Traversable]:
    for part in sorted(folder.iterdir(), key=lambda each: each.name):
        if part.is_dir():
            yield from _parts(part)
        elif part.name.endswith(UNDERSTANDING):
            yield part
