"""What animators see: who needs them today, one person with what can be done, and that nobody waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.feature import RUN
from bot.i18n import _, plural
from bot.paging import page_of
from bot.text import Day, Listing, Text
from bot.ui import Button, Card, Fact, Item, Style, Tone, shorten
from commands.attention.feature import MEMBERS, NAME, WAITS, attention
from commands.attention.wording import named, said, told
from storage.attention import Reason

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from bot.model import Member
    from bot.text import Content
    from storage.attention import Concern, Deed
    from storage.concerns import Matter
    from storage.profiles import Profile

PAGE: Final = 6
"""People on a page: each line holds several reasons."""
ALSO: Final = 2
"""Further reasons in a line of the list."""
REASONS: Final = 6
"""Reasons on somebody’s own card."""
OPENED: Final = 2
"""Things they are about that can be opened from there."""
OFFERS: Final = 200
URGENT: Final = frozenset({Reason.CALL, Reason.TALK, Reason.LOW})
OPENING: Final = {
    Reason.CALL: (_("Read the answer"), "checkin:read"),
    Reason.TALK: (_("Open a conversation"), "value:open"),
    Reason.LOW: (_("Read the answer"), "checkin:read"),
    Reason.VOICE: (_("Look at the voice"), "voice:open"),
    Reason.REQUEST: (_("Suggest somebody"), "request:elsewhere"),
    Reason.OPPORTUNITY: (_("Look at the opportunity"), "opportunity:show"),
}
"""The button to what a reason is about: the action of the feature that it belongs to."""
WAITING: Final = {"day": _("Tomorrow"), "week": _("In a week"), "month": _("In a month")}


def list_card(  # noqa: PLR0913 - what a page says
    found: Sequence[Matter], total: int, number: int, now: dt.datetime, *, news: Content = "", undo: str = ""
) -> Card:
    """Return a page of who needs an animator; pages count from 0. `news` is what just happened, `undo` takes it back."""
    back = (Button(_("Undo"), attention.id("undo", undo)),) if undo else ()
    if not total:
        return _empty(news, back)
    page = page_of(total, number, PAGE)
    return Card(
        title=_("For your attention"),
        body=(
            news,
            plural("{count} waits, the most urgent first.", "{count} wait, the most urgent first.", total),
        ),
        items=tuple(_line(matter, page.number, now) for matter in found[:PAGE]),
        controls=(
            *back,
            *page.buttons(lambda to: attention.id("list", to)),
            Button(_("Members"), MEMBERS),
        ),
        note=page.note,
    )


def _empty(news: Content, back: tuple[Button, ...]) -> Card:
    """Return the list when nobody waits."""
    return Card(
        title=_("All is calm today"),
        body=(
            news,
            _(
                "Everybody who needed somebody has been heard. Time for a coffee, or for a word with somebody who is doing well; "
                "a look tomorrow morning is early enough."
            ),
        ),
        tone=Tone.GOOD,
        controls=(
            *back,
            Button(_("See the pulse"), f"{RUN}animator pulse"),
            Button(_("Members"), MEMBERS),
        ),
        note=_("The pulse is how the community is doing, in a few figures."),
    )


def _line(matter: Matter, page: int, now: dt.datetime) -> Item:
    reason, *others = matter.concerns
    line: Text = (
        _("**{name}** {reason}", name=named(matter.member), reason=said(reason, now))
        if matter.member is not None
        else _("**Somebody, without a name,** {reason}", reason=said(reason, now))
    )
    if others:
        also = Listing(tuple(said(other, now) for other in others[:ALSO]))
        line = Text("{line}\n{also}", {"line": line, "also": _("also: {reasons}", reasons=also)})
    style = Style.PRIMARY if reason.reason in URGENT else Style.SECONDARY
    return Item(line, Button(_("Look at it"), attention.id("look", matter.key, page), style))


def person_card(  # noqa: PLR0913 - all there is to say of somebody
    profile: Profile, concerns: Sequence[Concern], deeds: Sequence[Deed], now: dt.datetime, *, page: int, news: Content = ""
) -> Card:
    """Return one member with all that waits, what was done for them, and what can be done."""
    member = profile.member
    letters = "".join(dict.fromkeys(concern.reason.letter for concern in concerns))
    done = [words for deed in deeds if (words := told(deed, now)) is not None]
    return Card(
        title=shorten(member.name, NAME),
        body=(
            news,
            *(Text("· {reason}", {"reason": said(concern, now)}) for concern in concerns[:REASONS]),
            "" if concerns else _("Nothing waits here at the moment."),
        ),
        facts=(
            Fact(_("Here since"), Text("{day}", {"day": Day(member.joined_at.astimezone(now.tzinfo).date())})),
            *_profile_facts(profile),
            *((Fact(_("Lately"), Text("{deeds}", {"deeds": Listing(tuple(done))})),) if done else ()),
        ),
        tone=Tone.ATTENTION if any(concern.reason in URGENT for concern in concerns) else Tone.NEUTRAL,
        controls=(
            *_opening(concerns),
            Button(_("Write to them"), attention.id("write", member.id), Style.PRIMARY),
            Button(_("Introduce to…"), attention.id("introduce", member.id)),
            Button(_("Invite to a circle"), f"circle:offer:{member.id}:0"),
            *(_settling(f"m{member.id}", letters) if concerns else ()),
            Button(_("Back to the list"), attention.id("list", page)),
        ),
        note=_("The other animators see that you wrote, proposed or put off; never your words."),
    )


def nameless_card(concern: Concern, now: dt.datetime, page: int) -> Card:
    """Return an anonymous voice: nobody to write to, but an answer to give."""
    return Card(
        title=_("Somebody, without a name"),
        body=(
            Text("· {reason}", {"reason": said(concern, now)}),
            _("Nobody knows whose it is. Your answer waits for them behind their code."),
        ),
        controls=(
            *_opening((concern,)),
            *_settling(f"v{concern.subject}", concern.reason.letter),
            Button(_("Back to the list"), attention.id("list", page)),
        ),
    )


def _profile_facts(profile: Profile) -> tuple[Fact, ...]:
    if profile.introduced_at is None:
        return ()
    offers, seeks = (shorten(words, OFFERS) for words in (profile.introduction.offers, profile.introduction.seeks))
    return (*((Fact(_("Offers"), offers),) if offers else ()), *((Fact(_("Seeks"), seeks),) if seeks else ()))


def _opening(concerns: Sequence[Concern]) -> tuple[Button, ...]:
    """Return the buttons to what it is about, one for each thing."""
    known: dict[str, Button] = {}
    for concern in concerns:
        if concern.reason in OPENING:
            label, action = OPENING[concern.reason]
            known.setdefault(action, Button(label, f"{action}:{concern.subject}"))
    return tuple(known.values())[:OPENED]


def _settling(key: str, letters: str) -> tuple[Button, ...]:
    return (
        *(Button(label, attention.id("wait", word, key, letters)) for word, label in WAITING.items() if word in WAITS),
        Button(_("Done"), attention.id("done", key, letters)),
    )


# ---------------------------------------------------------------- what just happened


def done_news(member: Member | None) -> Text:
    """Say that an animator is done with somebody."""
    return _("Done: {name}.", name=named(member)) if member is not None else _("Done: the voice without a name.")


def waits_news(member: Member | None, wait: str) -> Text:
    """Say until when somebody waits."""
    when = {"day": _("tomorrow"), "week": _("in a week"), "month": _("in a month")}[wait if wait in WAITS else "week"]
    if member is None:
        return _("The voice without a name is shown again {when}, if it still waits.", when=when)
    return _("{name} is shown again {when}, if it still holds, and at once for a new reason.", name=named(member), when=when)


def settled_news(member: Member | None, by: Member | None, *, mine: bool) -> Text:
    """Say that there is nothing left to do: another animator was quicker, or it settled itself."""
    if by is not None and not mine:
        if member is None:
            return _("{by} has taken care of it already.", by=named(by))
        return _("{by} has taken care of {name} already.", by=named(by), name=named(member))
    if member is None:
        return _("Nothing is left to do about this one.")
    return _("Nothing is left to do about {name}.", name=named(member))
