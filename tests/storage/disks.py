"""A disk of a test's own with little room, which it may fill: the one that others use is left alone."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


@contextlib.contextmanager
def mounted(size: str) -> Generator[Path | None]:
    """Mount one and yield where it is; None where nothing may be mounted."""
    place = Path(tempfile.mkdtemp(prefix="confrere-disk-"))
    mount = shutil.which("mount")
    asked = [mount or "mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    try:
        if mount is None or subprocess.run(asked, check=False, capture_output=True).returncode:
            yield None
            return
        try:
            yield place
        finally:
            # Lazily: where a test failed, files are still open, and what it failed of shall be told.
            subprocess.run([shutil.which("umount") or "umount", "--lazy", str(place)], check=True)
    finally:
        place.rmdir()


def fill(disk: Path) -> Path:
    """Take all the room there is left; return the file to delete when there shall be room again."""
    filler = disk / "filler"
    with filler.open("ab") as file:
        room = os.statvfs(disk)
        with contextlib.suppress(OSError):  # somebody else took a part of it
            file.write(b"x" * (room.f_bavail * room.f_bsize))
    return filler
