"""How often somebody raises an anonymous voice in a day, without anybody knowing tomorrow that they did."""

from __future__ import annotations

import datetime as dt  # noqa: TC003
import hashlib
import secrets
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select, update

from storage.base import Repository
from storage.statements import insert_or_ignore
from storage.voice import VoiceAllowanceRow, VoiceSaltRow

if TYPE_CHECKING:
    from bot.model import Member

MOST: Final = 2
"""Anonymous voices of one person in a day."""


class Allowance(Repository):
    """What is left of a day's anonymous voices."""

    async def left(self, member: Member, today: dt.date) -> bool:
        """Tell whether somebody may raise another one today; nothing is written."""
        salt = await self._salt(today)
        return salt is None or await self._used(salt, member) < MOST

    async def used(self, member: Member, today: dt.date) -> bool:
        """Tell whether somebody raised one today."""
        salt = await self._salt(today)
        return salt is not None and await self._used(salt, member) > 0

    async def use(self, member: Member, today: dt.date) -> bool:
        """Count one more; False where none is left."""
        salt = await self._salt(today)
        if salt is None:
            await self.forget(today)
            fresh = self.sealed(secrets.token_hex(32))
            values = {"community_id": self.community.id, "day": today, "salt": fresh}
            await self.connection.execute(insert_or_ignore(self.connection, VoiceSaltRow, values))
            salt = await self._salt(today)
        if salt is None:
            return False
        digest = self._digest(salt, member)
        values = {"community_id": self.community.id, "digest": digest, "used": 0}
        await self.connection.execute(insert_or_ignore(self.connection, VoiceAllowanceRow, values))
        counted = await self.connection.execute(
            update(VoiceAllowanceRow)
            .where(
                VoiceAllowanceRow.community_id == self.community.id,
                VoiceAllowanceRow.digest == digest,
                VoiceAllowanceRow.used < MOST,
            )
            .values(used=VoiceAllowanceRow.used + 1)
        )
        return counted.rowcount == 1

    async def forget(self, today: dt.date) -> None:
        """Throw away the salt and the hashes of any other day."""
        old = VoiceSaltRow.community_id == self.community.id
        if (await self.connection.execute(delete(VoiceSaltRow).where(old, VoiceSaltRow.day != today))).rowcount:
            await self.connection.execute(delete(VoiceAllowanceRow).where(VoiceAllowanceRow.community_id == self.community.id))

    async def _used(self, salt: str, member: Member) -> int:
        used = select(VoiceAllowanceRow.used).where(
            VoiceAllowanceRow.community_id == self.community.id, VoiceAllowanceRow.digest == self._digest(salt, member)
        )
        return (await self.connection.execute(used)).scalar_one_or_none() or 0

    async def _salt(self, today: dt.date) -> str | None:
        """Return today's salt; None where there is none that can be opened, and a new one is made."""
        found = select(VoiceSaltRow.salt).where(VoiceSaltRow.community_id == self.community.id, VoiceSaltRow.day == today)
        sealed = (await self.connection.execute(found)).scalar_one_or_none()
        return None if sealed is None else self.opened(sealed)

    def _digest(self, salt: str, member: Member) -> str:
        return hashlib.blake2b(str(member.id).encode(), key=bytes.fromhex(salt), digest_size=16).hexdigest()
