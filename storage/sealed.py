"""Words that only the community's bot can read: sealed before they reach the database, opened where they are shown."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Final, Protocol

import structlog
from sqlalchemy import String
from sqlalchemy.types import TypeDecorator

from storage.engine import SEAL
from storage.keyring import Keyring, fingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Dialect
    from sqlalchemy.ext.asyncio import AsyncConnection

logger = structlog.get_logger(__name__)

_SEALED: Final = re.compile(r"[0-9a-f]{1,12}:\S*")


class Sealed(str):
    """Sealed words, as they are stored: the fingerprint of the key, a colon, Fernet's token. They show nothing."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return no more than that there is something."""
        return "Sealed(…)"

    @property
    def key(self) -> str:
        """The fingerprint of the key that sealed them."""
        return self.partition(":")[0]

    @property
    def closed(self) -> bool:
        """Whether they are sealed indeed: a column that was not from the beginning may hold words from before, or none."""
        return _SEALED.fullmatch(self) is not None


class SealedText(TypeDecorator[Sealed]):
    """A column of sealed words: anything else is refused, so that none gets in by mistake."""

    impl = String
    cache_ok = True

    @property
    def python_type(self) -> type[Sealed]:
        """What its values are."""
        return Sealed

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> str | None:
        """Refuse plain words."""
        del dialect
        if value is not None and type(value) is not Sealed:
            message = "plain words cannot be stored in a sealed column"
            raise TypeError(message)
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Sealed | None:
        """Return them sealed."""
        del dialect
        return None if value is None else Sealed(value)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's
        """Let patterns be compared with a sealed column as text."""
        del op, value
        return String()


class _Box(Protocol):
    """What this uses of `cryptography.fernet.MultiFernet`."""

    def encrypt_at_time(self, msg: bytes, current_time: int) -> bytes: ...

    def decrypt(self, msg: bytes) -> bytes: ...


class Seal:
    """Seals and opens words with the keys of a process."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring
        self._missed: set[str] = set()

    def close(self, words: str) -> Sealed:
        """Seal words with the newest key. A token carries a time, which would tell when somebody wrote: it is always zero."""
        keys = self.keyring.present()
        if not keys:
            message = "there is no key to seal with"
            raise RuntimeError(message)
        token = _box(tuple(keys)).encrypt_at_time(words.encode(), 0)
        return Sealed(f"{_fingerprint(keys[0])}:{token.decode()}")

    def open(self, sealed: Sealed) -> str | None:
        """Return the words; None where no key opens them, which leaves them as they are, for when it is found."""
        if not sealed.closed:
            return str(sealed)
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - costs a start that reads nothing private

        keys = self.keyring.present()
        try:
            return _box(tuple(keys)).decrypt(sealed.partition(":")[2].encode()).decode() if keys else self._shut(sealed)
        except InvalidToken:
            return self._shut(sealed)

    def _shut(self, sealed: Sealed) -> None:
        """Say once in the log, for each key, that something sealed with it cannot be opened."""
        key = sealed.key[:12] if sealed.key.isalnum() else "unknown"
        if key not in self._missed:
            self._missed.add(key)
            known = [_fingerprint(one) for one in self.keyring.present()]
            logger.error("sealed_words_not_opened", key=key, known=known, mend="docs/how-to/configure.md#keys")


def seal_of(connection: AsyncConnection) -> Seal:
    """Return the seal of a connection.

    Raises:
        RuntimeError: its database was opened without keys, as by commands that read nothing private.
    """
    found = connection.sync_connection.get_execution_options().get(SEAL) if connection.sync_connection is not None else None
    if not isinstance(found, Seal):
        message = "the database was opened without keys"
        raise RuntimeError(message)  # noqa: TRY004 - nobody gave a wrong type
    return found


@functools.lru_cache(8)
def _box(keys: tuple[str, ...]) -> _Box:
    from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415 - costs a start that reads nothing private

    return MultiFernet([Fernet(key) for key in keys])


_fingerprint = functools.lru_cache(64)(fingerprint)


def fingerprints(keys: Sequence[str]) -> list[str]:
    """Return the fingerprints of keys, in their order."""
    return [_fingerprint(key) for key in keys]
