"""Lists that do not fit on a card: which page is shown, the buttons that turn it, the line that says where one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bot.i18n import _
from bot.ui import Button

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.text import Content

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list: its number, from 0, how many there are, and how many things each holds."""

    number: int
    pages: int
    size: int

    @property
    def start(self) -> int:
        """How many things are on the pages before."""
        return self.number * self.size

    def of(self, found: Sequence[T]) -> Sequence[T]:
        """Return what is on it of a whole list."""
        return found[self.start : self.start + self.size]

    def buttons(self, action: Callable[[int], str]) -> tuple[Button, ...]:
        """Return the buttons that turn to the page before and to the next; `action` returns the id for a page's number."""
        turning = ((_("Previous"), self.number - 1), (_("Next"), self.number + 1))
        return tuple(Button(label, action(to)) for label, to in turning if 0 <= to < self.pages)

    @property
    def note(self) -> Content:
        """Where one is; nothing where there is one page only."""
        return _("Page {page} of {pages}", page=self.number + 1, pages=self.pages) if self.pages > 1 else ""


def page_of(total: int, wanted: int, size: int) -> Page:
    """Return a page of `total` things: the one that is wanted, or the nearest there is, since lists grow shorter."""
    pages = max(1, -(-total // size))
    return Page(min(max(wanted, 0), pages - 1), pages, size)
