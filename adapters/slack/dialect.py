"""Slack's mrkdwn: our templates keep their strong words, a member's words never become markup, a mention or a ping.

Escaping: https://docs.slack.dev/messaging/formatting-message-text#escaping. There is no escape for `*_~` and the backtick, so
a word joiner (U+2060, invisible) keeps them from formatting, only where they could.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.text import ChannelMention, Mention, Moment

JOINER: Final = "\u2060"

_MARKERS: Final = frozenset("*_~")
_NEEDS_CARE: Final = re.compile(r"[*_~`]|^[ \t]*>", re.MULTILINE)
_QUOTE: Final = re.compile(r"^([ \t]*)(>)", re.MULTILINE)
_DATE_TOKENS: Final = {
    "date": "{date_long}",
    "time": "{time}",
    "full": "{date_long}, {time}",
    "relative": "{date_long_pretty}, {time}",
}


def escape(words: str) -> str:
    """Return words with the three characters that Slack reads as control characters escaped."""
    if "&" in words:
        words = words.replace("&", "&amp;")
    if "<" in words:
        words = words.replace("<", "&lt;")
    return words.replace(">", "&gt;") if ">" in words else words


def unescape(words: str) -> str:
    """Return words as they were typed, from what Slack escaped."""
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") if "&" in words else words


def inert(words: str) -> str:
    """Return somebody's words for mrkdwn: they look as typed and format nothing."""
    if _NEEDS_CARE.search(words) is None:
        return escape(words)
    words = _QUOTE.sub(rf"\1{JOINER}\2", words)
    held = [_held(words, position) for position in range(len(words))]
    return escape("".join(held))


def _held(words: str, position: int) -> str:
    character = words[position]
    if character == "`":
        return f"{JOINER}`{JOINER}"
    if character not in _MARKERS:
        return character
    before = words[position - 1] if position else ""
    after = words[position + 1] if position + 1 < len(words) else ""
    # Between two letters (snake_case) or two spaces (5 * 3) a marker neither opens nor closes anything.
    if (before.isalnum() and after.isalnum()) or (before.isspace() and after.isspace()):
        return character
    return f"{JOINER}{character}{JOINER}"


class Mrkdwn:
    """The dialect of section texts and fields."""

    def plain(self, words: str, /) -> str:
        """Return somebody's words, inert."""
        return inert(words)

    def template(self, words: str, /) -> str:
        """Return a piece of a template, `**` as Slack's strong."""
        return escape(words).replace("**", "*")

    def mention(self, mention: Mention, /) -> str:
        """Return a mention that Slack resolves, or the name where the account is not known."""
        return f"<@{mention.account}>" if mention.account else inert(mention.name)

    def channel(self, channel: ChannelMention, /) -> str:
        """Return a link that Slack writes with the channel's present name."""
        return f"<#{escape(channel.channel)}>"

    def moment(self, moment: Moment, fallback: str, /) -> str:
        """Return Slack's date notation, shown in each reader's own zone and language."""
        words = escape(fallback).replace("|", "/")
        return f"<!date^{int(moment.at.timestamp())}^{_DATE_TOKENS[moment.style]}|{words}>"


class Notification:
    """The dialect of the `text` that goes with blocks: no markup, no mention, yet escaped, for Slack reads it as mrkdwn."""

    def plain(self, words: str, /) -> str:
        """Return somebody's words, inert."""
        return inert(words)

    def template(self, words: str, /) -> str:
        """Return a piece of a template without its strong marks."""
        return escape(words.replace("**", ""))

    def mention(self, mention: Mention, /) -> str:
        """Return the name: a mention here would ping twice."""
        return inert(mention.name)

    def channel(self, channel: ChannelMention, /) -> str:
        """Return a link that Slack writes with the channel's present name."""
        return f"<#{escape(channel.channel)}>"

    def moment(self, moment: Moment, fallback: str, /) -> str:
        """Return the moment in words."""
        del moment
        return escape(fallback)
