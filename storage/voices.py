"""The voices of a community: raised, answered, decided, shown; found again by who signed them, or by a code."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, delete, func, insert, select, update

from storage.base import Repository
from storage.people import COLUMNS, MemberRow, as_member
from storage.voice import Audience, Kind, Outcome, Shown, Voice, VoiceRow, VoiceWordRow, Word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement

    from bot.model import Member
    from storage.statements import AnySelect

_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Of codes: none that is read for another."""
CODE: Final = 15
"""Letters of a code: 75 bits, which nobody guesses."""
DAY: Final = dt.timedelta(days=1)
WAIT: Final = dt.timedelta(days=3)
"""How long an anonymous voice to everyone waits for an animator, who may keep it back with a reason, before it is posted."""
_OPEN: Final = VoiceRow.over_at.is_(None)


def new_code() -> str:
    """Return a code that nobody has."""
    return "".join(secrets.choice(_LETTERS) for _ in range(CODE))


def plain_code(typed: str) -> str:
    """Return a code as it is looked for, however it was typed: small letters, spaces and dashes do not count."""
    return "".join(character for character in typed.upper() if character in _LETTERS)[: CODE + 1]


class Voices(Repository):
    """What the members of a community raise."""

    async def raise_signed(self, member: Member, kind: Kind, audience: Audience, words: str, today: dt.date) -> int:
        """Keep a signed voice; return its number. One to everyone is shown at once."""
        shown = Shown.YES if audience is Audience.ALL else Shown.NO
        return await self._raise(kind, audience, words, today, member_id=member.id, shown=shown.value, tell_on=today)

    async def raise_anonymous(self, kind: Kind, audience: Audience, words: str, today: dt.date) -> str:
        """Keep an anonymous voice; return the code by which whoever raised it finds it again. It is kept as a hash only."""
        code = new_code()
        show_on = today + WAIT if audience is Audience.ALL else None
        values = {"code": self._hash(code), "show_on": show_on, "shown": Shown.NO.value, "tell_on": today + DAY}
        await self._raise(kind, audience, words, today, **values)
        return code

    async def _raise(self, kind: Kind, audience: Audience, words: str, today: dt.date, **values: object) -> int:
        fresh = {"member_id": None, "code": None, "show_on": None, "unread": True, "outcome": "", "day": today}
        statement = insert(VoiceRow).values(
            **{**fresh, **values},
            community_id=self.community.id,
            kind=kind.value,
            audience=audience.value,
            words=self.sealed(words),
        )
        return (await self.connection.execute(statement.returning(VoiceRow.id))).scalar_one()

    async def raised(self, member: Member | None, words: str, today: dt.date) -> Voice | None:
        """Return the voice with these words that was raised today, by a member or anonymously: a form that was sent twice."""
        mine = VoiceRow.member_id == member.id if member is not None else VoiceRow.member_id.is_(None)
        return next((one for one in await self._several(mine, VoiceRow.day == today) if one.words == words), None)

    async def today(self, member: Member, today: dt.date) -> int:
        """Return how many voices a member signed today."""
        mine = (VoiceRow.community_id == self.community.id, VoiceRow.member_id == member.id, VoiceRow.day == today)
        return (await self.connection.execute(select(func.count()).select_from(VoiceRow).where(*mine))).scalar_one()

    # ---------------------------------------------------------------- finding

    async def get(self, voice: int) -> Voice | None:
        """Return a voice with all that was said, or None."""
        found = await self._several(VoiceRow.id == voice)
        return await self._whole(found[0]) if found else None

    async def by_code(self, code: str) -> Voice | None:
        """Return the anonymous voice of a code, or None."""
        if len(code) != CODE:
            return None
        found = await self._several(VoiceRow.code == self._hash(code))
        return await self._whole(found[0]) if found else None

    async def mine(self, member: Member, limit: int) -> Sequence[Voice]:
        """Return what a member signed, newest first."""
        return await self._several(VoiceRow.member_id == member.id, limit=limit)

    async def inbox(self, limit: int, offset: int = 0) -> Sequence[Voice]:
        """Return what the animators look at: unread first, then what waits, then the rest; newest first in each."""
        first = case((VoiceRow.unread, 0), (_OPEN, 1), else_=2)
        return await self._several(limit=limit, offset=offset, order=(first, VoiceRow.id.desc()))

    async def numbers(self) -> tuple[int, int, int]:
        """Return how many voices there are, how many are unread, how many wait for an answer."""
        counted = select(
            func.count(),
            func.count(case((VoiceRow.unread, 1))),
            func.count(case((_OPEN, 1))),
        ).where(VoiceRow.community_id == self.community.id)
        total, unread, waiting = (await self.connection.execute(counted)).one()
        return total, unread, waiting

    async def answered(self, limit: int, offset: int = 0) -> Sequence[Voice]:
        """Return the answered ones that everyone may see, those answered last first."""
        return await self._several(
            VoiceRow.shown == Shown.YES.value,
            VoiceRow.over_at.is_not(None),
            limit=limit,
            offset=offset,
            order=(VoiceRow.over_at.desc(), VoiceRow.id.desc()),
        )

    async def number_answered(self) -> int:
        """Return how many answered ones everyone may see."""
        shown = (VoiceRow.shown == Shown.YES.value, VoiceRow.over_at.is_not(None))
        counted = select(func.count()).select_from(VoiceRow).where(VoiceRow.community_id == self.community.id, *shown)
        return (await self.connection.execute(counted)).scalar_one()

    async def to_show(self, today: dt.date) -> Sequence[Voice]:
        """Return the anonymous voices to everyone that have waited for an animator long enough."""
        return await self._several(VoiceRow.shown == Shown.NO.value, VoiceRow.show_on <= today, order=(VoiceRow.id,))

    async def _several(
        self, *where: ColumnElement[bool], limit: int | None = None, offset: int = 0, order: tuple[Any, ...] = ()
    ) -> Sequence[Voice]:
        found: AnySelect = (
            select(VoiceRow.id.label("voice"), *(column for column in VoiceRow.__table__.c if column.name != "id"), *COLUMNS)
            .join(MemberRow, (MemberRow.id == VoiceRow.member_id) & (MemberRow.community_id == self.community.id), isouter=True)
            .where(VoiceRow.community_id == self.community.id, *where)
            .order_by(*(order or (VoiceRow.id.desc(),)))
            .limit(limit)
            .offset(offset or None)
        )
        return [self._voice(row) for row in (await self.connection.execute(found)).mappings()]

    def _voice(self, row: Mapping[Any, Any]) -> Voice:
        return Voice(
            row["voice"],
            None if row[MemberRow.__table__.c.id] is None else as_member(row),  # pyright: ignore[reportArgumentType]
            Kind(row["kind"]),
            Audience(row["audience"]),
            self.opened(row["words"]),
            row["day"],
            row["unread"],
            Outcome(row["outcome"]) if row["outcome"] else None,
            None if row["reason"] is None else self.opened(row["reason"]),
            Shown(row["shown"]),
            row["show_on"],
            None if row["back"] is None else self.opened(row["back"]),
            row["over_at"] is not None,
        )

    async def _whole(self, voice: Voice) -> Voice:
        rows = await self.connection.execute(
            select(VoiceWordRow.answer, VoiceWordRow.words, VoiceWordRow.day, *COLUMNS)
            .join(MemberRow, MemberRow.id == VoiceWordRow.animator_id, isouter=True)
            .where(VoiceWordRow.voice_id == voice.id)
            .order_by(VoiceWordRow.id)
        )
        said = tuple(
            Word(
                row["answer"],
                None if row[MemberRow.__table__.c.id] is None else as_member(row),
                self.opened(row["words"]),
                row["day"],
            )
            for row in rows.mappings()
        )
        return replace(voice, said=said)

    # ---------------------------------------------------------------- what follows

    async def answer(self, voice: int, animator: Member, words: str, today: dt.date) -> None:
        """Keep an animator's answer."""
        await self._say(voice, words, today, animator=animator)
        await self._change(voice, over_at=_midnight(today), unread=False)

    async def add(self, voice: Voice, words: str, today: dt.date) -> None:
        """Keep more words of whoever raised it: it waits for an answer again."""
        await self._say(voice.id, words, today)
        await self._change(voice.id, over_at=None, unread=True, tell_on=today if voice.raiser is not None else today + DAY)

    async def decide(self, voice: int, outcome: Outcome, reason: str, today: dt.date) -> None:
        """Keep what becomes of it, and why."""
        changes = {"outcome": outcome.value, "reason": self.sealed(reason), "over_at": _midnight(today), "unread": False}
        await self._change(voice, **changes)

    async def read(self, voice: int) -> None:
        """Record that an animator has seen its newest words."""
        await self._change(voice, unread=False)

    async def show(self, voice: int, shown: Shown, why: str = "") -> bool:
        """Let everyone see a voice, or keep it back for a reason; False where that was so before."""
        back = self.sealed(why) if shown is Shown.BACK else None
        one = and_(VoiceRow.id == voice, VoiceRow.community_id == self.community.id, VoiceRow.shown != shown.value)
        changed = await self.connection.execute(update(VoiceRow).where(one).values(shown=shown.value, back=back, show_on=None))
        return changed.rowcount == 1

    async def take_back(self, voice: int) -> bool:
        """Forget a voice, as whoever raised it wishes; False where it was gone before."""
        one = and_(VoiceRow.id == voice, VoiceRow.community_id == self.community.id)
        return (await self.connection.execute(delete(VoiceRow).where(one))).rowcount == 1

    async def tell(self, today: dt.date) -> bool:
        """Record that the animators are told of what is new; False where nothing is.

        Words of somebody anonymous are told of on the day after. All rows that wait are written at once: on PostgreSQL, which marks
        a row with the transaction that wrote it, none is marked with the one in which somebody raised it any more.
        """
        told = await self.connection.execute(
            update(VoiceRow)
            .where(VoiceRow.community_id == self.community.id, VoiceRow.tell_on <= today)
            .values(tell_on=None)
            .returning(VoiceRow.id, VoiceRow.unread)
        )
        rows = told.all()
        if rows:
            said = VoiceWordRow.voice_id.in_([row.id for row in rows])
            await self.connection.execute(update(VoiceWordRow).where(said).values(answer=VoiceWordRow.answer))
        return any(row.unread for row in rows)

    async def _say(self, voice: int, words: str, today: dt.date, animator: Member | None = None) -> None:
        values = {
            "voice_id": voice,
            "animator_id": None if animator is None else animator.id,
            "answer": animator is not None,
            "words": self.sealed(words),
            "day": today,
        }
        await self.connection.execute(insert(VoiceWordRow).values(values))

    async def _change(self, voice: int, **values: object) -> None:
        one = and_(VoiceRow.id == voice, VoiceRow.community_id == self.community.id)
        await self.connection.execute(update(VoiceRow).where(one).values(**values))

    def _hash(self, code: str) -> str:
        """Return what a code is kept as: it is too long to be tried out."""
        return hashlib.blake2b(code.encode(), digest_size=16, person=b"confrere voice").hexdigest()


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)
