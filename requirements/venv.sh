#!/bin/sh
# Makes the virtual environment given as $1 with $PYTHON, or says in words what this machine lacks.
set -eu

venv=$1
python=${PYTHON:-python3}

if [ -x "$venv/bin/python" ] && "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    exit 0
fi

if ! command -v "$python" >/dev/null 2>&1; then
    echo "Confrère needs Python 3.11 or newer: there is no '$python' here. Install it, or name another: make PYTHON=/path/to/python3" >&2
    exit 2
fi

version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Confrère needs Python 3.11 or newer: '$python' is Python $version. Name a newer one: make PYTHON=python3.13" >&2
    exit 2
fi

if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    echo "Python $version lacks its venv module. On Debian and Ubuntu: sudo apt install python$version-venv" >&2
    exit 2
fi

echo "Setting up: making $venv with Python $version (once)…" >&2
rm -rf "$venv"
if ! output=$("$python" -m venv "$venv" 2>&1); then
    echo "$output" >&2
    echo "Cannot make $venv. Is this directory writable for you, and is there space left?" >&2
    exit 2
fi
