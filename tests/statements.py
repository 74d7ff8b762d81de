"""Statements compiled once for all databases of a test process.

Each engine compiles what it runs for itself, and most tests have a database of their own: a third of their time went there. An
engine made after the first of its kind goes on with the first one's dialect, which knows the server by then, and with what that
one compiled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import event

from storage import engine as engines
from tests import driver

if TYPE_CHECKING:
    from sqlalchemy import URL, Dialect
    from sqlalchemy.ext.asyncio import AsyncEngine

_FIRST: Final[dict[str, tuple[Dialect, Any]]] = {}
_create: Final = engines.create_async_engine


def _create_sharing(url: URL, **options: Any) -> AsyncEngine:  # noqa: ANN401 - SQLAlchemy's options
    if url.get_dialect().name == "sqlite":
        options["connect_args"] = {**options.get("connect_args", {}), "async_creator_fn": driver.connect}
    made = _create(url, **options)
    engine: Any = made.sync_engine
    name = engine.dialect.name

    def keep(*_connection: object) -> None:
        _FIRST.setdefault(name, (engine.dialect, engine._compiled_cache))  # noqa: SLF001 - there is no public way in

    if name in _FIRST:
        engine.dialect, engine._compiled_cache = _FIRST[name]  # noqa: SLF001 - the same
    else:
        event.listen(engine, "first_connect", keep)
    return made


engines.create_async_engine = _create_sharing
