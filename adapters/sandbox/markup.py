"""The sandbox's dialect: texts as HTML in which nobody's words are ever markup."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

from bot.i18n import Writer, plain

if TYPE_CHECKING:
    from bot.ports import Reader
    from bot.text import ChannelMention, Content, Mention, Moment

STRONG: Final = "\ufdd0"
"""Stands for a strong mark of a template until all is written; a noncharacter, taken out of everybody's words."""


def escape(words: str) -> str:
    """Return words as HTML text, good in an attribute as well; characters that HTML forbids are left out."""
    kept = "".join(
        character for character in words if character in "\n\t" or (character >= " " and not "\x7f" <= character <= "\x9f")
    )
    return html.escape(kept.replace(STRONG, "").replace("\ufffe", "").replace("\uffff", ""), quote=True)


class HtmlDialect:
    """Writes HTML; line breaks become `<br>`, strong marks stay `STRONG` until `write` pairs them."""

    def plain(self, words: str, /) -> str:
        """Return somebody's words, escaped."""
        return escape(words).replace("\n", "<br>")

    def template(self, words: str, /) -> str:
        """Return a piece of a template of ours, escaped, with its strong marks."""
        return escape(words).replace("\n", "<br>").replace("**", STRONG)

    def mention(self, mention: Mention, /) -> str:
        """Return a member as something to point at; only the name where the account is not known."""
        person = f' data-person="{escape(mention.account)}"' if mention.account else ""
        return f'<span class="mention"{person}>@{escape(mention.name)}</span>'

    def channel(self, channel: ChannelMention, /) -> str:
        """Return a channel as something to open; channels of the sandbox are named as their ids."""
        name = escape(channel.name or channel.channel)
        return f'<span class="mention" data-channel="{escape(channel.channel)}">#{name}</span>'

    def moment(self, moment: Moment, fallback: str, /) -> str:
        """Return an instant that the page shows in the reader's own zone."""
        return f'<time datetime="{moment.at.isoformat()}" data-style="{moment.style}">{escape(fallback)}</time>'


_DIALECT: Final = HtmlDialect()


def write(content: Content, reader: Reader) -> str:
    """Return a content as HTML in the reader's language."""
    parts = Writer(reader.locale, reader.zone, _DIALECT).write(content).split(STRONG)
    if len(parts) % 2 == 0:
        parts.append("")
    return "".join(f"<strong>{part}</strong>" if index % 2 else part for index, part in enumerate(parts))


def label(content: Content, reader: Reader) -> str:
    """Return a content as bare escaped text, for labels and attributes."""
    return escape(plain(content, reader.locale, reader.zone))
