"""A PostgreSQL server of a test's own, which it may stop, start and freeze: the one that others use is left alone."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

MISSING = "PostgreSQL's server programs are not installed"


class Cluster:
    """A server on a free port, in a directory of its own, that trusts everybody on this machine."""

    def __init__(self) -> None:
        self._programs = _programs()
        self._directory = Path(tempfile.mkdtemp(prefix="confrere-cluster-"))
        # The server refuses to run as root.
        self._user = _unprivileged() if os.geteuid() == 0 else None
        if self._user is not None:
            os.chown(self._directory, pwd.getpwnam(self._user).pw_uid, -1)
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            self._port = listening.getsockname()[1]
        self._run(
            "initdb", "--auth=trust", "--username=confrere", "--no-sync", "--encoding=UTF8", "--locale=C", f"--pgdata={self._data}"
        )
        self.start()

    @property
    def url(self) -> str:
        """The address of its database."""
        return f"postgresql://confrere@127.0.0.1:{self._port}/postgres"

    @property
    def _data(self) -> Path:
        return self._directory / "data"

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c shared_buffers=16MB"
        self._run("pg_ctl", "start", "--wait", f"--pgdata={self._data}", f"--log={self._directory / 'log'}", f"--options={options}")

    def stop(self) -> None:
        """Stop it as a power cut would."""
        self._run("pg_ctl", "stop", "--wait", "--mode=immediate", f"--pgdata={self._data}")

    def remove(self) -> None:
        """Stop it for good."""
        if (self._data / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self._directory)

    def _run(self, program: str, *arguments: str) -> None:
        quiet = subprocess.DEVNULL  # the server would keep a pipe open
        command = [str(self._programs / program), *arguments]
        subprocess.run(command, check=True, user=self._user, cwd=self._directory, stdin=quiet, stdout=quiet, stderr=quiet)


def _programs() -> Path:
    found = shutil.which("pg_ctl")
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: float(path.parent.parent.name))
    if found is None and not versions:
        pytest.skip(MISSING)
    return (Path(found) if found is not None else versions[-1]).resolve().parent


def _unprivileged() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
