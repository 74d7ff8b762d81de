"""Dialogs under way: what was asked and what was typed, until it is accepted or discarded."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import ForeignKey, bindparam, delete, select

from bot.model import AccountRef, Channel
from bot.ports import Draft
from bot.ui import Form
from storage.base import Base, Mapped, mapped_column
from storage.sealed import Sealed, seal_of
from storage.statements import upsert

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection


class FormRow(Base):
    """One dialog of one member. `shape` is the form, `typed` its values, both as JSON; of a private one, both are `sealed`."""

    __tablename__ = "form"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    submit: Mapped[str] = mapped_column(primary_key=True)
    shape: Mapped[str]
    typed: Mapped[str]
    kept_at: Mapped[dt.datetime] = mapped_column(index=True)
    sealed: Mapped[Sealed | None]


_KINDS: Final[dict[str, type[dt.date | AccountRef | Channel]]] = {"date": dt.date, "account": AccountRef, "channel": Channel}
_LOAD = select(FormRow.shape, FormRow.typed, FormRow.sealed).where(
    FormRow.member_id == bindparam("member"), FormRow.submit == bindparam("form")
)
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
        shape, typed = row.shape, row.typed
        try:
            if row.sealed is not None:
                words = seal_of(self._connection).open(row.sealed)
                if words is None:
                    return None
                shape, typed = msgspec.json.decode(words, type=tuple[str, str])
            return Draft(msgspec.json.decode(shape, type=Form), read_values(typed))
        except msgspec.DecodeError:
            return None

    async def keep(self, member: int, draft: Draft, now: dt.datetime) -> None:
        """Keep the dialog and its content, replacing an earlier one."""
        shape, typed = msgspec.json.encode(draft.form).decode(), write_values(draft.values)
        sealed: Sealed | None = None
        if draft.form.private:
            sealed = seal_of(self._connection).close(msgspec.json.encode((shape, typed)).decode())
            shape = typed = ""
        row = {
            "member_id": member,
            "submit": draft.form.submit,
            "shape": shape,
            "typed": typed,
            "kept_at": now,
            "sealed": sealed,
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
