"""Nothing in the tree tells where it was written, or where packages came from."""

from __future__ import annotations

import re

from tests.repository.files import ROOT, project_files

MACHINE = re.compile(
    r"""(?<![\w.])/(?:work|root)/
    | (?<![\w.])/home/(?!confrere)\w+/
    | /opt/(?:pypi|wheels)
    | (?:pypi|pythonhosted)\.org
    | --(?:extra-)?index-url[ =]""",
    re.VERBOSE,
)


def test_no_machine_path_and_no_registry_address() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in project_files()
        if path.suffix not in {".png", ".ico", ".woff2"} and path.name != "test_tree.py"
        for match in MACHINE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_file_is_too_large_for_a_repository() -> None:
    assert [path.relative_to(ROOT) for path in project_files() if path.stat().st_size > 1_500_000] == []
