"""What a handler is given: who acts, where, when, and the storage of their community."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bot.text import Mention

if TYPE_CHECKING:
    import datetime as dt

    from bot.model import Community, Member, Place, Workspace
    from bot.ports import Reader, Unit
    from bot.recurrence import Occurrence

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class JobContext:
    """The context of a scheduled handler: a community, an instant, its storage."""

    community: Community
    now: dt.datetime
    unit: Unit

    def use(self, repository: type[T]) -> T:
        """Return a repository of `storage`, in this transaction and for this community."""
        return self.unit.use(repository, self.community)


@dataclass(frozen=True, slots=True)
class DueContext(JobContext):
    """The context of a scheduled handler that asks which occurrence it runs for."""

    occurrence: Occurrence


@dataclass(frozen=True, slots=True)
class Context(JobContext):
    """The context of a handler that answers somebody. `me` is who acts."""

    workspace: Workspace
    me: Member
    place: Place
    reader: Reader

    @property
    def locale(self) -> str:
        """The language of whoever acts."""
        return self.reader.locale

    @property
    def zone(self) -> str:
        """The IANA time zone of whoever acts."""
        return self.reader.zone


def mention(member: Member) -> Mention:
    """Return a member as a parameter of a text."""
    return Mention(member.name, member.id)
