"""Files that a card hands out: a name that every system takes, what is in it, and how much a card may carry."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Final

import msgspec

from bot.errors import LimitError
from bot.i18n import fits, fold
from bot.text import Content  # noqa: TC001 - msgspec resolves these annotations at run time

if TYPE_CHECKING:
    from collections.abc import Sequence

FILES: Final = 5
NAME, LABEL = 60, 75
CONTENT: Final = 4 << 20
"""Bytes of a card's files together: Discord takes 10 MiB a message, and a row of the outbox carries them until they are sent."""
_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9]))*\.[A-Za-z0-9]{1,8}")
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+-]+(?:; ?[a-z]+=[A-Za-z0-9-]+)*")


class File(msgspec.Struct, frozen=True):
    """Something to download. `label` says what it is, where the platform has room for that beside the name.

    `name` has only letters without accents, figures, `-`, `_` and an ending: `file_name` makes one of anybody's words.
    """

    name: str
    content: bytes
    media_type: str
    label: Content = ""

    def __post_init__(self) -> None:
        if len(self.name) > NAME or not _NAME.fullmatch(self.name):
            message = f"file name {self.name!r}: letters, figures, - and _, at most {NAME}, with an ending"
            raise LimitError(message)
        if not _MEDIA_TYPE.fullmatch(self.media_type):
            message = f"file {self.name}: no media type: {self.media_type!r}"
            raise LimitError(message)
        if not self.content:
            message = f"file {self.name}: empty"
            raise LimitError(message)
        if not fits(LABEL, self.label):
            message = f"file {self.name}: label of more than {LABEL} characters"
            raise LimitError(message)


def check_files(files: Sequence[File]) -> None:
    """Refuse more files than a card carries.

    Raises:
        LimitError: too many, too large together, or two of the same name.
    """
    if len(files) > FILES:
        message = f"card: {len(files)} files, at most {FILES}"
        raise LimitError(message)
    if len({file.name.lower() for file in files}) != len(files):
        message = "card: two files have the same name"
        raise LimitError(message)
    if sum(len(file.content) for file in files) > CONTENT:
        message = f"card: files of more than {CONTENT} bytes"
        raise LimitError(message)


def packed(name: str, ending: str, content: bytes, media_type: str, label: Content) -> File:
    """Return a file under a name without its ending; in a ZIP archive where it is too large for a message.

    Raises:
        LimitError: it is too large even so.
    """
    if len(content) <= CONTENT:
        return File(f"{name}.{ending}", content, media_type, label)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"{name}.{ending}"), content, zipfile.ZIP_DEFLATED)
    if len(written.getvalue()) > CONTENT:
        message = f"file {name}.{ending}: more than {CONTENT} bytes, packed"
        raise LimitError(message)
    return File(f"{name}.zip", written.getvalue(), "application/zip", label)


def file_name(words: str, ending: str) -> str:
    """Return a name made of anybody's words, in small letters: `zoe-et-ada.ics`; `file` where no letter is left."""
    return f"{slug(words, NAME - len(ending) - 1) or 'file'}.{ending}"


def slug(words: str, most: int) -> str:
    """Return words in small letters, figures and hyphens, at most so many: whole words, unless the first alone is longer."""
    kept = re.sub(r"[^a-z0-9]+", "-", fold(words)).strip("-")
    if len(kept) <= most:
        return kept
    return kept[: most + 1].rpartition("-")[0] or kept[:most]
