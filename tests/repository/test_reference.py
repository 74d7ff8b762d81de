"""The generated reference says what the code says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from bot.context import Context
from bot.effects import Effects
from bot.feature import Feature, Registry
from bot.i18n import _, word
from bot.model import Member
from bot.signature import Option
from tools import reference

if TYPE_CHECKING:
    from pathlib import Path


def test_the_reference_is_up_to_date() -> None:
    assert reference.outdated(reference.pages()) == []


def test_a_command_is_described_with_its_options() -> None:
    feature = Feature("tips")

    @feature.command(word("tip"), _("Share what works"), animator=True)
    async def tip(
        ctx: Context,
        words: Annotated[str, Option(_("Your tip"), max_length=80)],
        to: Annotated[Member | None, Option(_("For"))] = None,
    ) -> Effects:
        del ctx, words, to

    written = reference.commands(Registry([feature]))

    assert "## For animators\n\n### `tip`" in written
    assert "| `words` | `words` | Your tip<br>*Your tip* | text, at most 80 characters |" in written
    assert "| member; optional |" in written


def test_a_change_of_the_code_makes_the_page_outdated(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    assert reference.outdated([(page, "new")]) == [page]
    page.write_text("old", encoding="utf-8")
    assert reference.outdated([(page, "new")]) == [page]
    page.write_text("new", encoding="utf-8")
    assert reference.outdated([(page, "new")]) == []
