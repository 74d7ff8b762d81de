"""What those who meet see: their conversation, the question whether they met, and what follows from each answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import msgspec

from bot.i18n import _, longest
from bot.text import Day, Listing, Mention, Moment, Text
from bot.ui import (
    CARD_TOTAL,
    Button,
    Card,
    Fact,
    Item,
    Link,
    Style,
    Tone,
    is_web_address,
    shorten,
)
from commands.rounds.feature import MEET, rounds
from storage.profiles import Profile

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from bot.model import Member
    from bot.text import Param
    from storage.meeting import Meeting

ROOM: Final = 2000
"""Characters for everybody's profile together, where a card has them left."""
FRAME: Final = 100
"""Characters of somebody's name and of the words around their profile."""
NAME: Final = 40
"""Characters of a name: some call themselves a sentence."""
TOLD: Final = 900
"""Characters of what a profile says, at most: a fact holds a thousand, with the words between."""
BRIEF: Final = 25
"""Characters of a name within a reason."""
REASONS: Final = 3
PEOPLE: Final = 8
"""Profiles that are shown."""
CLOCKS: Final = 4
"""Members at most for whom each time is told by everybody's clock."""


def unknown(member: Member) -> Profile:
    """Return the profile of somebody who did not introduce themselves."""
    return Profile(member)


def video(template: str, room: str) -> str:
    """Return the address of a meeting's video call; empty where there is none."""
    address = template.replace("{meeting}", f"confrere-{room}")
    return address if template and is_web_address(address) else ""


def meeting_card(meeting: Meeting, profiles: Sequence[Profile], *, zones: Mapping[int, str], link: str = "") -> Card:
    """Return the first message of a conversation. `zones` are those of its members, by id; `link` is for a video call."""
    first = next((one for one in meeting.members if one.id == meeting.initiator), None)
    card = Card(
        title=_("You are meeting"),
        body=(
            _("{names}: this is your conversation.", names=_names(meeting.members)),
            _("Why you: {reasons}.", reasons=Listing(tuple(map(_brief, meeting.reasons[:REASONS])))) if meeting.reasons else "",
            _("To begin with: {starter}", starter=shorten(meeting.starter, 250)) if meeting.starter else "",
            _(
                "{name}, you write first this time. The three times below are within everyone’s hours as far as possible.",
                name=_named(first),
            )
            if first is not None and meeting.chosen is None
            else "",
            _("**Your time: {time}**", time=_time(meeting.chosen, meeting.members, zones)) if meeting.chosen else "",
        ),
        items=tuple(
            Item(
                _time(slot, meeting.members, zones),
                Button(_("It’s this time"), rounds.id("time", meeting.id, meeting.version, number)),
            )
            for number, slot in enumerate(meeting.slots[:3])
            if slot != meeting.chosen
        ),
        controls=(
            *((Link(_("Video call"), link),) if link else ()),
            Button(_("Other times"), rounds.id("times", meeting.id, meeting.version)),
            Button(_("I can’t make it"), rounds.id("could_not", meeting.id)),
        ),
        note=_("In a few days I ask each of you whether you met. Nothing else is expected of you."),
    )
    some = profiles[:PEOPLE]
    left = min(ROOM, CARD_TOTAL - sum(map(longest, card.contents())) - FRAME * len(some))
    return msgspec.structs.replace(card, facts=tuple(_fact(profile, min(left // len(some), TOLD)) for profile in some))


def _fact(profile: Profile, room: int) -> Fact:
    told = profile.introduction
    name = shorten(profile.member.name, NAME)
    if profile.introduced_at is None:
        return Fact(name, _("No introduction yet"))
    does, offers, seeks = (shorten(words, room // 3) for words in (told.does, told.offers, told.seeks))
    if told.seeks:
        return Fact(name, _("{trade}. Offers: {offers}. Seeks: {seeks}", trade=does, offers=offers, seeks=seeks))
    return Fact(name, _("{trade}. Offers: {offers}", trade=does, offers=offers))


def _time(at: dt.datetime, members: Sequence[Member], zones: Mapping[int, str]) -> Text:
    """Return a time as each reader's platform shows it; where the zones of a few differ, with what each one's clock says."""
    local = {member: at.astimezone(ZoneInfo(zones[member.id])) for member in members if member.id in zones}
    if len(members) > CLOCKS or len({time.utcoffset() for time in local.values()}) < 2:  # noqa: PLR2004 - one zone needs no list
        return Text("{time}", {"time": Moment(at)})
    several = len({time.date() for time in local.values()}) > 1
    clocks = Listing(tuple(_clock(shorten(member.name, 30), time, dated=several) for member, time in local.items()))
    return Text("{time} ({clocks})", {"time": Moment(at), "clocks": clocks})


def _clock(name: str, time: dt.datetime, *, dated: bool) -> Text:
    """Return what somebody's clock says; `dated`: it is not the same day for all of them."""
    if dated:
        return Text("{name} {day}, {time}", {"name": name, "day": Day(time.date()), "time": f"{time:%H:%M}"})
    return Text("{name} {time}", {"name": name, "time": f"{time:%H:%M}"})


def entry(meeting: Meeting) -> Text:
    """Return what a meeting is called in a calendar."""
    return _("Meeting: {names}", names=Listing(tuple(shorten(one.name, 40) for one in meeting.members)))


def _names(members: Sequence[Member]) -> Listing:
    return Listing(tuple(map(_named, members)))


def _named(member: Member) -> Mention:
    return Mention(shorten(member.name, NAME), member.id)


def _brief(reason: Text) -> Text:
    """Return a reason in which nobody's name is long."""
    return msgspec.structs.replace(reason, params={name: _cut(value) for name, value in reason.params.items()})


def _cut(value: Param) -> Param:
    match value:
        case Mention():
            return msgspec.structs.replace(value, name=shorten(value.name, BRIEF))
        case Listing():
            items = tuple(_cut(item) if isinstance(item, Mention) else item for item in value.items)
            return msgspec.structs.replace(value, items=items)
        case _:
            return value


# ---------------------------------------------------------------- a time


def chosen_card(at: dt.datetime) -> Card:
    """Return the answer to whoever chose a time."""
    return Card(
        body=_(
            "{time} it is. The others see it in your conversation. "
            "Its new calendar file takes the place of the one you may have opened.",
            time=Moment(at),
        ),
        tone=Tone.GOOD,
    )


def other_times_card(by: Member) -> Card:
    """Return what the others read when somebody asked for other times."""
    return Card(body=_("{name} would prefer another time: there are three new ones in your conversation.", name=_named(by)))


def new_times_card() -> Card:
    """Return the answer to whoever asked for other times."""
    return Card(body=_("Three other times are in your conversation."), tone=Tone.GOOD)


# ---------------------------------------------------------------- did you meet?


def ask_card(meeting: Meeting, others: Sequence[Member], *, again: bool = False) -> Card:
    """Return the question whether they met; `again`: the second and last time."""
    return Card(
        title=_("Did you meet?"),
        body=_("You and {names}.", names=_names(others)) if others else _("Your meeting of this round."),
        controls=(
            Button(_("We met"), rounds.id("met", meeting.id), Style.PRIMARY),
            Button(_("Not yet"), rounds.id("not_yet", meeting.id)),
            Button(_("Couldn’t"), rounds.id("could_not", meeting.id)),
        ),
        note=_("This is the last time I ask.") if again else _("If you say “not yet”, I ask once more, and never a third time."),
    )


def met_card(meeting: Meeting, others: Sequence[Member]) -> Card:
    """Return the answer to *We met*."""
    return Card(
        title=_("Good to hear"),
        body=_("What was useful in it? It takes a minute, and whoever gave it gets the credit.") if others else "",
        controls=(
            *((Button(_("What was useful"), rounds.id("useful", meeting.id), Style.PRIMARY),) if others else ()),
            Button(_("Rather not again"), rounds.id("rather_not", meeting.id)),
        ),
        note=_("“Rather not again” stays between you and me: you are not put together any more, and nobody is told."),
        tone=Tone.GOOD,
    )


def not_yet_card(meeting: Meeting, *, asked_again: bool) -> Card:
    """Return the answer to *Not yet*."""
    return Card(
        body=_("All right. I ask once more in a few days, and then no more.") if asked_again else _("All right. I ask no more."),
        controls=(
            Button(_("We met"), rounds.id("met", meeting.id)),
            Button(_("Other times"), rounds.id("times", meeting.id, meeting.version)),
            Button(_("Rather not again"), rounds.id("rather_not", meeting.id)),
        ),
    )


def could_not_card(meeting: Meeting) -> Card:
    """Return the answer to *Couldn’t*: what to do instead."""
    return Card(
        title=_("It happens"),
        body=_(
            "Would you like three other times, or somebody else? "
            "Whoever you were to meet is told that it does not work out, not why."
        ),
        controls=(
            Button(_("Other times"), rounds.id("times", meeting.id, meeting.version), Style.PRIMARY),
            Button(_("Somebody else"), rounds.id("elsewhere", meeting.id)),
            Button(_("Leave it this time"), rounds.id("give_up", meeting.id)),
            Button(_("Rather not again"), rounds.id("rather_not", meeting.id)),
        ),
    )


def over_card(*, met: bool) -> Card:
    """Return the answer to whoever acts on a meeting that is over."""
    if met:
        return Card(body=_("You met, as I was told: that is noted."), tone=Tone.GOOD)
    return Card(body=_("This meeting is over. The next round brings another one."), controls=(Button(_("Meetings"), MEET),))


# ---------------------------------------------------------------- it does not work out


def freed_card(*, looking: bool) -> Card:
    """Return what somebody reads whose only partner is gone; `looking`: the round is under way, somebody else may be free."""
    if not looking:
        return Card(
            title=_("Your meeting does not work out"),
            body=_("Whoever you were to meet cannot be there. Your next meeting comes with the next round."),
            controls=(Button(_("Meetings"), MEET),),
        )
    return Card(
        title=_("Your meeting does not work out"),
        body=_(
            "Whoever you were to meet cannot be there this time. I look for somebody who is free as well; "
            "if nobody is, you are first in the next round."
        ),
        controls=(Button(_("Leave it this time"), rounds.id("no_more")),),
    )


def fewer_card(gone: Sequence[Member]) -> Card:
    """Return what those who remain read when somebody left their group."""
    return Card(body=_("{names} cannot be there this time. The rest of you meet as planned.", names=_names(gone)))


def elsewhere_card(*, waiting: bool) -> Card:
    """Return the answer to whoever wants to meet somebody else, or nobody this time."""
    if waiting:
        return Card(
            body=_("I look for somebody who is free as well. If nobody is, you are first in the next round."), tone=Tone.GOOD
        )
    return Card(body=_("All right. Your next meeting comes with the next round."), controls=(Button(_("Meetings"), MEET),))
