"""The keys to private answers: given in the configuration, or kept in a file that the first start makes."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

from bot.config import is_key
from bot.errors import ConfigError
from storage import engine as engines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config import SecurityConfig

OTHERWISE: Final = Path("var/confrere.key")
"""Where the key is kept beside no SQLite file."""
_WORDS: Final = """\
# Confrère's keys to private answers, newest first: without them nobody can read these, nor those in a backup.
# Keep a copy apart from the backups, where only you can read it.
"""

logger = structlog.get_logger(__name__)


def new_key() -> str:
    """Return a key that nobody has."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def fingerprint(key: str) -> str:
    """Return what tells a key from others and tells nothing of it."""
    return hashlib.blake2b(base64.urlsafe_b64decode(key), digest_size=6, person=b"confrere key").hexdigest()


class Keyring:
    """Keys, newest first: the first one seals, all of them open. Those of a file are read again whenever it changes."""

    def __init__(self, keys: Sequence[str] = (), file: Path | None = None) -> None:
        self._keys = tuple(keys)
        self.file = None if keys else file
        self._seen: tuple[int, int] = (0, 0)

    @classmethod
    def of(cls, security: SecurityConfig, url: str) -> Keyring:
        """Return the keys of a configuration; nothing is read or made yet."""
        if security.keys:
            return cls(security.keys)
        database = engines.sqlite_file(engines.parse(url))
        beside = OTHERWISE if database is None else Path(f"{database}.key")
        return cls(file=Path(security.key_file) if security.key_file else beside)

    def present(self) -> Sequence[str]:
        """Return the keys there are now, none where there is no file yet.

        Raises:
            ConfigError: the file holds something else.
        """
        if self.file is None:
            return self._keys
        try:
            found = self.file.stat()
            if (found.st_mtime_ns, found.st_ino) != self._seen:
                self._keys = self._read(self.file, found)
                self._seen = found.st_mtime_ns, found.st_ino
        except FileNotFoundError:
            pass  # a running bot goes on with those that it has read
        except (OSError, UnicodeDecodeError) as error:
            message = f"security.key_file: {self.file} cannot be read: {error}"
            raise ConfigError(message) from None
        return self._keys

    def make(self) -> None:
        """Make the file with a new key; whoever comes second at the same moment finds the first one's.

        Raises:
            ConfigError: it cannot be written.
        """
        if self.file is None or self.present():
            return
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            partial = _written(self.file, [new_key()])
            try:
                os.link(partial, self.file)
            except FileExistsError:
                return
            finally:
                partial.unlink()
        except OSError as error:
            message = f"security.key_file: {self.file} cannot be written: {error.strerror or type(error).__name__}"
            raise ConfigError(message) from None
        logger.info("key_made", file=str(self.file))

    def put(self, keys: Sequence[str]) -> None:
        """Replace what the file holds, at once for everybody who reads it.

        Raises:
            ConfigError: the keys are those of the configuration, or the file cannot be written.
        """
        if self.file is None:
            message = "security.keys: are in the configuration; change them there"
            raise ConfigError(message)
        try:
            _written(self.file, keys).replace(self.file)
        except OSError as error:
            message = f"security.key_file: {self.file} cannot be written: {error.strerror or type(error).__name__}"
            raise ConfigError(message) from None

    def copy(self, target: Path, *, force: bool) -> Path:
        """Write the keys of the file to another one, which only its owner may read; return where.

        Raises:
            ConfigError: there is no file, or the target is there already.
        """
        keys = self.present()
        if self.file is None or not keys:
            message = "security.key_file: there is none to copy" + ("; security.keys are in the configuration" if keys else " yet")
            raise ConfigError(message)
        if target.exists() and not force:
            message = f"{target}: exists already; name another file, or give --force to replace it"
            raise ConfigError(message)
        _written(target, keys).replace(target)
        return target

    def _read(self, file: Path, found: os.stat_result) -> tuple[str, ...]:
        lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
        keys = tuple(line for line in lines if line and not line.startswith("#"))
        if not keys or not all(map(is_key, keys)):
            message = f"security.key_file: {file} is no file of keys"
            raise ConfigError(message)
        if os.name == "posix" and stat.S_IMODE(found.st_mode) & 0o077:
            logger.warning("key_open_to_others", file=str(file), mend=f"chmod 600 {file}")
        return keys


def _written(file: Path, keys: Sequence[str]) -> Path:
    """Write keys to a file of its own beside another, which only its owner may read; return where."""
    partial = file.with_name(f"{file.name}.{secrets.token_hex(4)}.partial")
    descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(_WORDS + "".join(f"{key}\n" for key in keys))
        stream.flush()
        os.fsync(descriptor)
    return partial
