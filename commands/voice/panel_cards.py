"""What animators see of voices: the notice, the inbox, one of them, the forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.context import mention
from bot.i18n import _, plural
from bot.private import readable
from bot.text import ChannelMention, Content, Day, Text
from bot.ui import Button, Card, ChannelField, Choice, Fact, Form, Item, LongText, OneChoice, Style, Tone
from commands.voice import cards
from commands.voice.feature import AUDIENCES, KINDS, OUTCOMES, REASON, WORDS, voice
from storage.voice import Audience, Outcome, Shown, Voice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.paging import Page


@dataclass(frozen=True, slots=True)
class Counts:
    """How many voices there are, how many are unread, how many wait for an answer."""

    total: int
    unread: int
    waiting: int


def notice(unread: int) -> Card:
    """Return the notice to the animators; what was said is read in private."""
    return Card(
        body=plural("{count} voice is waiting to be read.", "{count} voices are waiting to be read.", unread)
        if unread
        else _("Every voice has been read."),
        controls=(Button(_("Look at them"), voice.id("unread"), Style.PRIMARY),),
    )


def inbox(found: Sequence[Voice], counts: Counts, page: Page, place: str) -> Card:
    """Return a page of the inbox; `place` is the channel of this workspace for voices to everyone."""
    return Card(
        title=_("Voices"),
        body=(
            plural("{count} is unread.", "{count} are unread.", counts.unread) if counts.unread else "",
            plural("{count} waits for an answer.", "{count} wait for an answer.", counts.waiting)
            if counts.waiting
            else _("All of them have an answer.")
            if counts.total
            else _("Nobody has raised anything yet. Members do it with “Say what you think”, in the menu."),
            _("Those to everyone appear in {channel}.", channel=ChannelMention(place))
            if place
            else _("No channel has been chosen for those to everyone yet."),
        ),
        items=tuple(Item(_line(one), Button(_("Read it"), voice.id("open", one.id))) for one in found),
        controls=(
            *page.buttons(lambda number: voice.id("inbox", number)),
            Button(_("Choose the channel"), voice.id("channel"), Style.SECONDARY if place else Style.PRIMARY),
        ),
        note=page.note,
    )


def _line(found: Voice) -> Text:
    state = (
        _("unread")
        if found.unread
        else OUTCOMES[found.outcome]
        if found.outcome is not None and found.answered
        else _("answered")
        if found.answered
        else _("waiting")
    )
    return _(
        "**{state}** · {kind} · {name} · {day}: {words}",
        state=state,
        kind=KINDS[found.kind],
        name=_from(found),
        day=Day(found.day),
        words=cards.line(found),
    )


def _from(found: Voice) -> Text:
    return _("anonymous") if found.raiser is None else Text("{name}", {"name": mention(found.raiser)})


def opened(found: Voice, news: Text | None = None, *, channel: bool) -> Card:
    """Return a voice with what can be done about it; `channel`: there is one for those to everyone."""
    return Card(
        title=KINDS[found.kind],
        body=(news or "", readable(found.words), *cards.thread(found)),
        facts=(
            Fact(_("From"), _from(found)),
            Fact(_("Raised"), Text("{day}", {"day": Day(found.day)})),
            Fact(_("Addressed to"), AUDIENCES[found.audience]),
            *cards.result(found),
        ),
        tone=Tone.NEUTRAL if found.answered else Tone.ATTENTION,
        controls=(
            Button(_("Answer"), voice.id("answer", found.id), Style.SECONDARY if found.answered else Style.PRIMARY),
            Button(_("What becomes of it"), voice.id("decide", found.id)),
            *_showing(found),
            Button(_("Back to the inbox"), voice.id("inbox", 0)),
        ),
        note=_standing(found, channel=channel),
    )


def _showing(found: Voice) -> tuple[Button, ...]:
    if not found.public:
        return ()
    show = Button(_("Let everyone see it"), voice.id("show", found.id))
    keep = Button(_("Keep it back"), voice.id("keep", found.id))
    ready = found.audience is Audience.ALL or found.answered
    return (
        *((show,) if ready and found.shown is not Shown.YES else ()),
        *((keep,) if found.shown is not Shown.BACK else ()),
    )


def _standing(found: Voice, *, channel: bool) -> Content:
    if found.audience is Audience.ALL and found.shown is Shown.NO and found.show_on is not None:
        if not channel:
            return _(
                "Anonymous, and to everyone. There is no channel for voices yet: once you have answered, everyone reads it in the "
                "list, unless you keep it back, with a reason."
            )
        return _(
            "Anonymous, and to everyone: I post it on {day} unless you keep it back before, with a reason. "
            "Disagreement is none; an insult is.",
            day=Day(found.show_on),
        )
    if found.audience is Audience.LATER and found.shown is Shown.NO and not found.answered:
        return _(
            "Once you have answered, everyone reads it in the list of answered voices, without a name, unless you keep it back, "
            "with a reason."
        )
    if found.raiser is None:
        return _("Whoever raised it reads your answer with their code. Nobody knows who it is, nor do I.")
    return _("They are told that there is news, and read it in private.")


def answer_form(found: Voice) -> Form:
    """Return the form of *Answer*."""
    return Form(
        voice.id("answered", found.id),
        _("Answer"),
        (
            LongText(
                name="words",
                label=_("Your answer"),
                hint=_("Everyone reads it too, with the voice, in the list of answered ones.")
                if found.audience is Audience.LATER and found.shown is not Shown.BACK
                else _("Everyone reads it where the voice is shown to everyone.")
                if found.public
                else _("Only whoever raised it, and the animators, read it."),
                minimum=2,
                maximum=WORDS,
            ),
        ),
        send=_("Send"),
        private=True,
    )


def decide_form(found: Voice) -> Form:
    """Return the form of *What becomes of it*."""
    return Form(
        voice.id("decided", found.id),
        _("What becomes of it"),
        (
            OneChoice(
                name="outcome",
                label=_("What becomes of it?"),
                choices=tuple(Choice(one.value, OUTCOMES[one]) for one in Outcome),
                initial=found.outcome.value if found.outcome is not None else "",
            ),
            LongText(
                name="reason",
                label=_("Why?"),
                hint=_("Always said: a no with its reason is an answer too."),
                initial=found.reason or "",
                minimum=2,
                maximum=REASON,
            ),
        ),
        send=_("Send"),
        private=True,
    )


def keep_form(found: Voice) -> Form:
    """Return the form of *Keep it back*."""
    return Form(
        voice.id("kept", found.id),
        _("Keep it back"),
        (
            LongText(
                name="reason",
                label=_("Why does not everyone see it?"),
                hint=_("Whoever raised it reads this."),
                initial=found.back or "",
                minimum=2,
                maximum=REASON,
            ),
        ),
        send=_("Keep it back"),
        private=True,
    )


def channel_form(initial: str) -> Form:
    """Return the form of *Choose the channel*."""
    return Form(
        voice.id("channel"),
        _("Channel for voices"),
        (
            ChannelField(
                name="where",
                label=_("Channel for voices to everyone"),
                hint=_("Left empty, they are in the list of answered ones only."),
                initial=initial,
                required=False,
            ),
        ),
        send=_("Save"),
    )
