"""The French catalogue is complete, and the check that says so notices what it should."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.i18n import catalogue
from tools.catalogue import CATALOGUE, compare, find, load, problems, update

if TYPE_CHECKING:
    from pathlib import Path

CODE = """
from bot.i18n import _, plural, word

ASK: Final = "ask"
NAME = word(ASK)
HELLO = _("Hello {name}", name=_("friend"))
COUNT = plural("One person", "{count} people", 3)
"""

PO = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"

"""


def tree(root: Path, code: str = CODE, po: str = "") -> Path:
    """A checkout with one module, and a catalogue with these entries."""
    (root / "commands").mkdir(parents=True)
    (root / "commands" / "one.py").write_text(code, encoding="utf-8")
    (root / CATALOGUE).parent.mkdir(parents=True)
    (root / CATALOGUE).write_text(PO.lstrip() + po, encoding="utf-8")
    return root


def test_the_catalogue_is_complete() -> None:
    assert problems() == []


def test_the_catalogue_loads_as_the_bot_loads_it() -> None:
    assert catalogue("fr").gettext("Please fill this in.") != "Please fill this in."


def test_texts_are_found_where_they_are_nested_and_in_both_forms(tmp_path: Path) -> None:
    found = find(tree(tmp_path))
    assert found.problems == ()
    assert {text: marked.forms for text, marked in found.texts.items()} == {
        "ask": ("ask",),
        "Hello {name}": ("Hello {name}",),
        "friend": ("friend",),
        "One person": ("One person", "{count} people"),
    }


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ('_(f"Hello {name}")', "must be a literal"),
        ("_(template)", "must be a literal"),
        ('_("Hello {}")', "parameters are allowed"),
        ('_("Hello **you")', "does not close"),
        ('plural("a", "b", 1), plural("a", "c", 1)', "another plural"),
    ],
)
def test_a_text_no_catalogue_can_translate_is_an_error(tmp_path: Path, code: str, said: str) -> None:
    found = find(tree(tmp_path, f"from bot.i18n import _, plural\n{code}\n"))
    assert [said in problem for problem in found.problems] == [True]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("", "missing"),
        ('msgid "Hi {name}"\nmsgstr ""\n', "not translated"),
        ('#, fuzzy\nmsgid "Hi {name}"\nmsgstr "Salut {name}"\n', "fuzzy"),
        ('msgid "Hi {name}"\nmsgstr "Salut"\n', "lost {name}"),
        ('msgid "Hi {name}"\nmsgstr "Salut {name} {nom}"\n', "nothing fills in"),
        ('msgid "Hi {name}"\nmsgstr "**Salut** {name}"\n', "not as much **"),
        ('msgid "Hi {name}"\nmsgstr "Salut {name} !"\n', "plain space"),
        ('msgid "Hi {name}"\nmsgstr "Salut l\'ami {name}"\n', "apostrophe"),
        ('msgid "Hi {name}"\nmsgstr "Salut {name}"\n\nmsgid "Gone"\nmsgstr "Parti"\n', "obsolete"),
        ('msgid "Hi {name}"\nmsgstr "Salut {name}"\n\n#~ msgid "Gone"\n#~ msgstr "Parti"\n', "obsolete"),
        ('msgid "Hi {name}"\nmsgid_plural "His"\nmsgstr[0] "Salut {name}"\nmsgstr[1] "Saluts {name}"\n', "another English"),
    ],
)
def test_an_entry_that_is_not_right_is_named(tmp_path: Path, entry: str, said: str) -> None:
    root = tree(tmp_path, 'from bot.i18n import _\n_("Hi {name}", name="Ada")\n', entry)
    assert [said in problem for problem in problems(root)] == [True]


def test_an_entry_that_is_right_is_accepted(tmp_path: Path) -> None:
    entry = 'msgid "Hi {name}"\nmsgstr "Salut {name}"\n'
    assert problems(tree(tmp_path, 'from bot.i18n import _\n_("Hi {name}", name="Ada")\n', entry)) == []


def test_a_plural_may_leave_out_the_count_only_for_one() -> None:
    english = ("One person", "{count} people")
    assert list(compare(english, english, ("Une personne", "{count} personnes"))) == []
    assert list(compare(english, english, ("Une personne", "des personnes"))) == ["'des personnes' lost {count}"]


def test_an_update_keeps_what_is_translated_adds_what_is_new_and_drops_what_is_gone(tmp_path: Path) -> None:
    entries = 'msgid "ask"\nmsgstr "demander"\n\nmsgid "Gone"\nmsgstr "Parti"\n'
    root = tree(tmp_path / "checkout", CODE, entries)
    theirs = tmp_path / "theirs.po"
    theirs.write_text(PO.lstrip() + 'msgid "friend"\nmsgstr "l\'ami : « vous » !"\n', encoding="utf-8")

    said = update(root, [theirs])

    assert said == f"{CATALOGUE}: 4 texts, 3 new, 1 removed, 2 to translate"
    written = {str(message.id): message.string for message in load(root / CATALOGUE) if isinstance(message.id, str) and message.id}
    assert written == {"Hello {name}": "", "ask": "demander", "friend": "l’ami\u00a0: «\u00a0vous\u00a0»\u202f!"}


def test_an_update_without_a_change_writes_the_same(tmp_path: Path) -> None:
    root = tree(tmp_path, CODE, 'msgid "ask"\nmsgstr "demander"\n')
    update(root)
    once = (root / CATALOGUE).read_bytes()
    update(root)
    assert (root / CATALOGUE).read_bytes() == once
