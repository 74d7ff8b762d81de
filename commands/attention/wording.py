"""How reasons are said: what happened or was said, since when; never what somebody may feel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from bot.i18n import _, plural
from bot.text import Mention
from bot.ui import shorten
from commands.attention.feature import NAME
from storage.attention import Act, Concern, Deed, Reason
from storage.outcomes import Value
from storage.voice import Kind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from bot.model import Member
    from bot.text import Text

WORDS: Final = 80
"""Characters of a need or a title in a list."""
MONTH: Final = 30
MISSED: Final[Mapping[str, Text]] = {
    Value.ECONOMIC: _("Finding business"),
    Value.SKILL: _("Getting better at my work"),
    Value.REPUTATION: _("Becoming known"),
    Value.SUPPORT: _("Having support"),
}


def said(concern: Concern, now: dt.datetime) -> Text:  # noqa: C901, PLR0911 - one for each reason
    """Return a reason, as what is said of somebody, with since when."""
    since = ago(concern.since, now)
    words = shorten(" ".join(concern.words.split()), WORDS)
    match concern.reason:
        case Reason.CALL:
            return _("would like a call, said so {since}", since=since)
        case Reason.TALK:
            return _("would like a word with an animator, said so {since}", since=since)
        case Reason.LOW:
            return _("gave a low answer in a check-in, {since}", since=since)
        case Reason.VOICE:
            return _voice(concern, since)
        case Reason.REQUEST:
            return _("asked for help {since}, nobody could so far: “{need}”", since=since, need=words)
        case Reason.OPPORTUNITY:
            return _("posted an opportunity {since}, nobody answered: “{title}”", since=since, title=words)
        case Reason.MISSING:
            return _missing(concern, since)
        case Reason.NEWCOMER:
            return _newcomer(concern, since)
        case Reason.NOTHING:
            return _("noted nothing gained for two months; asked {since} what is missing, no answer", since=since)
        case Reason.SILENT:
            return silence(concern.since, now)
        case _:
            assert_never(concern.reason)


def ago(since: dt.datetime, now: dt.datetime) -> Text:
    """Return how many days ago something was, by the calendar of `now`: no platform need show the hour."""
    days = (now.date() - since.astimezone(now.tzinfo).date()).days
    if days <= 0:
        return _("today")
    return _("yesterday") if days == 1 else plural("{count} day ago", "{count} days ago", days)


def _voice(concern: Concern, since: Text) -> Text:
    if concern.words == Kind.IDEA:
        return _("raised an idea that waits for an answer, {since}", since=since)
    if concern.words == Kind.CONCERN:
        return _("raised a concern that waits for an answer, {since}", since=since)
    return _("raised an objection that waits for an answer, {since}", since=since)


def _missing(concern: Concern, since: Text) -> Text:
    kind = MISSED.get(concern.words, MISSED[Value.SUPPORT])
    return _("told you what is missing: {kind}, {since}", kind=kind, since=since)


def _newcomer(concern: Concern, since: Text) -> Text:
    if concern.closed:
        return _("joined {since}, no introduction yet; their direct messages are closed", since=since)
    return _("joined {since}, no introduction yet", since=since)


def silence(seen: dt.datetime, now: dt.datetime) -> Text:
    """Return for how long somebody has not used the bot, in months: the day would tell whose an anonymous voice is."""
    return plural("not here for a month", "not here for {count} months", max((now - seen).days // MONTH, 1))


def named(member: Member) -> Mention:
    """Return a member as a parameter of a text."""
    return Mention(shorten(member.name, NAME), member.id)


def told(deed: Deed, now: dt.datetime) -> Text | None:
    """Return what an animator did for somebody; None where they are gone."""
    if deed.by is None:
        return None
    by, when = named(deed.by), ago(deed.at, now)
    match deed.act:
        case Act.WROTE:
            return _("{by} wrote to them {when}", by=by, when=when)
        case Act.INVITED:
            return _("{by} invited them to a circle {when}", by=by, when=when)
        case Act.INTRODUCED if deed.other is not None:
            return _("{by} proposed {other} to them {when}", by=by, other=named(deed.other), when=when)
        case Act.INTRODUCED:
            return _("{by} proposed somebody to them {when}", by=by, when=when)
        case _:
            assert_never(deed.act)
