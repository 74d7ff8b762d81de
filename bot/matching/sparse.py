"""Sparse matrices as arrays of numpy: just enough to join people by what they share, without scipy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Real = NDArray[np.float32]


TOGETHER: Final = 100
"""Rows whose every entry is looked at at once: of ten thousand columns, what a processor keeps near."""


@dataclass(frozen=True, slots=True)
class Sparse:
    """A matrix by rows: those of row r are from `starts[r]` up to and without `starts[r + 1]`, by column."""

    starts: Whole
    columns: Whole
    values: Real
    width: int

    @property
    def height(self) -> int:
        """How many rows there are."""
        return len(self.starts) - 1

    def transposed(self) -> Sparse:
        """Return it with rows and columns exchanged."""
        return sparse(self.columns, self.row_numbers(), self.values, (self.width, self.height))

    def row_numbers(self) -> Whole:
        """Return the row of each entry."""
        return np.repeat(np.arange(self.height), np.diff(self.starts))

    def entries(self, rows: Whole) -> tuple[Whole, Whole]:
        """Return the entries of some rows, a row may be asked for twice: which of `rows` each is of, and its place."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        of = np.repeat(np.arange(len(rows)), lengths)
        before = np.cumsum(lengths) - lengths
        return of, np.arange(len(of)) - before[of] + self.starts[rows][of]

    def row(self, number: int) -> tuple[Whole, Real]:
        """Return the columns and values of a row."""
        part = slice(self.starts[number], self.starts[number + 1])
        return self.columns[part], self.values[part]


def sparse(rows: Whole, columns: Whole, values: Real, shape: tuple[int, int]) -> Sparse:
    """Return a matrix from its entries, none of them twice."""
    keys = rows * shape[1] + columns
    order = np.argsort(keys, kind="stable") if (keys[1:] < keys[:-1]).any() else slice(None)
    starts = np.zeros(shape[0] + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows, minlength=shape[0]), out=starts[1:])
    return Sparse(starts, columns[order].astype(np.int64), values[order].astype(np.float32), shape[1])


def from_rows(rows: Sequence[Iterable[tuple[int, float]]], width: int) -> Sparse:
    """Return a matrix from the entries of each row."""
    listed = [list(row) for row in rows]
    lengths = np.array([len(row) for row in listed], dtype=np.int64)
    flat = [entry for row in listed for entry in row]
    columns = np.array([column for column, _value in flat], dtype=np.int64)
    values = np.array([value for _column, value in flat], dtype=np.float32)
    return sparse(np.repeat(np.arange(len(listed)), lengths), columns, values, (len(listed), width))


def joined(left: Sparse, rows: Whole, right: Sparse) -> tuple[Whole, Whole, Real]:
    """Return the product of some rows of a matrix with another, not yet added up: row among `rows`, column, value of each term."""
    of, places = left.entries(rows)
    through, ends = right.entries(left.columns[places])
    return of[through], right.columns[ends], left.values[places][through] * right.values[ends]


def dense(left: Sparse, rows: Whole, right: Sparse) -> Real:
    """Return the product of some rows of a matrix with another, every entry of it."""
    of, columns, values = joined(left, rows, right)
    flat = np.bincount(of * right.width + columns, weights=values, minlength=len(rows) * right.width)
    return flat.astype(np.float32).reshape(len(rows), right.width)


class Entries:
    """The entries of a matrix that is found part by part."""

    def __init__(self) -> None:
        self._parts: list[tuple[Whole, Whole, Real]] = []

    def add(self, rows: Whole, columns: Whole, values: NDArray[Any]) -> None:
        """Add some, none of them there yet."""
        self._parts.append((rows, columns, values.astype(np.float32)))

    def together(self, shape: tuple[int, int]) -> Sparse:
        """Return the matrix."""
        if not self._parts:
            return from_rows([()] * shape[0], shape[1])
        rows, columns, values = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        return sparse(rows, columns, values, shape)


def parts_of(height: int) -> Iterator[Whole]:
    """Yield the numbers of rows, so many at a time as are looked at together."""
    for first in range(0, height, TOGETHER):
        yield np.arange(first, min(first + TOGETHER, height))
