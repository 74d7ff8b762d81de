"""Everything that can be done, done by somebody: each command, each button that anybody was ever shown, each dialog and completion.

Buttons are pressed by people who never had them, with the keys of others' things, as forged requests would be. What an act
changed is put back before the next one, so that no act hides another.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import event

from adapters.sandbox.parse import account
from adapters.sandbox.records import direct_id
from bot.model import Channel, Kind, Member
from bot.ui import (
    ChannelField,
    DateField,
    LongText,
    MemberField,
    NumberField,
    OneChoice,
    SearchField,
    SeveralChoices,
    ShortText,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from adapters.sandbox.acts import Outcome
    from bot.feature import Command, Trigger
    from bot.model import Value
    from bot.signature import Parameter
    from bot.ui import Field, Form
    from tests.features.village import Village, Villager
    from tests.privacy.witness import Witness

KEYS: Final = ("1", "2")
"""Numbers of things: the first of each kind that are in the community."""
MOST: Final = 8
"""Different keys of one button that are tried: pages and periods would go on for ever."""
WORDS: Final = "Some words of somebody else"
SOUGHT: Final = ("", "a", "zebra", "photography")
SECRETS: Final = ("voice:coded", "voice:coded_more", "voice:coded_back", "voice:coded_added")
"""Whose keys nobody can guess, and which are what opens them: they are tried by whoever was shown them."""
HOUSEKEEPING: Final = frozenset({"delivery", "account", "form"})
"""Tables that every interaction writes to, whatever comes of it."""
_CHANGE: Final = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)')


class Snapshot:
    """The state of a village at one moment, to which it can be put back."""

    def __init__(self, village: Village, file: Path) -> None:
        self._live, self._kept = file, file.with_suffix(".snapshot")
        with closing(sqlite3.connect(self._live)) as live, closing(sqlite3.connect(self._kept)) as kept:
            live.backup(kept)
        self._workspace = workspace = village.adapter.workspace
        self._state: dict[str, Any] = {name: _copied(value) for name, value in vars(workspace).items() if name in _STATE}
        self._now = village.clock.now()
        self._clock = village.clock
        self.changed = False
        self._engine: Any = village.app.store._engines.write  # noqa: SLF001 - there is no public way in
        event.listen(self._engine.sync_engine, "after_cursor_execute", self._noticed)

    async def restore(self) -> None:
        """Put it all back as it was."""
        vars(self._workspace).update({name: _copied(value) for name, value in self._state.items()})
        self._clock.set(self._now)
        if not self.changed:
            return
        async with self._engine.connect():  # the only one that writes: nobody is in the middle of it
            with closing(sqlite3.connect(self._kept)) as kept, closing(sqlite3.connect(self._live)) as live:
                live.execute("PRAGMA synchronous = OFF")
                kept.backup(live)
        self.changed = False

    def _noticed(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found = _CHANGE.match(statement)
        if found is not None and found[1] not in HOUSEKEEPING:
            self.changed = True


_STATE: Final = ("people", "conversations", "_messages", "_places", "_keys", "_read", "_number")


def _copied(value: Any) -> Any:  # noqa: ANN401 - a number, or dictionaries of frozen records
    return {key: _copied(each) for key, each in value.items()} if isinstance(value, dict) else value


class Walk:
    """Does everything as one person after the other. `broken` are the acts that ended in an apology for a bug."""

    def __init__(self, village: Village, witness: Witness, snapshot: Snapshot) -> None:
        self.village, self.witness, self.snapshot = village, witness, snapshot
        self.broken: list[str] = []
        self.acts = 0

    async def everywhere(self, *people: Villager, guessing: Collection[Villager]) -> None:
        """Do everything as each of these, until nobody is shown a button that was not tried as everybody.

        Some also press what they can only guess: buttons of things that nobody was shown, by their numbers.
        """
        self._guessing = {one.id for one in guessing}
        pressed: dict[str, set[str]] = {one.id: set() for one in people}
        sent: dict[str, set[str]] = {one.id: set() for one in people}
        for one in people:
            await self._commands(one)
            await self._completions(one)
        going = True
        while going:
            going = False
            for one in people:
                for action in self._new(self._actions(one), pressed[one.id]):
                    going = True
                    await self._press(one, action, self.witness.actions.get(action, ()))
                for submit in self._new(self._submits(one), sent[one.id]):
                    going = True
                    await self._submit(one, submit)

    def unreached(self) -> dict[str, str]:
        """Return what no act came to, by kind and id, and how far it came."""
        return {
            name: "refused every time" if trigger.signature.handler in self.witness.reached else "never run"
            for name, trigger in self._registered()
            if trigger.signature.handler not in self.witness.answered
        }

    # ------------------------------------------------------------ what there is to do

    def _registered(self) -> Iterator[tuple[str, Command | Trigger]]:
        for feature in self._features():
            yield from ((f"command {command.name}", command) for command in feature.commands)
            for kind in (Kind.ACTION, Kind.SUBMIT, Kind.SUGGEST):
                yield from ((f"{kind} {feature.name}:{trigger.name}", trigger) for trigger in feature.triggers[kind])

    def _features(self) -> Any:  # noqa: ANN401 - the features of the running bot
        from commands import FEATURES  # noqa: PLC0415 - as the application does

        return self.village.features or FEATURES

    def _actions(self, one: Villager) -> list[str]:
        """Return the ids of buttons: those that were shown, to anybody, and those that can be guessed."""
        return [*self._known(one, self.witness.actions), *self._guessed(one, Kind.ACTION)]

    def _submits(self, one: Villager) -> list[str]:
        return [*self._known(one, self.witness.forms), *self._guessed(one, Kind.SUBMIT)]

    def _known(self, one: Villager, ids: Mapping[str, object]) -> Iterator[str]:
        return (each for each in ids if _button(each) not in SECRETS or one.id in self.witness.holders[each])

    def _guessed(self, one: Villager, kind: Kind) -> Iterator[str]:
        for feature in self._features() if one.id in self._guessing else ():
            for trigger in feature.triggers[kind]:
                keyed = any(parameter.name in ("key", "page") for parameter in trigger.signature.parameters)
                yield from (feature.id(trigger.name, key) for key in KEYS) if keyed else (feature.id(trigger.name),)

    @staticmethod
    def _new(ids: list[str], done: set[str]) -> list[str]:
        """Return ids that were not tried, not too many of the same button; they count as tried from now on."""
        counts = Counter(_button(each) for each in done)
        found: list[str] = []
        for each in dict.fromkeys(ids):
            if each not in done and counts[_button(each)] < MOST:
                counts[_button(each)] += 1
                found.append(each)
        done.update(found)
        return found

    # ------------------------------------------------------------ doing it

    async def _commands(self, one: Villager) -> None:
        for command in self.village.app.registry.commands.values():
            options = command.signature.parameters
            await self._act(one, f"/{command.name}", self._command(one, command.name, {}))
            for parameter in options:
                for value in self._values(parameter):
                    given = {each.name: self._values(each)[0] for each in options if each.required} | {parameter.name: value}
                    await self._act(one, f"/{command.name} {parameter.name}={value!r}", self._command(one, command.name, given))
        for event_name in ("home", "words"):
            await self._act(one, event_name, self._event(one, event_name))

    def _values(self, parameter: Parameter) -> list[Value]:
        if parameter.type is Member:
            return [account(person) for person in self.village.adapter.workspace.present()]
        if parameter.type is dt.date:
            return [self.village.clock.now().date() - dt.timedelta(days=20), self.village.clock.now().date()]
        if parameter.described.choices:
            return [choice.value for choice in parameter.described.choices]
        return [*SOUGHT[1:]]

    def _command(self, one: Villager, name: str, given: dict[str, Value]) -> Any:  # noqa: ANN401 - awaited by whoever acts
        return self.village.acts.command(one.id, name, given)

    def _event(self, one: Villager, name: str) -> Any:  # noqa: ANN401 - the same
        acts = self.village.acts
        return acts.home(one.id) if name == "home" else acts.write(one.id, direct_id(one.id), "photography")

    async def _completions(self, one: Villager) -> None:
        for feature in self._features():
            for trigger in feature.triggers[Kind.SUGGEST]:
                for words in SOUGHT:
                    suggest = feature.id(trigger.name)
                    await self._act(one, f"{suggest} {words}", self.village.acts.suggest(one.id, suggest, words))

    async def _press(self, one: Villager, action: str, choices: tuple[str, ...]) -> None:
        message = self._message(one)
        for values in [[choice] for choice in choices[:3]] or [None]:
            for variant in (0, -1):
                outcome = await self._doing(
                    one, f"{action} {values or ''}", self.village.acts.press(one.id, message, action, values)
                )
                form = outcome.form
                if form is not None:
                    given = {field.name: self._typed(field, variant) for field in form.form.fields}
                    sending = self.village.acts.submit(one.id, form.form.submit, given, source=form.source)
                    await self._doing(one, f"{form.form.submit} sent", sending)
                await self.snapshot.restore()
                if form is None:
                    break

    async def _submit(self, one: Villager, submit: str) -> None:
        """Send a dialog that was never opened."""
        form: Form | None = self.witness.forms.get(submit)
        found = self.village.app.registry.trigger(Kind.SUBMIT, submit)
        given: dict[str, Value] = {}
        if form is not None:
            given = {field.name: self._typed(field, 0, forged=True) for field in form.fields}
        elif found is not None:
            given = {parameter.name: self._forged(parameter) for parameter in found[0].signature.parameters}
        await self._act(one, f"{submit} forged", self.village.acts.submit(one.id, submit, given))

    def _forged(self, parameter: Parameter) -> Value:
        if parameter.type is Member:
            return account(self.village.adapter.workspace.people["bea"])
        if parameter.type is Channel:
            return Channel("general", "general")
        if parameter.type is dt.date:
            return self.village.clock.now().date() + dt.timedelta(days=3)
        return 3 if parameter.type is int else ("1",) if parameter.several else WORDS

    def _typed(self, field: Field, variant: int, *, forged: bool = False) -> Value:  # noqa: PLR0911 - one for each kind of field
        """Return what somebody puts into a field; whoever forges a dialog was not shown what stands in it."""
        match field:
            case ShortText() | LongText():
                return WORDS if forged else field.initial or WORDS
            case SearchField():
                return "" if forged else field.initial
            case OneChoice():
                return field.choices[variant].value
            case SeveralChoices():
                return (field.choices[variant].value,)
            case MemberField():
                return account(self.village.adapter.workspace.people["pia" if variant else "bea"])
            case ChannelField():
                return Channel("general", "general")
            case DateField():
                return field.initial or self.village.clock.now().date() + dt.timedelta(days=3)
            case NumberField():
                return field.initial if field.initial is not None else field.minimum

    def _message(self, one: Villager) -> str:
        return self.village.adapter.workspace.messages(direct_id(one.id), one.id)[0].id

    async def _act(self, one: Villager, what: str, act: Any) -> None:  # noqa: ANN401 - something of `Acts`
        outcome = await self._doing(one, what, act)
        if outcome.form is not None and what.startswith("/"):
            form = outcome.form
            given = {field.name: self._typed(field, 0) for field in form.form.fields}
            await self._doing(one, f"{what} sent", self.village.acts.submit(one.id, form.form.submit, given, source=form.source))
        await self.snapshot.restore()

    async def _doing(self, one: Villager, what: str, act: Any) -> Outcome:  # noqa: ANN401 - the same
        self.acts += 1
        self.witness.doing = f"{one.name} does {what}"
        outcome: Outcome = await act
        if self.snapshot.changed:  # else nothing is on its way
            await self.village.app.idle()
        self.broken += [
            f"{one.name} does {what}"
            for message in outcome.messages
            if message.card and _is_broken(message.card.title, message.card.body)
        ]
        return outcome


def _button(action: str) -> str:
    return ":".join(action.split(":")[:2])


def _is_broken(*contents: object) -> bool:
    return any("Something went wrong" in str(content) for content in contents)
