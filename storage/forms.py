"""Dialogs under way: what was asked and what was typed, until it is accepted or discarded."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import ForeignKey, bindparam, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.model import AccountRef, Channel
from bot.ports import Draft
from bot.ui import Form
from storage.base import Base
from storage.statements import upsert

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection


class FormRow(Base):
    """One dialog of one member. `shape` is the form, `typed` its values, both as JSON."""

    __tablename__ = "form"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    submit: Mapped[str] = mapped_column(primary_key=True)
    shape: Mapped[str]
    typed: Mapped[str]
    kept_at: Mapped[dt.datetime] = mapped_column(index=True)


_KINDS: Final[dict[str, type[dt.date | AccountRef | Channel]]] = {"date": dt.date, "account": AccountRef, "channel": Channel}
_LOAD = select(FormRow.shape, FormRow.typed).where(FormRow.member_id == bindparam("member"), FormRow.submit == bindparam("form"))
_DISCARD = delete(FormRow).where(FormRow.member_id == bindparam("member"), FormRow.submit == bindparam("form"))


class KeptForms:
    """`ports.Forms` on the database."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def load(self, member: int, submit: str) -> Draft | None:
        """Return the dialog, or None; one that this version cannot read any more is as good as none."""
        row = (await self._connection.execute(_LOAD, {"member": member, "form": submit})).one_or_none()
        if row is None:
            return None
        try:
            return Draft(msgspec.json.decode(row.shape, type=Form), read_values(row.typed))
        except msgspec.DecodeError:
            return None

    async def keep(self, member: int, draft: Draft, now: dt.datetime) -> None:
        """Keep the dialog and its content, replacing an earlier one."""
        row = {
            "member_id": member,
            "submit": draft.form.submit,
            "shape": msgspec.json.encode(draft.form).decode(),
            "typed": write_values(draft.values),
            "kept_at": now,
        }
        await self._connection.execute(upsert(self._connection, FormRow, row, keys=("member_id", "submit")))

    async def discard(self, member: int, submit: str) -> None:
        """Forget the dialog."""
        await self._connection.execute(_DISCARD, {"member": member, "form": submit})


def write_values(values: Mapping[str, object]) -> str:
    """Return what was typed as JSON that tells a date, an account or a channel from words."""
    return msgspec.json.encode({name: _tagged(value) for name, value in values.items()}).decode()


def read_values(typed: str) -> dict[str, object]:
    """Return what `write_values` wrote."""
    values: dict[str, tuple[str, Any]] = msgspec.json.decode(typed, type=dict[str, tuple[str, Any]])
    return {name: _untagged(kind, value) for name, (kind, value) in values.items()}


def _tagged(value: object) -> tuple[str, object]:
    kind = next((kind for kind, known in _KINDS.items() if isinstance(value, known)), "plain")
    return ("several" if type(value) in {list, tuple} else kind), value


def _untagged(kind: str, value: Any) -> object:  # noqa: ANN401 - whatever JSON holds
    if kind in _KINDS:
        return msgspec.convert(value, _KINDS[kind])
    return tuple[object, ...](value) if kind == "several" else value
