"""What members see: the prompt in its channel, the answers in its thread, and the forms to answer and to propose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.context import mention
from bot.i18n import _
from bot.text import Text
from bot.ui import HINT, Button, Card, Choice, Form, LongText, OneChoice, Style, Tone, shorten
from commands.icebreakers.feature import ANSWER, PROMPT, THEMES, icebreakers

if TYPE_CHECKING:
    from bot.model import Member
    from storage.icebreakers import Icebreaker


def posted(asked: Icebreaker, proposer: Member | None = None) -> Card:
    """Return the prompt as everybody sees it."""
    return Card(
        title=asked.words,
        body=_("Proposed by {name}.", name=mention(proposer)) if proposer is not None else "",
        controls=(
            Button(_("Answer"), icebreakers.id("answer", asked.id), Style.PRIMARY),
            Button(_("Propose a prompt"), icebreakers.id("propose")),
        ),
        note=_("{theme} · Three lines are plenty. Your answer stands in the thread, in your name.", theme=THEMES[asked.theme]),
    )


def answer(author: Member, words: str, workspace: str = "") -> Card:
    """Return an answer as it stands in the thread; `workspace` is where it was given, where there are several."""
    return Card(
        title=Text("{name}", {"name": mention(author)}),
        body=words,
        note=_("Written in {workspace}.", workspace=workspace) if workspace else "",
    )


def answer_form(asked: Icebreaker, said: str = "") -> Form:
    """Return the form for an answer; `said` is one's answer so far."""
    return Form(
        icebreakers.id("answered", asked.id),
        _("Your answer"),
        (
            LongText(
                name="words",
                label=_("Your answer; empty it to take it back") if said else _("Your answer, for everybody here"),
                hint=shorten(asked.words, HINT),
                initial=said,
                maximum=ANSWER,
                required=not said,
            ),
        ),
        _("Save") if said else _("Answer"),
    )


def answered(asked: Icebreaker, *, again: bool) -> Card:
    """Return the answer to whoever answered."""
    return Card(
        body=_("Changed, wherever it stands.") if again else _("Thank you. Your answer is in the thread."),
        tone=Tone.GOOD,
        controls=(
            Button(_("Change"), icebreakers.id("answer", asked.id)),
            Button(_("Take it back"), icebreakers.id("back", asked.id)),
        ),
    )


def taken_back(asked: Icebreaker) -> Card:
    """Return the answer to whoever took their answer back."""
    return Card(
        body=_("Your answer is gone, wherever it stood."),
        controls=(Button(_("Answer again"), icebreakers.id("answer", asked.id)),),
    )


def prompt_form(*, mine: bool) -> Form:
    """Return the form for a new prompt; `mine`: an animator adds it, nobody has to approve it."""
    return Form(
        icebreakers.id("added") if mine else icebreakers.id("proposed"),
        _("Add a prompt") if mine else _("Propose a prompt"),
        (
            LongText(
                name="words",
                label=_("What would you like to ask everybody?"),
                hint=_("One concrete, open question that can be answered in three lines."),
                minimum=1,
                maximum=PROMPT,
            ),
            OneChoice(
                name="theme",
                label=_("Theme"),
                choices=tuple(Choice(theme, name) for theme, name in THEMES.items()),
            ),
        ),
        _("Add") if mine else _("Propose"),
    )


def proposed() -> Card:
    """Return the answer to whoever proposed a prompt."""
    return Card(
        title=_("Thank you"),
        body=_("The animators look at it, and you hear from me either way. If it is asked, your name stands under it."),
        tone=Tone.GOOD,
    )
