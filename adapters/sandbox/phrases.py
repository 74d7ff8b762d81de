"""The words of the page around the messages, in the language of whoever looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from adapters.sandbox.workspace import CHANNELS
from bot.i18n import _, plain, translated

if TYPE_CHECKING:
    from bot.text import Text

PHRASES: Final[dict[str, Text]] = {
    "sandbox": _("Sandbox"),
    "skip": _("Skip to the messages"),
    "home": _("Home"),
    "channels": _("Channels"),
    "messages": _("Messages"),
    "groups": _("Groups"),
    "direct": _("Confrère, just you"),
    "app": _("Bot"),
    "animator": _("Animator"),
    "you_are": _("You are {name}. Be somebody else"),
    "be_somebody": _("Who are you?"),
    "be_hint": _("This workspace is on your machine: be anybody in it. Open a second window to be two people at once."),
    "find_somebody": _("Find somebody"),
    "nobody_found": _("Nobody by that name."),
    "somebody_joins": _("Somebody joins"),
    "join_name": _("Name"),
    "join_language": _("Language"),
    "join_administrator": _("Runs this workspace (animator)"),
    "join_closed": _("Takes no direct messages from bots"),
    "join": _("Join"),
    "leave": _("Leave the workspace"),
    "leave_sure": _("{name} leaves this workspace. The bot is told."),
    "cancel": _("Cancel"),
    "close": _("Close"),
    "menu": _("Channels and messages"),
    "theme_auto": _("Light or dark as your system"),
    "theme_light": _("Light"),
    "theme_dark": _("Dark"),
    "write_in": _("Write in {name}, or / for what the bot can do"),
    "write_bot": _("Write to Confrère, or / for what it can do"),
    "answer_thread": _("Answer in the thread"),
    "send": _("Send"),
    "commands": _("What the bot can do"),
    "no_command": _("There is no such command. Type / to see them."),
    "no_completion": _("Nothing found"),
    "optional": _("optional"),
    "command_keys": _("Enter sends, Tab goes on, Escape leaves"),
    "yes": _("Yes"),
    "no": _("No"),
    "only_you": _("Only you see this"),
    "thread": _("Thread"),
    "answers_one": _("1 answer"),
    "answers_many": _("{count} answers"),
    "actions": _("What you can do with this message"),
    "nothing_here": _("Nothing here yet."),
    "nothing_direct": _("This is between you and Confrère. Type / to see what it can do."),
    "nothing_home": _("Confrère has nothing to show here yet."),
    "earlier": _("Show earlier messages"),
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "now": _("just now"),
    "unread_one": _("1 unread message"),
    "unread_many": _("{count} unread messages"),
    "waiting": _("Confrère is on it…"),
    "offline": _("The connection is gone. Trying again…"),
    "online": _("Connected again."),
    "problem": _("That did not work. Please try again."),
    "at_least": _("Choose at least {count}."),
    "at_most": _("Choose at most {count}."),
    "errors_one": _("One field needs another look."),
    "errors_many": _("{count} fields need another look."),
    "profile_of": _("About {name}"),
    "be_them": _("Be {name}"),
    "local_time": _("{time} where they are"),
    "time": _("It is {time} here. Move time forward"),
    "time_title": _("Move time forward"),
    "time_hint": _("What is due meanwhile happens in its order, each thing at its time."),
    "time_day": _("Next day, 9:00"),
    "time_monday": _("Next Monday, 9:00"),
    "time_date": _("Another date"),
    "time_go": _("Go"),
    "time_passes": _("Time is passing, until {time}…"),
    "time_arrived": _("It is {time}."),
    "time_news": _("New for you since {time}:"),
    "messages_one": _("1 message"),
    "messages_many": _("{count} messages"),
    "time_nothing": _("Nothing new for you since {time}."),
    "new_private": _("A new message that only you see"),
    "new_message": _("New message from {name}"),
}

TOPICS: Final[dict[str, Text]] = {words.template: words for _name, words in CHANNELS}


def phrases(locale: str) -> dict[str, str]:
    """Return every phrase in a language; their `{…}` are filled by the page."""
    return {key: translated(text, locale) for key, text in PHRASES.items()}


def topic(words: str, locale: str) -> str:
    """Return the topic of a channel: ours in the reader's language, anybody else's as it is."""
    known = TOPICS.get(words)
    return plain(known, locale) if known is not None else words
