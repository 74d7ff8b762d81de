"""Words of circles: sealed where they are kept, nothing where there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from storage.sealed import Sealed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.base import Repository

WORDS: Final = frozenset({"commitment", "happened", "ahead", "hand"})
NONE: Final = Sealed("")
SHUT: Final = "…"
"""What stands for words whose key is missing."""


def closed(storage: Repository, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values of columns as they are kept: words sealed, all else as it is."""
    return {name: (storage.sealed(value) if value else NONE) if name in WORDS else value for name, value in values.items()}


def opened(storage: Repository, words: Sealed) -> str:
    """Return kept words."""
    found = storage.opened(words) if words else ""
    return SHUT if found is None else found
