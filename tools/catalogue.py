"""The French catalogue: finds the texts in the code, brings new ones into it, and says what is wrong with it.

Texts are found by reading the syntax tree rather than with `pybabel extract`: nested calls are seen, and a text that is not a
literal or a constant of its module, which no catalogue could ever translate, is an error instead of a silence.
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from babel.messages.pofile import normalize, read_po

from bot.text import pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from babel.messages.catalog import Catalog

ROOT: Final = Path(__file__).parent.parent
SOURCES: Final = ("bot", "commands", "storage", "adapters")
CATALOGUE: Final = Path("bot/locales/fr/LC_MESSAGES/bot.po")
MARKS: Final = {"_": 1, "word": 1, "plural": 2}
"""The functions of `bot.i18n` that mark a text, and how many of their arguments are texts."""

HEADER: Final = r"""# Confrère in French. Members are addressed with « vous ».
msgid ""
msgstr ""
"Project-Id-Version: confrere\n"
"Language: fr\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"
"""


@dataclass(slots=True)
class Marked:
    """A text marked in the code: its English forms (one, or two with a plural) and the files it stands in."""

    forms: tuple[str, ...]
    files: set[str] = field(default_factory=set[str])


@dataclass(frozen=True, slots=True)
class Found:
    """Every marked text by its English, and what is wrong in the code."""

    texts: Mapping[str, Marked]
    problems: tuple[str, ...]


def find(root: Path = ROOT) -> Found:
    """Read the code for marked texts."""
    texts: dict[str, Marked] = {}
    problems: list[str] = []
    for path in sorted(path for source in SOURCES for path in (root / source).rglob("*.py")):
        file = path.relative_to(root).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"), file)
        constants = dict(_constants(tree))
        for call, count in _calls(tree):
            forms = tuple(_words(call.args[:count], constants))
            if len(forms) != count:
                problems.append(f"{file}:{call.lineno}: a marked text must be a literal or a constant of its module")
                continue
            problems += [f"{file}:{call.lineno}: {problem}" for form in forms for problem in _malformed(form)]
            known = texts.setdefault(forms[0], Marked(forms))
            if len(forms) > len(known.forms):
                known.forms = forms
            elif forms != known.forms[: len(forms)]:
                problems.append(f"{file}:{call.lineno}: {forms[0]!r} has another plural elsewhere")
            known.files.add(file)
    return Found(texts, tuple(problems))


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Call, int]]:
    marks: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "bot.i18n":
            marks |= {alias.asname or alias.name: MARKS[alias.name] for alias in node.names if alias.name in MARKS}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in marks:
            yield node, marks[node.func.id]


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        if (
            isinstance(node, ast.Assign | ast.AnnAssign)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            yield from ((target.id, node.value.value) for target in targets if isinstance(target, ast.Name))


def _words(arguments: Iterable[ast.expr], constants: Mapping[str, str]) -> Iterator[str]:
    for argument in arguments:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value
        elif isinstance(argument, ast.Name) and argument.id in constants:
            yield constants[argument.id]


def _malformed(template: str) -> Iterator[str]:
    try:
        pieces(template)
    except ValueError as error:
        yield f"{template!r}: {error}"
    if template.count("**") % 2:
        yield f"{template!r}: ** opens and does not close"


def load(path: Path) -> Catalog:
    """Read a catalogue."""
    with path.open("rb") as stream:
        return read_po(stream, locale="fr", abort_invalid=True)


def problems(root: Path = ROOT) -> list[str]:
    """Return what keeps the catalogue from being complete and correct, one sentence each."""
    found = find(root)
    catalogue = load(root / CATALOGUE)
    wrong = list(found.problems)
    wrong += [f"{_shown(str(key))}: obsolete, no longer in the code" for key in catalogue.obsolete]
    translated = {_key(message.id): message for message in catalogue if message.id}
    wrong += [f"{_shown(english)}: obsolete, no longer in the code" for english in translated.keys() - found.texts.keys()]
    for english, marked in found.texts.items():
        message = translated.get(english)
        if message is None:
            wrong.append(f"{_shown(english)}: missing ({', '.join(sorted(marked.files))})")
        elif message.fuzzy:
            wrong.append(f"{_shown(english)}: fuzzy; check it and take the mark away")
        else:
            wrong += [
                f"{_shown(english)}: {problem}" for problem in compare(marked.forms, _forms(message.id), _forms(message.string))
            ]
    return sorted(wrong)


def compare(english: tuple[str, ...], ids: tuple[str, ...], french: tuple[str, ...]) -> Iterator[str]:
    """Say what is wrong with one translation. `english` is what the code says, `ids` what the catalogue says it says."""
    if english != ids:
        yield f"the catalogue has another English: {ids[-1]!r}"
        return
    if len(french) != len(english) or not all(form.strip() for form in french):
        yield "not translated"
        return
    for number, form in enumerate(french):
        yield from _malformed(form)
        source = english[number]
        wanted = set[str]().union(*map(_names, english))
        optional = {"count"} - _names(source) if number == 0 else set[str]()
        if lost := wanted - _names(form) - optional:
            yield f"{form!r} lost {', '.join(f'{{{name}}}' for name in sorted(lost))}"
        if added := _names(form) - wanted:
            yield f"{form!r} has {', '.join(f'{{{name}}}' for name in sorted(added))}, which nothing fills in"
        if form.count("**") != source.count("**"):
            yield f"{form!r}: not as much ** as in English"
        yield from _untypographic(form)
        if _edges(form) != _edges(source):
            yield f"{form!r}: begins or ends with other white space than the English"


def typographic(french: str) -> str:
    """Return French as it is typeset, whatever the keyboard it was written on."""
    french = re.sub(r" (?=[;!?])", "\u202f", french.replace("'", "’"))
    return re.sub(r" (?=[:»])|(?<=«) ", "\u00a0", french)


def _untypographic(french: str) -> Iterator[str]:
    if "'" in french:
        yield f"{french!r}: the apostrophe is ’"
    if re.search(r" [;:!?»]|« ", french):
        yield f"{french!r}: a plain space next to ; : ! ? « or » lets the line break there; use a no-break space"


def _edges(words: str) -> tuple[bool, bool]:
    return words[:1].isspace(), words[-1:].isspace()


def _names(template: str) -> set[str]:
    try:
        return {name for _literal, name in pieces(template) if name is not None}
    except ValueError:
        return set()


def _key(identity: str | tuple[str, ...] | list[str]) -> str:
    return identity if isinstance(identity, str) else identity[0]


def _forms(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string or ())


def _shown(words: str) -> str:
    return repr(words if len(words) < 70 else words[:69] + "…")  # noqa: PLR2004 - what fits a line


def update(root: Path = ROOT, fragments: Iterable[Path] = ()) -> str:
    """Write the catalogue for the texts of the code, with the translations it and the fragments have; returns what changed."""
    found = find(root)
    path = root / CATALOGUE
    known: dict[str, tuple[str, ...]] = {}
    before: set[str] = set()
    for source in ([path] if path.exists() else []) + list(fragments):
        for message in load(source):
            forms = _forms(message.string)
            if message.id and not message.fuzzy and all(forms):
                known[_key(message.id)] = tuple(map(typographic, forms))
            if message.id and source == path:
                before.add(_key(message.id))
    written = [HEADER]
    empty = 0
    for english, marked in sorted(found.texts.items()):
        forms = known.get(english, ())
        if len(forms) != len(marked.forms):
            forms = ("",) * len(marked.forms)
            empty += 1
        written.append(_entry(marked, forms))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(written), encoding="utf-8")
    new, gone = len(found.texts.keys() - before), len(before - found.texts.keys())
    return f"{path.relative_to(root)}: {len(found.texts)} texts, {new} new, {gone} removed, {empty} to translate"


def _entry(marked: Marked, forms: tuple[str, ...]) -> str:
    lines = [f"#: {file}" for file in sorted(marked.files)]
    lines.append(f"msgid {normalize(marked.forms[0], width=100)}")
    if len(marked.forms) == 1:
        lines.append(f"msgstr {normalize(forms[0], width=100)}")
    else:
        lines.append(f"msgid_plural {normalize(marked.forms[1], width=100)}")
        lines += [f"msgstr[{number}] {normalize(form, width=100)}" for number, form in enumerate(forms)]
    return "\n".join([*lines, ""])


def main(arguments: list[str]) -> int:
    """`--check` reports; otherwise write the catalogue, taking translations from the files given."""
    if arguments == ["--check"]:
        wrong = problems()
        print("\n".join(wrong) if wrong else f"{len(find().texts)} texts, all translated")
        return 1 if wrong else 0
    print(update(ROOT, [Path(argument) for argument in arguments]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
