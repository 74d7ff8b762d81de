"""What animators see of messages that did not arrive: the list, one of them, what is stopped, and the notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.i18n import _, plural
from bot.text import Moment, Text
from bot.ui import Button, Card, Fact, Item, Style, Tone
from commands.animator_deliveries.feature import LIST, SETUP, deliveries
from commands.animator_deliveries.places import place, what, workspace_of
from commands.animator_deliveries.reasons import Cause, cause, in_words
from storage.letters import Fate

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from bot.paging import Page
    from bot.ports import Reader
    from storage.letters import Letter
    from storage.stopped import Stoppage

REASONS: Final = 6
"""Reasons told in a notice."""


def list_card(  # noqa: PLR0913, PLR0917 - a page of two kinds of things, for one reader
    stopped: Sequence[Stoppage],
    letters: Sequence[Letter],
    total: int,
    page: Page,
    reader: Reader,
    here: int,
    said: Text | None = None,
) -> Card:
    """Return a page: what is stopped before what was given up, of which there are `total`; `said` is what was just done."""
    if not stopped and not letters:
        return Card(
            title=_("Messages that did not arrive"),
            body=(said or "", _("Everything has arrived. What does not is kept here, with the reason, until you decide.")),
            tone=Tone.GOOD,
            controls=(Button(_("Menu"), "menu:page:0"),),
        )
    return Card(
        title=_("Messages that did not arrive"),
        body=(
            said or "",
            plural(
                "{count} message was given up. It is kept until you decide.",
                "{count} messages were given up. They are kept until you decide.",
                total,
            )
            if total
            else "",
        ),
        items=(*(_stopped_line(one, here) for one in stopped), *(_line(one, reader, here) for one in letters)),
        tone=Tone.ATTENTION,
        controls=(
            Button(_("Send all again"), deliveries.id("all"), Style.PRIMARY, confirm=_AGAIN if _any_uncertain(letters) else None),
            *(
                (
                    Button(
                        _("Discard all"),
                        deliveries.id("none"),
                        confirm=_("Discard all that was given up? What waits stays. This cannot be undone."),
                    ),
                )
                if total > 1
                else ()
            ),
            *page.buttons(lambda to: deliveries.id("page", to)),
        ),
        note=page.note,
    )


def letter_card(letter: Letter, reader: Reader, here: int) -> Card:
    """Return one letter with everything that can be told of it."""
    words = in_words(letter.reason)
    maybe = letter.uncertain and cause(letter.reason) is not Cause.NO_ANSWER
    return Card(
        title=_("A message that did not arrive"),
        body=(
            Text("**{what}**", {"what": what(letter, reader, here)}),
            Text("{happened} {advice}", {"happened": words.happened, "advice": words.advice}),
            _("It may have arrived all the same: look before you send it again.") if maybe else "",
        ),
        facts=(
            Fact(_("Written"), _at(letter.written)),
            *((Fact(_("Given up"), _at(letter.ended)),) if letter.ended is not None else ()),
        ),
        tone=Tone.ATTENTION,
        controls=(
            Button(_("Send again"), deliveries.id("again", letter.id), Style.PRIMARY, confirm=_AGAIN if letter.uncertain else None),
            Button(
                _("Discard"),
                deliveries.id("discard", letter.id),
                Style.DANGER,
                confirm=_("Discard it with its content? This cannot be undone."),
            ),
            *((Button(_("Choose another channel"), SETUP),) if letter.address.channel else ()),
            Button(_("All of them"), deliveries.id("page", 0)),
        ),
    )


def stopped_card(stoppage: Stoppage, here: int) -> Card:
    """Return what is stopped, with what can be done about it."""
    words = in_words(stoppage.reason)
    return Card(
        title=_("Nothing is sent here"),
        body=(Text("{happened} {advice}", {"happened": words.happened, "advice": words.advice}),),
        facts=(
            Fact(_("Where"), place(stoppage.address, here)),
            Fact(_("Since"), _at(stoppage.since)),
            Fact(_("Waiting"), _waiting(stoppage.waiting)),
        ),
        tone=Tone.PROBLEM,
        controls=(
            *((Button(_("Choose another channel"), SETUP, Style.PRIMARY),) if stoppage.address.channel else ()),
            Button(
                _("Try again"),
                deliveries.id("resume", stoppage.id),
                Style.SECONDARY if stoppage.address.channel else Style.PRIMARY,
            ),
            *(
                (
                    Button(
                        _("Discard what waits"),
                        deliveries.id("drop", stoppage.id),
                        Style.DANGER,
                        confirm=_("Discard everything that waits there? This cannot be undone."),
                    ),
                )
                if stoppage.waiting
                else ()
            ),
            Button(_("All of them"), deliveries.id("page", 0)),
        ),
    )


# ---------------------------------------------------------------- notices


def stopped_notice(stoppage: Stoppage) -> Card:
    """Return the one notice about what was stopped."""
    words = in_words(stoppage.reason)
    workspace = workspace_of(stoppage.address)
    return Card(
        title=_("A channel does not receive my messages any more")
        if stoppage.address.channel
        else _("I can send nothing to {workspace} any more", workspace=workspace),
        body=(
            Text("{happened} {advice}", {"happened": words.happened, "advice": words.advice}),
            _("What I would send there waits, and nothing is lost. I tell you this once."),
        ),
        facts=((Fact(_("Where"), place(stoppage.address)),) if stoppage.address.channel else ()),
        tone=Tone.PROBLEM,
        controls=(
            Button(_("Look at it"), LIST, Style.PRIMARY),
            *((Button(_("Choose another channel"), SETUP),) if stoppage.address.channel else ()),
        ),
    )


def over_notice() -> Card:
    """Return what the notice becomes once that is over."""
    return Card(
        title=_("I am sending again"),
        body=_("What had stopped was dealt with; there is nothing left to do here."),
        tone=Tone.GOOD,
    )


def letters_notice(reasons: Mapping[str, int], total: int) -> Card:
    """Return the notice of a day on which messages were given up: why, with how many; `total` are on the list."""
    told = sorted(_by_words(reasons), key=lambda pair: -pair[1])
    return Card(
        title=plural("{count} message did not arrive", "{count} messages did not arrive", sum(reasons.values())),
        body=(
            _("I tried, and gave up for a reason. You can send them again or discard them."),
            plural("There is {count} on the list in all.", "There are {count} on the list in all.", total)
            if total > sum(reasons.values())
            else "",
        ),
        items=tuple(
            Item(Text("{count} × {happened}", {"happened": happened, "count": count})) for happened, count in told[:REASONS]
        ),
        tone=Tone.ATTENTION,
        controls=(Button(_("Look at them"), LIST, Style.PRIMARY),),
        note=_("At most one such message a day."),
    )


# ---------------------------------------------------------------- what was just done


def fate_words(fate: Fate) -> Text:
    """Return what became of one letter."""
    match fate:
        case Fate.AGAIN:
            return _("It is on its way again. If it fails once more, it comes back here.")
        case Fate.DISCARDED:
            return _("Discarded.")
        case Fate.OVER:
            return _("Nobody needs this one any more: it was replaced, or is already there. I have put it away.")
        case Fate.BEFORE:
            return _("This was dealt with before: it was sent again or discarded.")


def fates_words(fates: Mapping[Fate, int], resumed: int = 0) -> Text:
    """Return what became of all of them; `resumed` are messages that waited and go on."""
    again = fates.get(Fate.AGAIN, 0) + resumed
    if again:
        return plural("{count} message is on its way again.", "{count} messages are on their way again.", again)
    gone = fates.get(Fate.DISCARDED, 0) + fates.get(Fate.OVER, 0)
    if gone:
        return plural("{count} message was discarded.", "{count} messages were discarded.", gone)
    return _("There was nothing left to do: somebody was faster.")


def ended_words(messages: int | None, *, dropped: bool) -> Text:
    """Return how a stoppage ended; None: it was over before."""
    if messages is None:
        return _("This was over already.")
    if dropped:
        return (
            plural("{count} message was discarded.", "{count} messages were discarded.", messages) if messages else _("Discarded.")
        )
    if not messages:
        return _("I try again with the next message.")
    return plural("{count} message is on its way again.", "{count} messages are on their way again.", messages)


_AGAIN: Final = _("It may be there already, and would then appear twice. Send it all the same?")


def _line(letter: Letter, reader: Reader, here: int) -> Item:
    said, date = what(letter, reader, here), _at(letter.ended or letter.written)
    body = Text("**{what}**\n{date} · {reason}", {"what": said, "date": date, "reason": in_words(letter.reason).happened})
    return Item(body, Button(_("Look at it"), deliveries.id("letter", letter.id)))


def _stopped_line(stoppage: Stoppage, here: int) -> Item:
    line = _("**Nothing goes to {place}**: {waiting}", place=place(stoppage.address, here), waiting=_waiting(stoppage.waiting))
    return Item(
        Text("{line}\n{reason}", {"line": line, "reason": in_words(stoppage.reason).happened}),
        Button(_("Look at it"), deliveries.id("stopped", stoppage.id)),
    )


def _waiting(messages: int) -> Text:
    if not messages:
        return _("nothing waits")
    return plural("{count} message waits", "{count} messages wait", messages)


def _any_uncertain(letters: Sequence[Letter]) -> bool:
    return any(letter.uncertain for letter in letters)


def _at(instant: dt.datetime) -> Text:
    return Text("{date}", {"date": Moment(instant)})


def _by_words(reasons: Mapping[str, int]) -> list[tuple[Text, int]]:
    """Return reasons in words, those that say the same together."""
    found: dict[str, tuple[Text, int]] = {}
    for reason, count in reasons.items():
        happened = in_words(reason).happened
        key = f"{happened.template}{sorted(happened.params.items(), key=str)}"
        found[key] = (happened, found.get(key, (happened, 0))[1] + count)
    return list(found.values())
