#!/bin/sh
# Pins pyproject.toml's dependencies for every platform, with hashes; extra arguments go to the compiler (--upgrade).
# It works in an environment of its own that is thrown away. Where packages come from is the machine's business:
# no address is written into the locks.
set -eu

cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

PYTHON=${PYTHON:-python3} sh requirements/venv.sh "$work/venv"
"$work/venv/bin/python" -m pip --disable-pip-version-check --no-input install --quiet --require-hashes -r requirements/compiler.txt

compile() {
    "$work/venv/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-emit-index-url --no-emit-find-links "$@" pyproject.toml
}

echo "Pinning requirements/base.txt…" >&2
compile "$@" --output-file requirements/base.txt
echo "Pinning requirements/dev.txt…" >&2
compile "$@" --extra dev --constraint requirements/base.txt --output-file requirements/dev.txt
echo "Pinning requirements/semantic.txt…" >&2
compile "$@" --extra semantic --constraint requirements/base.txt --output-file requirements/semantic.txt
echo "Pinning requirements/matching.txt…" >&2
compile "$@" --extra matching --constraint requirements/base.txt --output-file requirements/matching.txt
