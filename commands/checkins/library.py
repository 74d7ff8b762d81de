"""The templates: what is asked on day 7, 30 and 90 and each quarter, in each reader's own language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.i18n import _
from storage.checkin import Kind, Question

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.text import Text

OWN: Final = "own"
LOW: Final = 2
"""At or under this on a scale of five, the animators are told at once."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a template in words; a scale has its two ends."""

    words: Text
    options: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A campaign to begin with. `day`: it is meant for so many days after joining; 0: for everybody."""

    title: Text
    hint: Text
    opening: Text
    questions: tuple[Question, ...] = ()
    day: int = 0


_MOOD: Final = (_("Very hard"), _("Very well"))
_MUCH: Final = (_("Not at all"), _("Very much"))
_KINDS: Final = (
    _("Business, or a way to it"),
    _("A skill, an answer, an idea"),
    _("Being known for what I do"),
    _("Company, and a bit of courage"),
)

QUESTIONS: Final[Mapping[str, Asked]] = {
    "first.home": Asked(_("Do you feel at home here so far?"), (_("Rather lost"), _("Quite at home"))),
    "first.met": Asked(
        _("Have you met somebody you would call on?"),
        (_("Yes, one or more"), _("Not yet, and I would like to"), _("I have not looked yet")),
    ),
    "first.need": Asked(_("What would make next week better for you?")),
    "month.business": Asked(_("How is business these days?"), _MOOD),
    "month.brought": Asked(_("What did you find here so far?"), (*_KINDS, _("Nothing yet"))),
    "month.missing": Asked(_("What is missing?")),
    "quarter.you": Asked(_("And you, how are you?"), _MOOD),
    "quarter.worth": Asked(_("Is being here worth your time?"), _MUCH),
    "quarter.change": Asked(_("What should we change, or stop?")),
    "pulse.you": Asked(_("How are you these days?"), _MOOD),
    "pulse.surrounded": Asked(_("Do you feel well surrounded?"), _MUCH),
    "pulse.more": Asked(_("What would you like more of?"), (*_KINDS, _("Nothing more, thank you"))),
}
"""The questions of the templates. Their order of options is kept: answers and totals name them by it."""

TEMPLATES: Final[Mapping[str, Template]] = {
    "day7": Template(
        _("A first week here"),
        _("Day 7: arrived? met somebody? what next?"),
        _("You joined a week ago. Three short questions, two minutes: your answer says what we can do for you."),
        (
            Question(Kind.SCALE, low=LOW, key="first.home"),
            Question(Kind.ONE, key="first.met"),
            Question(Kind.TEXT, key="first.need"),
        ),
        7,
    ),
    "day30": Template(
        _("A month here"),
        _("Day 30: business, what it brought, what is missing"),
        _("You have been here for a month. How is it going, for you and for your work?"),
        (
            Question(Kind.SCALE, low=LOW, key="month.business"),
            Question(Kind.SEVERAL, key="month.brought"),
            Question(Kind.TEXT, key="month.missing"),
        ),
        30,
    ),
    "day90": Template(
        _("Three months here"),
        _("Day 90: how you are, is it worth it, what to change"),
        _("Three months: time to tell us whether being here is worth it to you. Say it as it is."),
        (
            Question(Kind.SCALE, low=LOW, key="quarter.you"),
            Question(Kind.SCALE, key="quarter.worth"),
            Question(Kind.TEXT, key="quarter.change"),
        ),
        90,
    ),
    "pulse": Template(
        _("The pulse of the quarter"),
        _("Each quarter, to everyone: how you are, how it goes"),
        _("Once a quarter, the same three questions to everybody: they show us how we are doing together."),
        (
            Question(Kind.SCALE, low=LOW, key="pulse.you"),
            Question(Kind.SCALE, key="pulse.surrounded"),
            Question(Kind.SEVERAL, key="pulse.more"),
        ),
    ),
    OWN: Template(
        _("My own questions"),
        _("A scale, a choice, several, words: up to five"),
        _("A few short questions, and who reads your answer is yours to say."),
    ),
}
"""The templates, as they are offered."""
