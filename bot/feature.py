"""Features declare what they offer; the registry knows them all and refuses two that claim the same name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeVar

from bot import signature
from bot.errors import RegistrationError
from bot.i18n import fold, names
from bot.model import Invocation, Kind
from bot.signature import Handler, Signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.recurrence import Recurrence
    from bot.text import Text
    from bot.ui import Form

H = TypeVar("H", bound=Handler)

EVENTS: Final = frozenset(
    {"member_joined", "member_left", "member_erased", "home_opened", "direct_message", "workspace_ready", "workspace_gone"}
)
"""What platforms tell without anybody asking; `member_erased` is told by the bot alone, of whoever is about to be forgotten."""

RUN: Final = "command:run:"
"""Prefix of the action and form ids that run a command, for menus and for options that were not given."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command: one slash command on Discord, a subcommand on Slack; a space in its name makes a group.

    `member_menu` and `message_menu` also offer it on a person and on a message; `shortcut` in Slack's list of shortcuts.
    `also` are names it had before, still understood where commands are typed.
    """

    feature: str
    name: str
    localized: Text
    description: Text
    signature: Signature
    animator: bool = False
    opens: bool = False
    member_menu: Text | None = None
    message_menu: Text | None = None
    shortcut: Text | None = None
    dialog: Text | None = None
    also: tuple[str, ...] = ()

    @property
    def title(self) -> Text:
        """What its dialog is called, where options are asked for in one."""
        return self.dialog or self.localized

    @property
    def action(self) -> str:
        """The id of a button that runs it."""
        return RUN + self.name


@dataclass(frozen=True, slots=True)
class Trigger:
    """A button, a select, a dialog or an event, and its handler. `opens`: it may open a dialog, so it is never deferred.

    `form` is the dialog itself where it is not kept, so that what was typed is checked against it all the same.
    """

    feature: str
    name: str
    signature: Signature
    animator: bool = False
    opens: bool = False
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A handler run for every community, at an interval or by a rule of the calendar, which an animator may change.

    `title` is what animators read of it. `always`: it runs also while everything is paused, since it reaches nobody. `off`: it
    begins switched off, and does nothing until an animator has chosen its rule. `steps`: it has transactions of its own. Where
    `when` is None it is a family: a community makes its members itself, each with a rule and a `key`.
    """

    name: str
    when: dt.timedelta | Recurrence | None
    handler: Handler
    title: Text | None = None
    always: bool = False
    off: bool = False
    steps: bool = False
    key: str = ""

    def member(self, key: str, rule: Recurrence) -> Schedule:
        """Return a member of the family."""
        return replace(self, name=f"{self.name}:{key}", when=rule, key=key)


class Feature:
    """What members can do about one thing. One file in `commands/`, listed in its `FEATURES`."""

    def __init__(self, name: str) -> None:
        if not name.isidentifier():
            message = f"feature {name!r}: one lower-case word"
            raise RegistrationError(message)
        self.name = name
        self.commands: list[Command] = []
        self.triggers: dict[Kind, list[Trigger]] = {kind: [] for kind in Kind}
        self.schedules: list[Schedule] = []

    def id(self, name: str, *key: object) -> str:
        """Return the id of a button, a select or a form: `feature:name[:key]`, at most 79 characters."""
        return ":".join((self.name, name, *(str(part) for part in key)))

    def command(  # noqa: PLR0913 - each is one thing a platform shows
        self,
        name: Text,
        description: Text,
        *,
        animator: bool = False,
        opens: bool = False,
        member_menu: Text | None = None,
        message_menu: Text | None = None,
        shortcut: Text | None = None,
        dialog: Text | None = None,
        also: tuple[str, ...] = (),
    ) -> Callable[[H], H]:
        """Declare a command; the handler's parameters are its options, each annotated with an `Option`.

        `dialog` is the title (at most 24 characters) of the form that asks for options that were not given. `also` are names
        that it had before.
        """

        def register(handler: H) -> H:
            compiled = signature.read(handler, options=True)
            self.commands.append(
                Command(
                    self.name,
                    name.template,
                    name,
                    description,
                    compiled,
                    animator,
                    opens,
                    member_menu,
                    message_menu,
                    shortcut,
                    dialog,
                    also,
                )
            )
            return handler

        return register

    def action(self, name: str, *, animator: bool = False, opens: bool = False) -> Callable[[H], H]:
        """Declare what a button does. Parameters: the `key`, if any; `values: list[str]` for a select."""
        return self._trigger(Kind.ACTION, name, animator=animator, opens=opens)

    def submit(self, name: str, *, animator: bool = False, opens: bool = False, form: Form | None = None) -> Callable[[H], H]:
        """Declare what a dialog does when it is sent. Parameters: the `key`, if any, and fields by their names.

        `form` is the dialog, whatever its key, where it is one that is not kept.
        """
        return self._trigger(Kind.SUBMIT, name, animator=animator, opens=opens, form=form)

    def suggest(self, name: str) -> Callable[[H], H]:
        """Declare completions for an option or a search field; the handler receives `words: str`, returns choices."""
        return self._trigger(Kind.SUGGEST, name)

    def event(self, name: str) -> Callable[[H], H]:
        """Listen to an event of `EVENTS`; several features may."""
        if name not in EVENTS:
            message = f"{self.name}: no event {name!r}"
            raise RegistrationError(message)
        return self._trigger(Kind.EVENT, name)

    def schedule(  # noqa: PLR0913 - each is one thing there is to say of a schedule
        self,
        name: str,
        *,
        every: dt.timedelta | None = None,
        rule: Recurrence | None = None,
        title: Text | None = None,
        always: bool = False,
        off: bool = False,
        steps: bool = False,
        family: bool = False,
    ) -> Callable[[H], H]:
        """Run a handler for every community, at an interval or by a rule; it receives a `DueContext`, which is a `JobContext`.

        A rule is where a community begins: `Schedules.change` gives it another. Its `title` is shown in the animator's calendar.
        `always` is for housekeeping that reaches nobody: it goes on while everything is paused. `off` is for what an animator has
        to want first: it has no dates until `Schedules.change` gives it a rule, and none again after `Schedules.switch_off`.
        `steps` is for what would hold a transaction too long: the handler receives a `StepContext` and opens its own; killed, it
        begins again at its next beat. A `family` has a rule for each of several things that a community has, given to
        `Schedules.change` as `feature:name:key`.
        """
        when = every or rule
        if sum((every is not None, rule is not None, family)) != 1:
            message = f"{self.name}:{name}: either `every`, `rule` or `family`"
            raise RegistrationError(message)
        if not isinstance(every, dt.timedelta) and title is None:
            message = f"{self.name}:{name}: a rule needs a `title` for the animator's calendar"
            raise RegistrationError(message)

        def register(handler: H) -> H:
            self.schedules.append(Schedule(f"{self.name}:{name}", when, handler, title, always, off, steps))
            return handler

        return register

    def _trigger(
        self, kind: Kind, name: str, *, animator: bool = False, opens: bool = False, form: Form | None = None
    ) -> Callable[[H], H]:
        def register(handler: H) -> H:
            self.triggers[kind].append(Trigger(self.name, name, signature.read(handler), animator, opens, form))
            return handler

        return register


class Registry:
    """Every feature of a running bot, looked up by name in constant time."""

    def __init__(self, features: Iterable[Feature]) -> None:
        """Collect the features.

        Raises:
            RegistrationError: two of them claim the same command, in any language, or the same id.
        """
        self.commands: dict[str, Command] = {}
        self.schedules: dict[str, Schedule] = {}
        self._words: dict[str, Command] = {}
        self._triggers: dict[tuple[Kind, str], Trigger] = {}
        self._events: dict[str, list[Trigger]] = {}
        for feature in features:
            self._add(feature)

    def _add(self, feature: Feature) -> None:
        for command in feature.commands:
            _claim(self.commands, command.name, command)
            for name in (*names(command.localized), *map(fold, command.also)):
                _claim(self._words, name, command)
        for kind, triggers in feature.triggers.items():
            for trigger in triggers:
                if kind is Kind.EVENT:
                    self._events.setdefault(trigger.name, []).append(trigger)
                else:
                    _claim(self._triggers, (kind, f"{trigger.feature}:{trigger.name}"), trigger)
        for schedule in feature.schedules:
            _claim(self.schedules, schedule.name, schedule)

    def spoken(self, words: str) -> tuple[Command, str] | None:
        """Find the command at the beginning of a typed line, in any language: the command and the rest of the line."""
        parts = words.split(None, 2)
        for count in (2, 1):
            command = self._words.get(fold(" ".join(parts[:count]))) if len(parts) >= count else None
            if command is not None:
                rest = words.split(None, count)
                return command, rest[count] if len(rest) > count else ""
        return None

    def command(self, invocation: Invocation) -> Command | None:
        """Return the command that an invocation runs, directly, by a button or by the dialog that asked for its options."""
        if invocation.kind is Kind.COMMAND:
            return self.commands.get(invocation.name)
        if invocation.kind in (Kind.ACTION, Kind.SUBMIT) and invocation.name.startswith(RUN):
            return self.commands.get(invocation.name.removeprefix(RUN))
        return None

    def trigger(self, kind: Kind, name: str) -> tuple[Trigger, str] | None:
        """Find what an id stands for: the trigger and the key."""
        feature, _, rest = name.partition(":")
        local, _, key = rest.partition(":")
        trigger = self._triggers.get((kind, f"{feature}:{local}"))
        return None if trigger is None else (trigger, key)

    def listeners(self, event: str) -> Sequence[Trigger]:
        """Return what listens to an event."""
        return self._events.get(event, ())


K = TypeVar("K")
V = TypeVar("V")


def _claim(taken: dict[K, V], name: K, value: V) -> None:
    if name in taken:
        message = f"{name}: claimed twice"
        raise RegistrationError(message)
    taken[name] = value
