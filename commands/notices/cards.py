"""What is shown of messages: how there can be less of a kind, what was changed, and the weekly digest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.i18n import _, plain, plural
from bot.notices import NATURES, Notice, Sort, Way, may_stop, may_wait
from bot.text import Content, Text
from bot.ui import ITEMS, Button, Card, Item, Style, Tone, shorten
from commands.notices.feature import MESSAGES, SWITCHES, notices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.notices import MessagePreference
    from bot.ports import Reader
    from storage.digests import Waiting

LINE: Final = 160
"""Characters of what one message says in a digest, after its title."""
ASKED: Final = (Notice.HELP, Notice.NAMED)
"""Kinds that a number a month is for."""


def way_of(notice: Notice, chosen: MessagePreference) -> Way:
    """Return how a kind reaches somebody by their own choice of it."""
    if notice in chosen.muted:
        return Way.NEVER
    return Way.DIGEST if notice in chosen.gathered else Way.NOW


def less_card(notice: Notice, chosen: MessagePreference, switch: str = "", asks: int | None = None) -> Card:
    """Return the ways to have less of a kind; `asks` is how often a month the member is asked for help at most."""
    nature, way = NATURES[notice], way_of(notice, chosen)
    switch = switch or SWITCHES.get(notice, "")
    buttons: list[Button] = []
    if notice in ASKED and asks:
        buttons.append(Button(_("Do not ask me any more"), notices.id("asks", 0)))
        if asks > 1:
            buttons.append(Button(_("Once a month at most"), notices.id("asks", 1)))
    elif may_stop(notice) and way is not Way.NEVER:
        buttons.append(Button(_("Nothing of this kind any more"), notices.id("way", notice.value, Way.NEVER.value)))
    if may_wait(notice) and way is not Way.DIGEST and not (chosen.digest and nature.sort is Sort.UNASKED):
        buttons.append(Button(_("Only in the weekly digest"), notices.id("way", notice.value, Way.DIGEST.value)))
    if nature.sort in (Sort.UNASKED, Sort.DIGEST) and chosen.weekly > 1:
        label = plural("At most {count} message a week", "At most {count} messages a week", chosen.weekly - 1)
        buttons.append(Button(label, notices.id("weekly", chosen.weekly - 1)))
    if notice is Notice.WELCOME:
        buttons.append(Button(_("No reminders"), notices.id("way", Notice.INTRODUCTION.value, Way.NEVER.value)))
    if switch:
        buttons.append(Button(nature.switch, switch))
    return Card(
        title=_("Less of this"),
        body=(_("It is about: {kind}.", kind=nature.label), _now(notice, chosen, asks)),
        controls=(*buttons, Button(_("Leave it as it is"), notices.id("keep")), _everything()),
        note=_("Nobody learns of it."),
    )


_OTHERWISE: Final = {
    Sort.PERSONAL: _("It comes when somebody has a word for you, and at no other time."),
    Sort.OWN: _("It follows from something of your own, and ends with it."),
    Sort.DUTY: _("It comes because you run the community. You may have it in your weekly digest instead."),
    Sort.DIGEST: _("It comes once a week at most, and not at all where nothing waited."),
}


def _now(notice: Notice, chosen: MessagePreference, asks: int | None) -> Text:
    """Say how it is now."""
    nature, way = NATURES[notice], way_of(notice, chosen)
    if way is Way.NEVER or (notice in ASKED and asks == 0):
        return _("You get none of these any more.")
    if way is Way.DIGEST or (chosen.digest and nature.sort is Sort.UNASKED and not nature.urgent):
        return _("These come in your weekly digest only.")
    if nature.sort is not Sort.UNASKED:
        return _OTHERWISE[nature.sort]
    return plural(
        "Of everything that you did not ask for, {count} message a week reaches you at most.",
        "Of everything that you did not ask for, {count} messages a week reach you at most.",
        chosen.weekly,
    )


def changed_card(notice: Notice, way: Way, before: Way) -> Card:
    """Return what was changed for a kind, with the way back."""
    kind = NATURES[notice].label
    said = {
        Way.NEVER: _("You get none of these any more: {kind}.", kind=kind),
        Way.DIGEST: _("From now on this comes in your weekly digest: {kind}.", kind=kind),
        Way.NOW: _("From now on this comes one at a time: {kind}.", kind=kind),
    }[way]
    return _noted(said, notices.id("way", notice.value, before.value), same=way is before)


def weekly_card(weekly: int, before: int) -> Card:
    """Return how many messages a week there are from now on, with the way back."""
    said = plural(
        "From now on, at most {count} message a week that you did not ask for.",
        "From now on, at most {count} messages a week that you did not ask for.",
        weekly,
    )
    return _noted(said, notices.id("weekly", before), same=weekly == before)


def asks_card(asks: int, before: int) -> Card:
    """Return how often a month somebody is asked for help from now on, with the way back."""
    said = (
        plural(
            "From now on you are asked for help at most {count} time a month.",
            "From now on you are asked for help at most {count} times a month.",
            asks,
        )
        if asks
        else _("From now on nobody is pointed to you for help.")
    )
    return _noted(said, notices.id("asks", before), same=asks == before)


def _noted(said: Text, back: str, *, same: bool) -> Card:
    undo = () if same else (Button(_("Undo"), back),)
    return Card(title=_("Noted"), body=said, tone=Tone.GOOD, controls=(*undo, _everything()))


def kept_card() -> Card:
    """Return the answer to whoever leaves it as it is."""
    return Card(body=_("Nothing has changed."), controls=(_everything(),))


def _everything() -> Button:
    return Button(_("What reaches you"), MESSAGES)


# ---------------------------------------------------------------- the digest


def digest_card(waiting: Sequence[Waiting], reader: Reader) -> Card:
    """Return a member's digest: a line for each message that waited, with the button that shows it as it stands then."""
    more = len(waiting) - ITEMS
    return Card(
        title=_("Your week, in one message"),
        body=plural("{count} thing waited for you.", "{count} things waited for you.", len(waiting)),
        items=_items(waiting[:ITEMS], reader),
        controls=(Button(_("See all"), notices.id("all", 0)),) if more > 0 else (),
        note=plural("{count} more is in the list.", "{count} more are in the list.", more) if more > 0 else "",
    )


def list_card(waiting: Sequence[Waiting], offset: int, reader: Reader) -> Card:
    """Return a page of everything that is or was in digests."""
    here = waiting[offset : offset + ITEMS]
    if not here:
        return Card(body=_("Nothing waits for you."), controls=(_everything(),))
    following = offset + ITEMS < len(waiting)
    return Card(
        title=_("What waited for you"),
        items=_items(here, reader),
        controls=(
            *((Button(_("Back"), notices.id("all", max(0, offset - ITEMS))),) if offset else ()),
            *((Button(_("More"), notices.id("all", offset + ITEMS)),) if following else ()),
            _everything(),
        ),
    )


def _items(waiting: Sequence[Waiting], reader: Reader) -> tuple[Item, ...]:
    return tuple(Item(_line(one, reader), Button(_("Look at it"), notices.id("open", one.id), Style.SECONDARY)) for one in waiting)


def _line(one: Waiting, reader: Reader) -> Content:
    """Return the title of a message and the beginning of what it says."""
    said = [plain(part, reader.locale, reader.zone) for part in one.card.paragraphs[:1]]
    short = shorten(" ".join(said[0].split()), LINE) if said else ""
    if not one.card.title:
        return short or NATURES[one.notice].label
    return Text("{title}\n{short}", {"title": one.card.title, "short": short}) if short else one.card.title
