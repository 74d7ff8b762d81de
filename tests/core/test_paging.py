"""Lists in pages: the buttons lead where there is something, and a page that is gone is the last one."""

from __future__ import annotations

import pytest

from bot.i18n import plain
from bot.paging import page_of


@pytest.mark.parametrize(
    ("total", "wanted", "shown", "buttons", "notes"),
    [
        (0, 0, [], [], ("", "")),
        (3, 7, [0, 1, 2], [], ("", "")),
        (4, 0, [0, 1, 2], ["Next>1"], ("Page 1 of 2", "Page 1 sur 2")),
        (7, 1, [3, 4, 5], ["Previous>0", "Next>2"], ("Page 2 of 3", "Page 2 sur 3")),
        (6, 2, [3, 4, 5], ["Previous>0"], ("Page 2 of 2", "Page 2 sur 2")),
        (6, -1, [0, 1, 2], ["Next>1"], ("Page 1 of 2", "Page 1 sur 2")),
    ],
)
def test_a_page_of_a_list(total: int, wanted: int, shown: list[int], buttons: list[str], notes: tuple[str, str]) -> None:
    page = page_of(total, wanted, 3)
    assert list(page.of(range(total))) == shown
    turning = page.buttons(lambda to: f"list:page:{to}")
    assert [f"{plain(one.label, 'en')}>{one.action.rpartition(':')[2]}" for one in turning] == buttons
    assert (plain(page.note, "en"), plain(page.note, "fr")) == notes
