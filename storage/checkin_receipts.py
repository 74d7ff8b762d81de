"""Where members stand with each time a check-in goes out: asked, done with it, or left out and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, delete, func, insert, select, update

from storage.base import Repository
from storage.checkin import LeftOut, Receipt
from storage.checkins import ReceiptRow, SendingRow
from storage.statements import elements

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


class Receipts(Repository):
    """Who of a community was asked how they are, and who was not."""

    async def of(self, sending: int, members: Collection[int]) -> Mapping[int, Receipt]:
        """Return where those of some members stand who are part of a sending."""
        wanted = elements("members", BigInteger)
        rows = await self.connection.execute(
            select(ReceiptRow.member_id, ReceiptRow.state)
            .join(wanted, wanted.c.value == ReceiptRow.member_id)
            .where(ReceiptRow.sending_id == sending),
            {"members": list(members)},
        )
        return {row.member_id: Receipt(row.state) for row in rows}

    async def reached(self, campaign: int, members: Collection[int], sending: int | None = None) -> set[int]:
        """Return who of some members are part of a sending, or of any sending of a campaign."""
        wanted = elements("members", BigInteger)
        found = select(ReceiptRow.member_id).join(wanted, wanted.c.value == ReceiptRow.member_id)
        numbers = select(SendingRow.id).where(SendingRow.campaign_id == campaign)
        which = ReceiptRow.sending_id.in_(numbers) if sending is None else ReceiptRow.sending_id == sending
        return set((await self.connection.execute(found.where(which), {"members": list(members)})).scalars())

    async def asked(self, sending: int) -> Sequence[int]:
        """Return who was asked and has not answered nor declined."""
        found = (
            select(ReceiptRow.member_id)
            .where(ReceiptRow.sending_id == sending, ReceiptRow.state == Receipt.ASKED.value)
            .order_by(ReceiptRow.member_id)
        )
        return list((await self.connection.execute(found)).scalars())

    async def left_out(self, sending: int) -> Mapping[int, LeftOut]:
        """Return who was left out of a sending, and why."""
        rows = await self.connection.execute(
            select(ReceiptRow.member_id, ReceiptRow.reason)
            .where(ReceiptRow.sending_id == sending, ReceiptRow.state == Receipt.LEFT_OUT.value)
            .order_by(ReceiptRow.member_id)
        )
        return {row.member_id: LeftOut(row.reason) for row in rows}

    async def record(self, sending: int, asked: Collection[int], left_out: Mapping[int, LeftOut]) -> None:
        """Record who is asked, and who is left out and why."""
        rows = [
            *({"member_id": member, "state": Receipt.ASKED.value, "reason": ""} for member in asked),
            *({"member_id": member, "state": Receipt.LEFT_OUT.value, "reason": why.value} for member, why in left_out.items()),
        ]
        if rows:
            await self.connection.execute(insert(ReceiptRow), [{"sending_id": sending, **row} for row in rows])

    async def close(self, sending: int, member: int) -> bool:
        """Record that somebody is done with a sending; False where they are already, or were never asked."""
        closed = update(ReceiptRow).where(
            ReceiptRow.sending_id == sending, ReceiptRow.member_id == member, ReceiptRow.state == Receipt.ASKED.value
        )
        return (await self.connection.execute(closed.values(state=Receipt.CLOSED.value))).rowcount == 1

    async def forget(self, sending: int, members: Collection[int]) -> None:
        """Record that members were not asked after all."""
        if members:
            gone = delete(ReceiptRow).where(ReceiptRow.sending_id == sending, ReceiptRow.member_id.in_(list(members)))
            await self.connection.execute(gone)

    async def close_all(self, sending: int) -> None:
        """Close a sending for everybody: who answered without a reader, and who did not, look the same from now on."""
        asked = update(ReceiptRow).where(ReceiptRow.sending_id == sending, ReceiptRow.state == Receipt.ASKED.value)
        await self.connection.execute(asked.values(state=Receipt.CLOSED.value))

    async def counts(self, sending: int) -> Mapping[Receipt, int]:
        """Return how many stand where."""
        rows = await self.connection.execute(
            select(ReceiptRow.state, func.count().label("members"))
            .where(ReceiptRow.sending_id == sending)
            .group_by(ReceiptRow.state)
        )
        return {Receipt(row.state): row.members for row in rows}
