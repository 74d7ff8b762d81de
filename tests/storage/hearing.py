"""The statements that reach a database, as its driver gets them."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from collections.abc import Generator

    from storage.db import Database


@dataclass
class Asked:
    """A statement as the driver got it."""

    statement: str
    parameters: Any
    plan: str = ""


@dataclass
class Ear:
    """Listens to one engine after the other."""

    heard: list[Asked] = field(default_factory=list)

    @contextmanager
    def on(self, store: Database) -> Generator[None]:
        engines = {store._engines.write.sync_engine, store._engines.read.sync_engine}  # noqa: SLF001 - what is under test
        for engine in engines:
            event.listen(engine, "before_cursor_execute", self._note)
        yield
        for engine in engines:
            event.remove(engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, parameters: Any, _context: object, many: bool) -> None:  # noqa: ANN401, FBT001
        if re.match(r"\s*(SELECT|UPDATE|DELETE|WITH)", statement):
            self.heard.append(Asked(statement, parameters[0] if many else parameters))
