"""What people see on a platform that takes a message once under each key, and what they should see: plain Python, no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.ports import Reference
from storage.outbox import CREATING, Action

if TYPE_CHECKING:
    from bot.parcels import Parcel
    from bot.ui import Card


@dataclass
class Held:
    """What a worker claimed. `taken`: the platform has it; `lapsed`: its lease ended, it must not be handed over any more."""

    parcel: Parcel
    taken: Reference | None = None
    lapsed: bool = False


@dataclass
class Shown:
    """A message as it stands on the platform."""

    lane: str
    words: str
    removed: bool = False


@dataclass
class Seen:
    """The platform. `by_key` is what stands there; `order` is which rows arrived at the first attempt, in their lanes."""

    by_key: dict[str, Shown] = field(default_factory=dict)
    order: dict[tuple[str, int], list[int]] = field(default_factory=dict)

    def take(self, parcel: Parcel) -> Reference:
        """Accept it; what comes again under its key is the same message."""
        if parcel.action in CREATING:
            return self._create(parcel)
        assert parcel.reference is not None
        assert parcel.reference.message in self.by_key, "a change overtook its message"
        shown = self.by_key[parcel.reference.message]
        if parcel.action == Action.REMOVE:
            shown.removed = True
        else:
            shown.words = words(parcel.card)
        return parcel.reference

    def _create(self, parcel: Parcel) -> Reference:
        if parcel.thread:
            assert parcel.thread in self.by_key, "an answer overtook what it answers"
        if parcel.key in self.by_key:
            assert parcel.since is not None, "who has to look for an earlier attempt is told so"
        else:
            self.by_key[parcel.key] = Shown(parcel.lane, words(parcel.card))
            if parcel.attempt == 1:
                self.order.setdefault((parcel.lane, parcel.priority), []).append(parcel.id)
        return Reference(parcel.channel or f"D-{'-'.join(parcel.accounts)}", parcel.key, parcel.thread)


def words(card: Card) -> str:
    """Return what a card says; a relayed one also says that it is relayed, after that."""
    return str(card.body[0] if isinstance(card.body, tuple | list) else card.body)
