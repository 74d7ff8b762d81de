"""What whoever raises a voice sees: where it begins, its forms, how it stands, what they hear of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.context import mention
from bot.i18n import _, plural
from bot.private import SHUT, readable
from bot.text import Content, Day, Text
from bot.ui import Button, Card, Choice, Fact, Form, Item, LongText, OneChoice, ShortText, Style, Tone, named, shorten
from commands.voice.feature import AUDIENCES, KINDS, LINE, OUTCOMES, SHORTEST, START, WORDS, voice
from storage.voice import Audience, Kind, Shown, Voice
from storage.voice_allowance import MOST

if TYPE_CHECKING:
    from collections.abc import Sequence

SAID: Final = 3
"""How many of the words said after a voice are shown: the newest whole, those before it shortened."""
EARLIER: Final = 220
OWN: Final = 5
"""How many of one's own voices are listed."""


def start(mine: Sequence[Voice], answered: int) -> Card:
    """Return where it begins: what it is, who reads it, and how."""
    return Card(
        title=_("Say what you think"),
        body=(
            _(
                "An idea, a concern, an objection: the animators read it and answer. "
                "You learn what becomes of it, and why. Nobody thinks less of you for it."
            ),
            _(
                "**With your name**, they know whom to answer. **Anonymously**, I keep nothing of who you are; "
                "you get a code, with which you alone find the answer."
            ),
        ),
        items=tuple(
            Item(
                _("{kind}, {day}: {words}", kind=KINDS[one.kind], day=Day(one.day), words=line(one)),
                Button(_("Look at it"), voice.id("mine", one.id)),
            )
            for one in mine[:OWN]
        ),
        controls=(
            Button(_("With my name"), voice.id("sign"), Style.PRIMARY),
            Button(_("Anonymously"), voice.id("hide"), Style.PRIMARY),
            Button(_("I have a code"), voice.id("code")),
            *((Button(_("What was answered"), voice.id("list", 0)),) if answered else ()),
        ),
    )


def line(found: Voice) -> Content:
    """Return the beginning of its words."""
    return SHUT if found.words is None else shorten(" ".join(found.words.split()), LINE)


def _form(name: str, title: Text, audiences: tuple[Audience, ...], hint: Text, *, kept: bool) -> Form:
    return Form(
        voice.id(name),
        title,
        (
            OneChoice(name="kind", label=_("What is it?"), choices=tuple(Choice(kind.value, KINDS[kind]) for kind in Kind)),
            LongText(name="words", label=_("What would you like to say?"), hint=hint, minimum=SHORTEST, maximum=WORDS),
            OneChoice(
                name="audience",
                label=_("Who may read it?"),
                choices=tuple(Choice(one.value, AUDIENCES[one]) for one in audiences),
                initial=Audience.ANIMATORS.value,
            ),
        ),
        send=_("Send"),
        private=kept,
        kept=kept,
    )


SIGNED: Final = _form(
    "signed", _("With my name"), tuple(Audience), _("Your name stands with it. What is not sent is kept, sealed."), kept=True
)
ANONYMOUS: Final = _form(
    "anonymous",
    _("Anonymously"),
    tuple(Audience),
    _("Names and details may tell who you are. Nothing is kept until you send."),
    kept=False,
)
CODE: Final = Form(
    voice.id("coded"),
    _("I have a code"),
    (ShortText(name="code", label=_("Your code"), hint=_("15 letters and digits; dashes do not matter."), maximum=40),),
    send=_("Look at it"),
    kept=False,
)


def _more(name: str, *, kept: bool) -> Form:
    return Form(
        voice.id(name),
        _("Add something"),
        (LongText(name="words", label=_("What would you like to add?"), minimum=2, maximum=WORDS),),
        send=_("Send"),
        private=kept,
        kept=kept,
    )


ADDED: Final = _more("added", kept=True)
ADDED_UNSIGNED: Final = _more("coded_added", kept=False)


def named_form(form: Form, key: object) -> Form:
    """Return a form for one voice, by its number or its code."""
    return named(form, f"{form.submit}:{key}")


def raised(found: Voice, *, channel: bool) -> Card:
    """Return the answer to whoever signed one; `channel`: there is one for those to everyone."""
    return Card(
        title=_("The animators have it"),
        body=(
            _("You will hear from me when there is an answer, and what becomes of it."),
            _("Everyone can read it within a minute.")
            if found.audience is Audience.ALL and channel
            else _("There is no channel for voices yet: everyone will see it in the list once it is answered.")
            if found.audience is Audience.ALL
            else "",
        ),
        tone=Tone.GOOD,
        controls=(Button(_("Look at it"), voice.id("mine", found.id)),),
    )


def raised_unsigned(code: str, *, everyone: bool, channel: bool) -> Card:
    """Return the answer to whoever raised one anonymously: the code, this once; `channel`: there is one for those to everyone."""
    return Card(
        title=_("Sent, without a trace of you"),
        body=(
            _("Your code: **{code}**", code=spaced(code)),
            _(
                "Keep it: with it you read the answer and add to it. I cannot write to you, "
                "and nobody can find the code again, I included."
            ),
            _(
                "The animators are told tomorrow, with the date only. They may keep it from everyone, for a reason that "
                "you can read; unless they do, everyone reads it within three days."
            )
            if everyone and channel
            else _(
                "The animators are told tomorrow, with the date only. There is no channel for voices yet: everyone will see it in "
                "the list once it is answered, unless they keep it back for a reason that you can read."
            )
            if everyone
            else _("The animators are told tomorrow, with the date only, so that the hour gives nobody away."),
        ),
        tone=Tone.GOOD,
        controls=(Button(_("Look at it"), voice.id("coded", code)),),
        note=_("Slack and Discord keep their own traces of what is done there; I do not reach those."),
    )


def spaced(code: str) -> str:
    """Return a code as it is written down."""
    return "-".join(code[start : start + 5] for start in range(0, len(code), 5))


def sent_before() -> Card:
    """Return the answer where the same words came a second time."""
    return Card(body=_("The animators have these words since a moment ago; once is enough. Your code is in the first answer."))


def standing(found: Voice, code: str = "", news: Text | None = None) -> Card:
    """Return one's own voice as it stands; `code` where it is anonymous."""
    more, back = ("coded_more", "coded_back") if code else ("more", "back")
    return Card(
        title=KINDS[found.kind],
        body=(news or "", readable(found.words), *thread(found, mine=True)),
        facts=(
            Fact(_("Raised"), Text("{day}", {"day": Day(found.day)})),
            Fact(_("Who may read it"), AUDIENCES[found.audience]),
            *result(found),
        ),
        controls=(
            Button(_("Add something"), voice.id(more, code or found.id)),
            Button(
                _("Take it back"),
                voice.id(back, code or found.id),
                Style.DANGER,
                confirm=_("It is deleted, with the answers to it, wherever it stands. Go on?"),
            ),
        ),
        note="" if found.answered else _("No answer yet."),
    )


def thread(found: Voice, *, mine: bool = False) -> tuple[Content, ...]:
    """Return what was said after it, the newest few."""
    skipped = len(found.said) - SAID
    return (
        plural("({count} earlier answer is not shown.)", "({count} earlier answers are not shown.)", skipped)
        if skipped > 0
        else "",
        *(
            _(
                "**{who}**, {day}: {words}",
                who=_who(word.answer, mine=mine),
                day=Day(word.day),
                words=_short(word.words, WORDS if word is found.said[-1] else EARLIER),
            )
            for word in found.said[-SAID:]
        ),
    )


def _who(answer: bool, *, mine: bool) -> Text:  # noqa: FBT001 - of one side or the other
    if answer:
        return _("The animators")
    return _("You") if mine else _("Whoever raised it")


def _short(words: str | None, most: int) -> Content:
    return SHUT if words is None else shorten(words, most)


def result(found: Voice) -> tuple[Fact, ...]:
    """Return what becomes of it and why, and why it is kept back."""
    facts: list[Fact] = []
    if found.outcome is not None:
        facts.append(Fact(_("What becomes of it"), OUTCOMES[found.outcome]))
        facts.append(Fact(_("Why"), readable(found.reason)))
    if found.shown is Shown.BACK:
        facts.append(Fact(_("Not shown to everyone, because"), readable(found.back)))
    return tuple(facts)


def news(found: Voice, *, decided: bool = False, back: bool = False) -> Card:
    """Return what whoever signed one is told; what was written is read in private, with the button."""
    return Card(
        body=_("The animators keep your voice of {day} from everyone, and say why.", day=Day(found.day))
        if back
        else _("The animators say what becomes of your voice of {day}.", day=Day(found.day))
        if decided
        else _("The animators answered your voice of {day}.", day=Day(found.day)),
        controls=(
            Button(_("Read it"), voice.id("mine", found.id), Style.PRIMARY),
            Button(_("Add something"), voice.id("more", found.id)),
        ),
    )


def posted(found: Voice) -> Card:
    """Return what everyone reads in the channel."""
    return Card(
        title=KINDS[found.kind],
        body=(readable(found.words), *thread(found)),
        facts=result(found),
        controls=(Button(_("Say what you think"), START),),
        note=_("From {name}.", name=mention(found.raiser))
        if found.raiser is not None
        else _("Anonymous: nobody knows from whom, nor do I."),
    )


def taken_back() -> Card:
    """Return the answer to *Take it back*."""
    return Card(body=_("It is gone, with the answers to it."), tone=Tone.GOOD)


def limits() -> Text:
    """Return why no further anonymous voice is taken today."""
    return plural(
        "{count} anonymous voice a day is what I take from one person. Tomorrow I take another.",
        "{count} anonymous voices a day are what I take from one person. Tomorrow I take more.",
        MOST,
    )
