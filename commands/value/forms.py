"""The forms of value: what I gained, whom I helped, what changes, whether it is what I expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.gains import BANDS, GAINS, choices
from bot.i18n import _
from bot.ui import Choice, Form, LongText, MemberField, OneChoice
from commands.value.feature import NOTE, worth
from commands.value.wording import CAME, MISSED, NO_AMOUNT, NOT_EXPECTED
from storage.outcomes import Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from storage.expectations import Came
    from storage.outcomes import Outcome


def gain_form() -> Form:
    """Return the form of *Say what I gained*."""
    return Form(
        worth.id("gained"),
        _("What I gained"),
        (
            _kind(),
            _what(""),
            MemberField(
                name="giver",
                label=_("Thanks to whom?"),
                hint=_("I tell them, in their own hours. Nobody in particular: leave it empty."),
                required=False,
            ),
            _amount(""),
        ),
        _("Save"),
    )


def helped_form() -> Form:
    """Return the form of *Say whom I helped*."""
    return Form(
        worth.id("give"),
        _("Whom I helped"),
        (
            MemberField(
                name="gainer",
                label=_("Whom did you help?"),
                hint=_("I ask them. It counts if they say yes; you hear nothing otherwise."),
            ),
            OneChoice(name="gain", label=_("What did it bring them most?"), choices=choices(GAINS)),
            _what(""),
        ),
        _("Save"),
    )


def change_form(outcome: Outcome) -> Form:
    """Return the form of *Change*, with what was said."""
    return Form(
        worth.id("changed", outcome.id),
        _("Change it"),
        (_kind(outcome.value), _what(outcome.note[:NOTE], required=False), _amount(outcome.amount_band or "")),
        _("Save"),
    )


def expected_form(expects: Sequence[Value], said: Mapping[Value, Came]) -> Form:
    """Return the form of *Was it what I expected?*: what was expected first comes first, and is to be answered."""
    kinds = dict.fromkeys((*expects, *Value))
    return Form(
        worth.id("answered"),
        _("What I expected"),
        tuple(
            OneChoice(
                name=kind.value,
                label=MISSED[kind],
                hint=_("You expected this first. Did it come true?")
                if kind in expects
                else _("Did you expect it, and did it come true?"),
                required=kind in expects,
                choices=(
                    *(Choice(came.value, words) for came, words in CAME.items()),
                    Choice(NOT_EXPECTED, _("I do not expect it")),
                ),
                initial=said[kind].value if kind in said else "",
            )
            for kind in kinds
        ),
        _("Save"),
    )


def _kind(value: Value | None = None) -> OneChoice:
    return OneChoice(
        name="gain",
        label=_("What did it bring you most?"),
        hint=_("Only the two of you see it; others see totals."),
        choices=choices(GAINS),
        initial=value.value if value is not None else "",
    )


def _what(note: str, *, required: bool = True) -> LongText:
    return LongText(
        name="what",
        label=_("What was it, in a few words?"),
        hint=_("For example: a first client in Lyon, a quote that holds."),
        initial=note,
        maximum=NOTE,
        required=required,
    )


def _amount(band: str) -> OneChoice:
    return OneChoice(
        name="band",
        label=_("Roughly how much is it worth?"),
        hint=_("For business. Only you see it; it counts in totals over many."),
        choices=(*choices(BANDS), Choice(NO_AMOUNT, _("I would rather not say"))),
        initial=band if band in BANDS else "",
        required=False,
    )
