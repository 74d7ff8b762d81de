"""The sandbox's file: one JSON record a line, appended as things happen, rewritten whole and atomically when it starts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from adapters.sandbox.records import Record
from bot.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from io import BufferedWriter


class Journal(Protocol):
    """Where records are kept."""

    def load(self) -> Sequence[Record]:
        """Return every record, oldest first."""
        ...

    def append(self, record: Record) -> None:
        """Keep one more."""
        ...

    def rewrite(self, records: Iterable[Record]) -> None:
        """Replace everything by these."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


class MemoryJournal:
    """Keeps nothing: for tests that need no restart."""

    def load(self) -> Sequence[Record]:
        """Return nothing."""
        return ()

    def append(self, record: Record) -> None:
        """Forget it: the workspace itself holds it."""

    def rewrite(self, records: Iterable[Record]) -> None:
        """Forget them."""

    def close(self) -> None:
        """Do nothing."""


class FileJournal:
    """Keeps records in a file. A last line cut short by a crash is left out; anything else unreadable is refused by name."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream: BufferedWriter | None = None
        self._closed = False
        self._encoder = msgspec.json.Encoder()

    def load(self) -> Sequence[Record]:
        """Return every record, oldest first.

        Raises:
            ConfigError: the file is not a sandbox's, or may not be read.
        """
        try:
            lines = self._path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return ()
        except OSError as error:
            message = f"sandbox.file: {self._path} cannot be read: {error.strerror}"
            raise ConfigError(message) from None
        decoder = msgspec.json.Decoder(Record)
        records: list[Record] = []
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                records.append(decoder.decode(line))
            except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
                if number == len(lines):
                    break
                message = (
                    f"sandbox.file: line {number} of {self._path} is not a sandbox's. "
                    "Name another file, or start afresh with `confrere demo --reset`."
                )
                raise ConfigError(message) from None
        return records

    def append(self, record: Record) -> None:
        """Write one more line and hand it to the system at once."""
        line = self._encoder.encode(record) + b"\n"
        if self._closed:
            with self._open() as stream:
                stream.write(line)
            return
        if self._stream is None:
            self._stream = self._open()
        self._stream.write(line)
        self._stream.flush()

    def rewrite(self, records: Iterable[Record]) -> None:
        """Replace the file in one step: whoever reads it sees the old one or the new one.

        Raises:
            ConfigError: the file may not be written.
        """
        self._release()
        beside = self._path.with_name(f"{self._path.name}.new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("wb") as stream:
                for record in records:
                    stream.write(self._encoder.encode(record) + b"\n")
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(self._path)
        except OSError as error:
            message = f"sandbox.file: {self._path} cannot be written: {error.strerror}"
            raise ConfigError(message) from None

    def close(self) -> None:
        """Let go of the file; what is delivered after that opens it once more for each record."""
        self._closed = True
        self._release()

    def _release(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _open(self) -> BufferedWriter:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        return self._path.open("ab")


def journal(file: str) -> Journal:
    """Return the journal of `sandbox.file`; an empty name keeps nothing."""
    return FileJournal(Path(file)) if file else MemoryJournal()
