"""What readers see of an answer: the notice, the answer, replying, being reminded, connecting; and what passes both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.context import mention
from bot.i18n import _, plural
from bot.private import SHUT
from bot.text import Day, Listing, Moment, Text
from bot.ui import Button, Card, DateField, Form, Item, LongText, MemberField, ShortText, Style, Tone, shorten
from commands.checkins.feature import LETTER, PANEL, checkins
from commands.checkins.wording import exchange, names, title_of
from storage.checkin import Campaign, Reads
from storage.checkin_answers import Answer, low

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from bot.model import Member

PAGE: Final = 6
NAME: Final = 60


def at_once(member: Member, answer: int, *, call: bool) -> Card:
    """Return the notice of an answer that animators wanted to hear of at once; what it says waits behind the button."""
    return Card(
        title=_("{name} would like a call", name=shorten(member.name, NAME))
        if call
        else _("{name} may need you today", name=shorten(member.name, NAME)),
        body=_("They said so in their check-in, and chose that you read it.")
        if call
        else _("They gave a low answer to a question of which you wanted to hear at once, and chose that you read it."),
        tone=Tone.ATTENTION,
        controls=(
            Button(_("Read the answer"), checkins.id("read", answer), Style.PRIMARY),
            Button(_("Reply"), checkins.id("write", answer, member.id)),
        ),
    )


def picked(member: Member, answer: int) -> Card:
    """Return the message to the member who was picked to read an answer."""
    return Card(
        title=_("{name} picked you", name=shorten(member.name, NAME)),
        body=_("Asked how they are, they chose that you read the answer, and nobody else. You owe them nothing but discretion."),
        controls=(
            Button(_("Read the answer"), checkins.id("read", answer), Style.PRIMARY),
            Button(_("Reply"), checkins.id("write", answer, member.id)),
        ),
    )


def shown(answer: Answer, campaign: Campaign) -> Card:
    """Return an answer to one of its readers."""
    said = answer.said
    urgent = said is not None and (said.call or low(campaign.questions, said))
    team = answer.reads is Reads.ANIMATORS
    return Card(
        title=_("{name}: {title}", name=shorten(answer.member.name, NAME), title=title_of(campaign)),
        body=(
            _("**Would like a call.**") if said is not None and said.call else "",
            *(exchange(campaign.questions, said) if said is not None else (SHUT,)),
        ),
        tone=Tone.GOOD if answer.cared else Tone.ATTENTION if urgent else Tone.NEUTRAL,
        controls=(
            Button(_("Reply"), checkins.id("write", answer.id, answer.member.id), Style.PRIMARY),
            *(
                (
                    Button(_("Remind me on…"), checkins.id("remind", answer.id)),
                    Button(_("Connect with…"), checkins.id("connect", answer.id)),
                    Button(_("Not cared for yet"), checkins.id("uncare", answer.id))
                    if answer.cared
                    else Button(_("Cared for"), checkins.id("care", answer.id)),
                    Button(_("Inbox"), checkins.id("inbox", "new", 0)),
                )
                if team
                else ()
            ),
        ),
        note=Text(
            "{when} {reminder}",
            {
                "when": _("Answered {time}. Read by {names}.", time=Moment(answer.given_at), names=names(answer.readers))
                if team
                else _("Answered {time}. Only you can read it.", time=Moment(answer.given_at)),
                "reminder": _("I remind you on {date}.", date=Day(answer.remind_on)) if answer.remind_on is not None else "",
            },
        ),
    )


def inbox(  # noqa: PLR0913 - what a page says
    answers: Sequence[tuple[Answer, Campaign]], page: int, *, more: bool, cared: bool, unread: int, waiting: int
) -> Card:
    """Return a page of the animator's inbox."""
    return Card(
        title=_("Cared for") if cared else _("Inbox"),
        body=(
            ""
            if cared
            else plural(
                "{count} answer to care for, {unread} not read.",
                "{count} answers to care for, {unread} not read.",
                waiting,
                unread=unread,
            )
            if waiting
            else _("Nothing to read: everybody who wanted you to read has been cared for."),
            _("Nothing here yet.") if cared and not answers else "",
        ),
        items=tuple(_line(answer, campaign) for answer, campaign in answers[:PAGE]),
        controls=(
            *((Button(_("Newer"), checkins.id("inbox", "done" if cared else "new", page - 1)),) if page else ()),
            *((Button(_("Older"), checkins.id("inbox", "done" if cared else "new", page + 1)),) if more else ()),
            Button(_("To care for"), checkins.id("inbox", "new", 0))
            if cared
            else Button(_("Cared for"), checkins.id("inbox", "done", 0)),
            Button(_("Check-ins"), PANEL),
        ),
        note=_("Only answers whose members chose that you read them. Totals are under Trends."),
    )


def _line(answer: Answer, campaign: Campaign) -> Item:
    said = answer.said
    flags: list[Text] = []
    if not answer.read:
        flags.append(_("not read"))
    if said is not None and said.call:
        flags.append(_("would like a call"))
    elif said is not None and low(campaign.questions, said):
        flags.append(_("low"))
    first = _first_words(answer)
    name, title, when = mention(answer.member), title_of(campaign), Moment(answer.given_at, "relative")
    line: Text = _("**{name}** · {title} · {when}", name=name, title=title, when=when)
    if flags:
        line = Text("{line} · **{flags}**", {"line": line, "flags": Listing(tuple(flags))})
    body = Text("{line}\n{words}", {"line": line, "words": first}) if first else line
    return Item(body, Button(_("Read"), checkins.id("read", answer.id), Style.SECONDARY if answer.read else Style.PRIMARY))


def _first_words(answer: Answer) -> str:
    """Return how an answer begins, where there are words in it."""
    for chosen in answer.said.answers if answer.said is not None else ():
        if chosen and not chosen[0].isdecimal():
            return shorten(" ".join(chosen[0].split()), 120)
    return ""


# ---------------------------------------------------------------- passing on


def letter_form(key: str, to: Member) -> Form:
    """Return the form for what is passed on."""
    return Form(
        checkins.id("letter", key),
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


def letter(author: Member, answer: int, words: str) -> Card:
    """Return what the other one receives."""
    return Card(
        title=_("{name} writes to you", name=mention(author)),
        body=(_("It is about your check-in, or your answer to one. I pass it on."), words),
        controls=(Button(_("Answer"), checkins.id("write", answer, author.id), Style.PRIMARY),),
        note=_("Only you receive this. I forget it once it is here; this conversation keeps it."),
    )


def passed_on(to: Member) -> Card:
    """Return the answer to whoever wrote."""
    return Card(body=_("On its way to {name}. An answer arrives here.", name=mention(to)), tone=Tone.GOOD)


def given_back(reason: Text, words: str) -> Card:
    """Return the words to whoever wrote them."""
    return Card(title=_("Not sent"), body=(reason, words), tone=Tone.ATTENTION, note=_("Your words are above, to copy."))


# ---------------------------------------------------------------- remind, connect


def remind_form(answer: int, date: dt.date, name: str) -> Form:
    """Return the form of *Remind me on…*."""
    return Form(
        checkins.id("reminded", answer),
        _("Remind me on…"),
        (
            DateField(
                name="date",
                label=_("On which day?"),
                hint=_("In the morning I say: think of {name}.", name=shorten(name, 30)),
                initial=date,
            ),
        ),
        _("Save"),
    )


def reminder(member: Member, answer: int) -> Card:
    """Return the reminder."""
    return Card(
        title=_("You wanted to think of {name} today", name=shorten(member.name, NAME)),
        body=_("It is about their check-in."),
        controls=(
            Button(_("Read the answer"), checkins.id("read", answer), Style.PRIMARY),
            Button(_("Reply"), checkins.id("write", answer, member.id)),
            Button(_("Cared for"), checkins.id("care", answer)),
        ),
    )


def connect_form(answer: int, name: str) -> Form:
    """Return the form of *Connect with…*."""
    return Form(
        checkins.id("connected", answer),
        _("Connect with…"),
        (
            MemberField(
                name="ally",
                label=_("Whom should they meet?"),
                hint=_("I ask {name} first. Only after their yes is the other one asked.", name=shorten(name, 30)),
            ),
            ShortText(
                name="why",
                label=_("Why these two? They read it"),
                required=False,
                maximum=150,
            ),
        ),
        _("Propose it"),
    )


def suggested(animator: Member, ally: Member, why: str, trade: str) -> Card:
    """Return the suggestion to whoever answered; *Meet* asks the other one, as a proposal of their own."""
    return Card(
        title=_("{animator} thinks of somebody for you", animator=shorten(animator.name, NAME)),
        body=(
            _(
                "Would you like to meet {name}? They are asked only if you say so, and learn nothing of your check-in.",
                name=mention(ally),
            ),
            why,
        ),
        controls=(
            Button(_("Yes, ask them"), f"proposal:meet:{ally.id}", Style.PRIMARY),
            Button(_("Profile"), f"profile:show:{ally.id}"),
        ),
        note=trade,
    )


def connected(member: Member, ally: Member) -> Card:
    """Return the answer to the animator."""
    return Card(
        body=_(
            "{name} is asked whether they would like to meet {ally}; after a yes, I ask the other one.",
            name=mention(member),
            ally=mention(ally),
        ),
        tone=Tone.GOOD,
    )
