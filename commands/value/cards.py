"""What members see of what they received and gave: in all, one by one, and what is to be confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.context import mention
from bot.gains import BANDS
from bot.i18n import _, plural, today
from bot.paging import page_of
from bot.text import Content, Day, Listing
from bot.ui import Button, Card, Choice, Fact, Item, Select, Style, Tone, shorten
from commands.value.feature import GIVEN, NAMED, PAGE, PENDING, RECEIVED, VALUE, worth
from commands.value.figures import Figures, Period
from commands.value.wording import CAME, KINDS, MISSED, SOURCES, UNSAID, kind_of
from storage.outcomes import Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.model import Member
    from bot.text import Text
    from storage.expectations import Came
    from storage.outcomes import Outcome

PERIODS: Final[Mapping[Period, Text]] = {
    Period.ALL: _("Since the beginning"),
    Period.YEAR: _("This year"),
    Period.QUARTER: _("This quarter"),
    Period.MONTH: _("This month"),
}


def value_card(  # noqa: PLR0913 - what the card is made of
    counted: Figures,
    period: Period,
    expected: Mapping[Value, int],
    said: Mapping[Value, Came],
    pending: Sequence[Outcome] = (),
    *,
    news: Text | None = None,
) -> Card:
    """Return what somebody received and gave; `expected` are the kinds they expected first, with how often each came in all."""
    kinds = [*expected, *(kind for kind in said if kind not in expected)]
    return Card(
        title=_("What this community gave me"),
        body=(
            news or "",
            _("**{period}**", period=PERIODS[period]),
            *(_told(counted) if counted.counts else (_nothing(period),)),
        ),
        facts=tuple(
            Fact(
                KINDS[count.kind] if count.kind is not None else UNSAID,
                _("received {received}, given {given}", received=count.received, given=count.given),
            )
            for count in counted.counts
        ),
        items=(
            *(
                Item(
                    _("{name} says that it was of use to you.", name=shorten(one.giver.name if one.giver else "", 60)),
                    Button(_("Answer"), worth.id("look", one.id), Style.PRIMARY),
                )
                for one in pending[:PENDING]
            ),
            *(Item(_expectation(kind, expected.get(kind), said.get(kind))) for kind in kinds),
        ),
        controls=(
            Button(_("Say what I gained"), worth.id("gain"), Style.PRIMARY),
            Button(_("Say whom I helped"), worth.id("helped")),
            Button(_("One by one"), worth.id("list", RECEIVED, 0)),
            Button(_("Was it what I expected?"), worth.id("expected")),
            Select(
                worth.id("period"),
                _("Over what time"),
                tuple(Choice(each.value, words) for each, words in PERIODS.items()),
            ),
        ),
        note=_("You alone see this card. Each outcome is known to the two it is about; everybody else sees totals over many."),
    )


def _told(counted: Figures) -> tuple[Content, ...]:
    return (
        _("Thanks to {names}.", names=_names(counted.givers)) if counted.givers else "",
        _("Thanks to you, something came to {names}.", names=_names(counted.gainers)) if counted.gainers else "",
    )


def _names(members: Sequence[Member]) -> Listing:
    named = [mention(member) for member in members[:NAMED]]
    more = len(members) - len(named)
    return Listing((*named, *((plural("{count} other", "{count} others", more),) if more > 0 else ())))


def _nothing(period: Period) -> Text:
    if period is not Period.ALL:
        return _("Nothing is noted for this time.")
    return _(
        "Nothing is noted yet. When a meeting, an answer or a lead was of use to you, say so here: "
        "it takes half a minute, and whoever helped has the credit."
    )


def _expectation(kind: Value, came: int | None, said: Came | None) -> Text:
    """Return one line: what was expected, what is noted of it, and what they said of it themselves."""
    if came is None:
        noted: Text = _("expected as well")
    elif came:
        noted = plural("met, {count} time", "met, {count} times", came)
    else:
        noted = _("nothing noted yet")
    if said is None:
        return _("I expected first: {kind} ({noted}).", kind=MISSED[kind], noted=noted)
    return _("I expected: {kind} ({noted}). Did it come true? {said}.", kind=MISSED[kind], noted=noted, said=CAME[said])


# ---------------------------------------------------------------- one by one


def list_card(found: Sequence[Outcome], page: int, zone: str, *, received: bool) -> Card:
    """Return a page of what somebody received, or gave, which is `found`."""
    side, other = (RECEIVED, GIVEN) if received else (GIVEN, RECEIVED)
    shown = page_of(len(found), page, PAGE)
    if found:
        body: Content = ""
    elif received:
        body = _("Nothing is noted yet of what you received.")
    else:
        body = _("Nobody has noted yet that something came thanks to you. That is no measure of what you give.")
    return Card(
        title=_("What I received") if received else _("What I gave"),
        body=body,
        items=tuple(
            Item(_line(one, zone, received=received), Button(_("Look at it"), worth.id("one", one.id))) for one in shown.of(found)
        ),
        controls=(
            *shown.buttons(lambda number: worth.id("list", side, number)),
            Button(_("What I gave") if received else _("What I received"), worth.id("list", other, 0)),
            Button(_("Overview"), worth.id("show")),
        ),
        note=shown.note,
    )


def _line(one: Outcome, zone: str, *, received: bool) -> Text:
    date = Day(today(one.confirmed_at or one.recorded_at, zone))
    person = one.giver if received else one.gainer
    if person is None:
        said = _("**{kind}**, {date}", kind=kind_of(one), date=date)
    elif received:
        said = _("**{kind}**, thanks to {name}, {date}", kind=kind_of(one), name=mention(person), date=date)
    else:
        said = _("**{kind}**, for {name}, {date}", kind=kind_of(one), name=mention(person), date=date)
    return _("{what}: {note}", what=said, note=shorten(one.note, 120)) if one.note else said


def outcome_card(one: Outcome, zone: str, *, received: bool, news: Text | None = None) -> Card:
    """Return one thing that was gained, as one of the two sees it; whoever gained it may change it and take it back.

    An amount is theirs alone: to whoever gave it, as to all others, it is in totals over many.
    """
    person = one.giver if received else one.gainer
    amount = BANDS.get(one.amount_band or "") if received else None
    return Card(
        title=kind_of(one),
        body=(news or "", one.note),
        facts=(
            *((Fact(_("Thanks to") if received else _("For"), _("{name}", name=mention(person))),) if person is not None else ()),
            Fact(_("Came of"), SOURCES.get(one.subject.value, SOURCES["by_hand"])),
            *((Fact(_("Roughly"), amount),) if amount is not None else ()),
            Fact(_("Noted on"), _("{date}", date=Day(today(one.confirmed_at or one.recorded_at, zone)))),
        ),
        controls=(
            *(
                (
                    Button(_("Change"), worth.id("change", one.id)),
                    Button(
                        _("Withdraw"),
                        worth.id("withdraw", one.id),
                        Style.DANGER,
                        _("Forget this? Whoever gave it loses the credit, and is not told."),
                    ),
                )
                if received
                else ()
            ),
            Button(_("Back to the list"), worth.id("list", RECEIVED if received else GIVEN, 0)),
        ),
        note=_("Only the two of you see it."),
    )


# ---------------------------------------------------------------- between the two


def proposal_card(one: Outcome) -> Card:
    """Ask somebody who is said to have gained something whether they did."""
    return Card(
        title=_("{name} says that they were of use to you", name=mention(one.giver)) if one.giver else kind_of(one),
        body=(one.note, _("Is that right? If so, I note it for you two: what this community brought you, and thanks to whom.")),
        facts=(Fact(_("What it brought"), kind_of(one)),),
        controls=(
            Button(_("Yes, that is right"), worth.id("confirm", one.id), Style.PRIMARY),
            Button(_("Yes, in other words"), worth.id("change", one.id)),
            Button(_("No"), worth.id("refuse", one.id)),
        ),
        note=_("If you say no, or nothing, it counts nowhere, and {name} is not told.", name=mention(one.giver))
        if one.giver
        else "",
    )


def answered_card(*, right: bool) -> Card:
    """Return the answer to whoever confirmed what they gained, or did not."""
    said = _("Noted. Thank you for saying so.") if right else _("Noted: it counts nowhere, and nobody is told.")
    return Card(body=said, tone=Tone.GOOD if right else Tone.NEUTRAL, controls=(Button(_("What this community gave me"), VALUE),))


def proposed_card(gainer: Member) -> Card:
    """Return the answer to whoever says that they helped somebody."""
    return Card(
        body=_("I ask {name}, in their own hours. If they say yes, it appears among what you gave.", name=mention(gainer)),
        tone=Tone.GOOD,
        controls=(Button(_("What this community gave me"), VALUE),),
    )


def credited_card(one: Outcome) -> Card:
    """Tell somebody that a member gained something thanks to them."""
    return Card(
        title=_("Something came to {name} thanks to you", name=mention(one.gainer)),
        body=one.note,
        facts=(Fact(_("What it brought"), kind_of(one)),),
        tone=Tone.GOOD,
        controls=(Button(_("What this community gave me"), VALUE),),
        note=_("Only the two of you see it."),
    )


def withdrawn_card() -> Card:
    """Return the answer to whoever took something back."""
    return Card(
        body=_("Forgotten. It counts nowhere any more."),
        controls=(
            Button(_("Back to the list"), worth.id("list", RECEIVED, 0)),
            Button(_("What this community gave me"), VALUE),
        ),
    )
