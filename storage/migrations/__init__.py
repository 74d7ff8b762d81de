"""The history of the schema: one file for each revision in `versions`, numbered, each following the one before.

`HEAD` is read from the file names, so that a start on a current database needs no Alembic.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

DIRECTORY: Final = Path(__file__).parent
HEAD: Final = max(path.name.partition("_")[0] for path in (DIRECTORY / "versions").glob("[0-9]*.py"))


def known(revision: str) -> bool:
    """Tell whether this version has a revision; a newer version's it has not."""
    return any((DIRECTORY / "versions").glob(f"{revision}_*.py"))
