"""How Discord writes: its markdown, and how words are kept from becoming any of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.text import ChannelMention, Mention, Moment

_LINE_BREAKS: Final = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_ORDINARY: Final = re.compile(r"[^\W\d_](?:[^\W_]|[ ,.;!?'’()…-])*")
"""Words with nothing in them that could be markup anywhere: most of what is written, known at one look."""
_ANYWHERE: Final = re.compile(r"([\\*_~`|\[\]<>@])")
_AT_LINE_START: Final = re.compile(r"(?m)^([ \t]*)([#+-]|\d+(?=[.)]))")
_ADDRESS: Final = re.compile(
    r"""(?:(?<=[\s("'«])|^)https?://[A-Za-z0-9_./?=&%#+:~-]+[A-Za-z0-9_/=&%#+~-](?=[,;.!?)"'»]*(?:\s|$))"""
)
"""Whole web addresses stay as typed: Discord reads one before any other markup, and a backslash inside would break it."""

_SCHEME: Final = re.compile(r"(?i)\b(https?|steam|discord):(?=//)")
"""Any other address is shown as typed and is no link: its colon is escaped."""

_MOMENT_STYLES: Final = {"date": "D", "time": "t", "full": "F", "relative": "R"}


class Markdown:
    """Discord's dialect. Its markup: https://docs.discord.com/developers/reference#message-formatting."""

    def plain(self, words: str, /) -> str:
        """Put a backslash before everything that could be markup, a mention or a custom emoji."""
        if _ORDINARY.fullmatch(words):
            return words
        words = _LINE_BREAKS.sub("\n", words)
        written: list[str] = []
        end = 0
        for address in _ADDRESS.finditer(words):
            written.append(_escape(words[end : address.start()]))
            written.append(address.group())
            end = address.end()
        written.append(_escape(words[end:]))
        return _AT_LINE_START.sub(_inert_line_start, "".join(written))

    def template(self, words: str, /) -> str:
        """Escape all but our own strong marks."""
        return "**".join(self.plain(part) for part in words.split("**"))

    def mention(self, mention: Mention, /) -> str:
        """Return a mention that notifies nobody, since every message is sent with an empty list of allowed mentions."""
        return f"<@{mention.account}>" if mention.account.isascii() and mention.account.isdigit() else self.plain(mention.name)

    def channel(self, channel: ChannelMention, /) -> str:
        """Return a link that Discord writes with the channel's present name."""
        return f"<#{channel.channel}>" if channel.channel.isascii() and channel.channel.isdigit() else self.plain(channel.name)

    def moment(self, moment: Moment, fallback: str, /) -> str:
        """Return Discord's own notation, which each reader sees in their own time zone and language."""
        del fallback
        return f"<t:{int(moment.at.timestamp())}:{_MOMENT_STYLES[moment.style]}>"


def cut(markdown: str, limit: int) -> str:
    """Return at most `limit` characters of written markdown, with nothing left half open: an escape, a `<…>`, a strong mark."""
    if len(markdown) <= limit:
        return markdown
    short = markdown[: max(0, limit - 3)]
    opened = short.rfind("<")
    if opened > short.rfind(">") and not _escaped(short, opened):
        short = short[:opened]
    if _escaped(short, len(short)):
        short = short[:-1]
    marks = len(re.findall(r"\*\*", re.sub(r"\\.", "", short, flags=re.DOTALL)))
    if short.endswith("*") and not short.endswith("**") and not _escaped(short, len(short) - 1):
        short = short[:-1]
    return short + "…" + ("**" if marks % 2 else "")


def _escape(words: str) -> str:
    return _SCHEME.sub(r"\1\\:", _ANYWHERE.sub(r"\\\1", words))


def _escaped(written: str, position: int) -> bool:
    """Tell whether the character at this position follows an odd number of backslashes."""
    before = written[:position]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _inert_line_start(found: re.Match[str]) -> str:
    indent, mark = found.groups()
    return f"{indent}{mark}\\" if mark[0].isdigit() else f"{indent}\\{mark}"
