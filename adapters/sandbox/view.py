"""What one person sees, as JSON for the page: who is there, their conversations, messages as HTML, commands in their language."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from adapters.sandbox import render, render_form
from adapters.sandbox.phrases import phrases, topic
from adapters.sandbox.records import BOT, COLOURS, DIRECT, GROUP, home_id
from bot.i18n import LANGUAGE_NAMES, LOCALES, fold, match_locale, plain
from bot.model import Channel, Member
from bot.ports import Reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.sandbox.answer import Opened, Outcome
    from adapters.sandbox.records import Conversation, Message, Person
    from adapters.sandbox.travel import Travel
    from adapters.sandbox.workspace import Workspace
    from bot.feature import Command, Registry
    from bot.signature import Parameter

PAGE: Final = 80
"""Messages shown at once; earlier ones on demand."""


def locale_of(person: Person | None) -> str:
    """Return the language of the page for somebody."""
    return (match_locale(person.locale) if person is not None else None) or LOCALES[0]


def state(workspace: Workspace, registry: Registry, travel: Travel, person: str) -> dict[str, Any]:
    """Return everything around the messages. Without a person, what is needed to become one."""
    me = workspace.people.get(person)
    if me is not None and me.left:
        me = None
    locale = locale_of(me)
    return {
        "me": _person(me, locale) if me is not None else None,
        "locale": locale,
        "now": workspace.now().isoformat(),
        "time": _time(workspace, travel, me) if me is not None and travel.possible else None,
        "people": [_person(one, locale) for one in workspace.present()],
        "conversations": [
            _conversation(workspace, conversation, me, locale) for conversation in (workspace.conversations_of(me.id) if me else ())
        ],
        "home": home_id(me.id) if me is not None else "",
        "commands": [_command(command, locale) for command in commands_for(registry, me)] if me is not None else [],
        "phrases": phrases(locale),
        "languages": [{"value": one, "label": LANGUAGE_NAMES[one]} for one in LOCALES],
    }


def commands_for(registry: Registry, me: Person | None) -> Sequence[Command]:
    """Return the commands offered to somebody, in order; those of animators only where they run the workspace."""
    return [command for command in registry.commands.values() if not command.animator or (me is not None and me.administrator)]


def conversation(workspace: Workspace, conversation: str, person: str, before: int = 0) -> dict[str, Any]:
    """Return the newest messages of a conversation, or those before a number.

    Raises:
        SandboxError: it is not theirs.
    """
    me = workspace.person(person)
    found = workspace.conversation(conversation, person)
    messages = [message for message in workspace.messages(conversation, person) if not before or message.number < before]
    return {
        "conversation": _conversation(workspace, found, me, locale_of(me)),
        "messages": [_message(workspace, message, person) for message in messages[-PAGE:]],
        "earlier": len(messages) > PAGE,
    }


def thread(workspace: Workspace, root: str, person: str) -> dict[str, Any]:
    """Return a message and the answers to it.

    Raises:
        SandboxError: it is gone, or not for them.
    """
    found = workspace.message(root, person)
    answers = workspace.thread(root, person)
    me = workspace.person(person)
    return {
        "conversation": _conversation(workspace, workspace.conversation(found.conversation), me, locale_of(me)),
        "messages": [_message(workspace, message, person) for message in (found, *answers)],
        "earlier": False,
    }


def outcome(workspace: Workspace, outcome: Outcome, person: str) -> dict[str, Any]:
    """Return what came of an act."""
    return {
        "messages": [
            {"id": message.id, "conversation": message.conversation, "thread": message.thread, "private": bool(message.only_for)}
            for message in outcome.messages
            if message.id and workspace.visible(message, person)
        ],
        "form": _form(workspace, outcome.form) if outcome.form is not None else None,
        "errors": outcome.errors,
        "choices": [{"value": value, "label": label, "hint": hint} for value, label, hint in outcome.choices],
        "understood": outcome.understood,
        "person": outcome.person.id if outcome.person is not None else "",
    }


def directory(workspace: Workspace) -> render_form.Directory:
    """Return the names of everybody and of every channel."""
    return render_form.Directory(
        {person.id: person.name for person in workspace.people.values()},
        {one.id: one.name for one in workspace.conversations.values() if one.kind == "channel"},
    )


def message_html(message: Message) -> str:
    """Return what a message shows."""
    if message.card is None:
        return render.words(message.text)
    return render.card(message.card, Reader(message.locale, message.zone), message.id)


def _time(workspace: Workspace, travel: Travel, me: Person) -> dict[str, Any]:
    """Return where time can go, where it is going, and what the newest move brought."""
    day, move = travel.next_day(me.zone), travel.last
    news = [(one.id, workspace.arrived(me.id, one.id, move.after)) for one in workspace.conversations_of(me.id)] if move else []
    return {
        "zone": me.zone,
        "day": day.isoformat(),
        "monday": travel.next_monday(me.zone).isoformat(),
        "local": f"{day.astimezone(ZoneInfo(me.zone)):%Y-%m-%dT%H:%M}",
        "moving": travel.moving,
        "since": move.since.isoformat() if move else "",
        "to": move.to.isoformat() if move else "",
        "news": [{"conversation": conversation, "count": count} for conversation, count in news if count],
    }


def _form(workspace: Workspace, opened: Opened) -> dict[str, Any]:
    return {
        "submit": opened.form.submit,
        "html": render_form.form(opened.form, opened.reader, directory(workspace)),
        "source": opened.source,
        "conversation": opened.conversation,
        "thread": opened.thread,
    }


def _person(person: Person, locale: str) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "initials": person.initials,
        "colour": person.colour,
        "locale": person.locale,
        "language": LANGUAGE_NAMES.get(locale_of(person), person.locale),
        "zone": person.zone,
        "animator": person.administrator,
        "folded": fold(person.name),
        "lang": locale,
    }


def _conversation(workspace: Workspace, conversation: Conversation, me: Person | None, locale: str) -> dict[str, Any]:
    others = [workspace.people[one] for one in conversation.members if one in workspace.people and (me is None or one != me.id)]
    name = conversation.name
    if conversation.kind == GROUP and not name:
        name = ", ".join(person.name for person in others)
    return {
        "id": conversation.id,
        "kind": conversation.kind,
        "name": name,
        "topic": topic(conversation.topic, locale) if conversation.kind != DIRECT else "",
        "members": [{"id": person.id, "name": person.name} for person in others],
        "unread": workspace.unread(me.id, conversation.id) if me is not None else 0,
    }


def _message(workspace: Workspace, message: Message, person: str) -> dict[str, Any]:
    author = workspace.people.get(message.author)
    answers = workspace.thread(message.id, person) if not message.thread else ()
    return {
        "id": message.id,
        "number": message.number,
        "version": message.version,
        "author": {
            "id": message.author,
            "name": author.name if author is not None else "Confrère",
            "initials": author.initials if author is not None else "C",
            "colour": author.colour if author is not None else COLOURS,
            "bot": message.author == BOT,
        },
        "at": message.at.astimezone(dt.UTC).isoformat(),
        "private": bool(message.only_for) and workspace.conversations[message.conversation].kind not in (DIRECT, "home"),
        "thread": message.thread,
        "html": message_html(message),
        "answers": len(answers),
        "answered_at": answers[-1].at.isoformat() if answers else "",
        "answered_by": list(dict.fromkeys(answer.author for answer in answers))[:3],
    }


def _command(command: Command, locale: str) -> dict[str, Any]:
    return {
        "name": command.name,
        "words": plain(command.localized, locale),
        "description": plain(command.description, locale),
        "options": [_option(parameter, locale) for parameter in command.signature.parameters],
        "memberMenu": plain(command.member_menu, locale) if command.member_menu is not None else "",
        "messageMenu": plain(command.message_menu, locale) if command.message_menu is not None else "",
        "memberOption": next((one.name for one in command.signature.parameters if one.type is Member), ""),
    }


def _option(parameter: Parameter, locale: str) -> dict[str, Any]:
    option = parameter.described
    name = plain(option.name, locale) if option.name is not None else parameter.name.replace("_", " ")
    return {
        "name": parameter.name,
        "words": name,
        "description": plain(option.description, locale),
        "kind": _kind(parameter),
        "required": parameter.required,
        "maximum": option.max_length,
        "suggest": option.suggest,
        "choices": [
            {"value": choice.value, "label": plain(choice.label, locale), "hint": plain(choice.hint, locale)}
            for choice in option.choices
        ],
    }


def _kind(parameter: Parameter) -> str:
    if parameter.type is Member:
        return "member"
    if parameter.type is Channel:
        return "channel"
    if parameter.type is bool:
        return "yes"
    if parameter.type is dt.date:
        return "date"
    if parameter.described.choices:
        return "choice"
    return "search" if parameter.described.suggest else "text"
