"""What passes between an animator and a member, and what whoever wrote it sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.context import mention
from bot.i18n import _
from bot.ui import Button, Card, Form, LongText, Style, Tone, shorten
from commands.attention.feature import LETTER, attention
from commands.attention.wording import named

if TYPE_CHECKING:
    from bot.model import Member
    from bot.text import Text


def letter_form(to: Member, *, answer: bool = False) -> Form:
    """Return the form for what is passed on, to a member or, as an `answer`, to an animator."""
    return Form(
        attention.id("answered" if answer else "letter", to.id),
        _("Your message"),
        (
            LongText(
                name="words",
                label=_("What would you like to say?"),
                hint=_("It goes to {name} alone, as a private message from me.", name=shorten(to.name, 30)),
                minimum=1,
                maximum=LETTER,
            ),
        ),
        _("Send"),
        private=True,
    )


def letter(author: Member, words: str) -> Card:
    """Return what a member receives of an animator."""
    return Card(
        title=_("{name} writes to you", name=mention(author)),
        body=(words,),
        controls=(Button(_("Answer"), attention.id("answer", author.id), Style.PRIMARY),),
        note=_(
            "{name} runs your community. I pass it on to you alone and forget it once it is here; this conversation keeps it.",
            name=named(author),
        ),
    )


def reply(author: Member, words: str) -> Card:
    """Return what an animator receives of a member."""
    return Card(
        title=_("{name} answers you", name=mention(author)),
        body=(words,),
        controls=(
            Button(_("Answer"), attention.id("write", author.id), Style.PRIMARY),
            Button(_("Look at it"), attention.id("person", author.id)),
        ),
        note=_("Only you receive this. I forget it once it is here; this conversation keeps it."),
    )


def on_its_way(to: Member, *, later: bool) -> Text:
    """Say that an animator’s words are on their way; `later`: in the digest, as whoever gets it wished."""
    if later:
        return _("{name} reads it in their weekly digest. I show them to you again in a week, if it still holds.", name=named(to))
    return _("On its way to {name}; an answer arrives here. I show them to you again in a week, if it still holds.", name=named(to))


def passed_on(to: Member) -> Card:
    """Return the answer to a member who wrote."""
    return Card(body=_("On its way to {name}. An answer arrives here.", name=mention(to)), tone=Tone.GOOD)


def given_back(reason: Text, words: str) -> Card:
    """Return the words to whoever wrote them."""
    return Card(title=_("Not sent"), body=(reason, words), tone=Tone.ATTENTION, note=_("Your words are above, to copy."))
