"""A handler's signature is the specification of what it receives: options of a command, fields of a form, a button's key."""

from __future__ import annotations

import datetime as dt
import inspect
import types
import typing
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

from bot.errors import Invalid, RegistrationError
from bot.i18n import LOCALES, _, fold, plural, translated
from bot.model import AccountRef, Channel, Member, Value
from bot.ui import (
    FIELD_LABEL,
    ChannelField,
    Choice,
    DateField,
    Field,
    LongText,
    MemberField,
    NumberField,
    OneChoice,
    SearchField,
    ShortText,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.text import Text

Handler = Callable[..., Awaitable[Any]]

SUPPORTED: Final = (str, int, bool, dt.date, Member, Channel)
MISSING: Final = inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Option:
    """What a member reads about an option of a command.

    `name` is the translated name, `label` a short one for forms (the description where it is short enough), `suggest` the
    id of a `@suggest` handler, `long` asks for several lines where the option is filled in a form. `max_length` is in characters.
    """

    description: Text
    name: Text | None = None
    label: Text | None = None
    max_length: int = 150
    choices: tuple[Choice, ...] = ()
    suggest: str = ""
    long: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value that a handler receives: its name, its type (one of `SUPPORTED`), whether several, and how it is described."""

    name: str
    type: type
    several: bool
    required: bool
    default: object
    option: Option | None

    def field(self, initial: Value = None) -> Field:  # noqa: PLR0911 - one for each type
        """Return the form field that asks for it."""
        option = self.described
        common: dict[str, Any] = {
            "name": self.name,
            "label": option.label or option.description,
            "required": self.required,
        }
        if self.type is Member:
            return MemberField(**common, initial=initial.external_id if isinstance(initial, AccountRef) else "")
        if self.type is Channel:
            return ChannelField(**common)
        if self.type is dt.date:
            return DateField(**common)
        if self.type is int:
            return NumberField(**common)
        words = initial if isinstance(initial, str) else ""
        if option.choices:
            known = {choice.value for choice in option.choices}
            return OneChoice(**common, choices=option.choices, initial=words if words in known else "")
        if option.suggest:
            return SearchField(**common, suggest=option.suggest, initial=words[:75])
        kind = LongText if option.long else ShortText
        return kind(**common, initial=words[: option.max_length], maximum=option.max_length)

    @property
    def described(self) -> Option:
        """Its description; every option of a command has one, checked at registration."""
        if self.option is None:
            message = f"{self.name}: has no Option"
            raise RegistrationError(message)
        return self.option

    def convert(self, value: Value) -> object:
        """Return what the handler receives for what a platform delivered.

        Raises:
            Invalid: for this parameter, in words for the member.
        """
        if value is None or value in ("", ()):
            if self.required:
                raise Invalid({self.name: _("Please fill this in.")})
            return [] if self.several else self.default
        if self.several:
            return list(value) if isinstance(value, tuple) else [value]
        if isinstance(value, tuple):
            value = value[0]
        return _CONVERTERS[self.type](self, value)


@dataclass(frozen=True, slots=True)
class Signature:
    """A compiled handler: what it is called with, in order."""

    handler: Handler
    parameters: tuple[Parameter, ...]
    members: tuple[Parameter, ...]

    def arguments(self, values: Mapping[str, Value]) -> dict[str, object]:
        """Convert what was delivered; members stay `AccountRef` until the runner has looked them up.

        Raises:
            Invalid: with every field that cannot be accepted.
        """
        found: dict[str, object] = {}
        wrong: dict[str, Any] = {}
        for parameter in self.parameters:
            try:
                found[parameter.name] = parameter.convert(values.get(parameter.name))
            except Invalid as error:
                wrong |= error.fields
        if wrong:
            raise Invalid(wrong)
        return found

    def missing(self, values: Mapping[str, Value]) -> bool:
        """Tell whether a required value was not delivered."""
        return any(parameter.required and values.get(parameter.name) in (None, "", ()) for parameter in self.parameters)


def read(handler: Handler, *, options: bool = False) -> Signature:
    """Compile a handler's signature; its first parameter is the context.

    Raises:
        RegistrationError: an annotation is missing or not supported, or (with `options`) an option is not described.
    """
    hints = typing.get_type_hints(handler, include_extras=True)
    parameters: list[Parameter] = []
    for name, declared in list(inspect.signature(handler).parameters.items())[1:]:
        where = f"{handler.__module__}.{handler.__qualname__}({name})"
        if name not in hints:
            message = f"{where}: has no annotation"
            raise RegistrationError(message)
        kind, several, optional, option = _understood(hints[name], where)
        if options and option is None:
            message = f"{where}: annotate it with Option(description)"
            raise RegistrationError(message)
        if option is not None:
            _check_option(option, where)
        default = None if declared.default is MISSING else declared.default
        required = declared.default is MISSING and not optional and not several
        parameters.append(Parameter(name, kind, several, required, default, option))
    return Signature(handler, tuple(parameters), tuple(parameter for parameter in parameters if parameter.type is Member))


def spread(signature: Signature, line: str, reference: Callable[[str], AccountRef | Channel | None]) -> dict[str, Value]:
    """Hand out the words of a typed line to the options of a command, for platforms without named options.

    An option of free text takes all that is left; the others take one word each. `reference` reads the platform's notation
    for a member or a channel.
    """
    values: dict[str, Value] = {}
    rest = line.strip()
    for parameter in signature.parameters:
        if not rest:
            break
        if parameter.type is str and not parameter.described.choices:
            values[parameter.name], rest = rest, ""
            continue
        word, _space, rest = rest.partition(" ")
        rest = rest.strip()
        values[parameter.name] = reference(word) or word if parameter.type in (Member, Channel) else word
    return values


def _check_option(option: Option, where: str) -> None:
    longest = max(len(translated(option.label or option.description, locale)) for locale in LOCALES)
    if longest > FIELD_LABEL:
        message = f"{where}: its label or description is longer than {FIELD_LABEL} characters; give a shorter label"
        raise RegistrationError(message)


def _understood(annotation: Any, where: str) -> tuple[type, bool, bool, Option | None]:  # noqa: ANN401
    option = None
    if typing.get_origin(annotation) is Annotated:
        annotation, *extras = typing.get_args(annotation)
        option = next((extra for extra in extras if isinstance(extra, Option)), None)
    optional = several = False
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        arms = [arm for arm in typing.get_args(annotation) if arm is not types.NoneType]
        optional, annotation = True, arms[0]
    if typing.get_origin(annotation) is list:
        several, annotation = True, typing.get_args(annotation)[0]
    if annotation not in SUPPORTED:
        message = f"{where}: {annotation!r} cannot be offered on every platform"
        raise RegistrationError(message)
    return annotation, several, optional, option


def _words(parameter: Parameter, value: Value) -> str:
    words = str(value).strip()
    option = parameter.option
    if option is not None:
        if len(words) > option.max_length:
            raise Invalid({parameter.name: plural("At most {count} character.", "At most {count} characters.", option.max_length)})
        if option.choices:
            return _chosen(parameter.name, option.choices, words)
    if not words and parameter.required:
        raise Invalid({parameter.name: _("Please fill this in.")})
    return words


def _chosen(name: str, choices: tuple[Choice, ...], words: str) -> str:
    wanted = fold(words)
    for choice in choices:
        labels = (choice.label,) if isinstance(choice.label, str) else tuple(translated(choice.label, locale) for locale in LOCALES)
        if wanted in (fold(choice.value), *map(fold, labels)):
            return choice.value
    raise Invalid({name: _("Choose one of the list.")})


def _number(parameter: Parameter, value: Value) -> int:
    try:
        return int(str(value).strip())
    except ValueError:
        raise Invalid({parameter.name: _("A whole number, for example 3.")}) from None


def _date(parameter: Parameter, value: Value) -> dt.date:
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value).strip())
    except ValueError:
        raise Invalid({parameter.name: _("A date that exists, as year-month-day: 2027-01-31.")}) from None


def _yes(parameter: Parameter, value: Value) -> bool:
    del parameter
    return value is True or fold(str(value)) in {"true", "yes", "oui", "1", "on"}


def _member(parameter: Parameter, value: Value) -> AccountRef:
    if isinstance(value, AccountRef):
        return value
    raise Invalid({parameter.name: _("Choose a member of this workspace.")})


def _channel(parameter: Parameter, value: Value) -> Channel:
    if isinstance(value, Channel):
        return value
    raise Invalid({parameter.name: _("Choose a channel of this workspace.")})


_CONVERTERS: Final[dict[type, Callable[[Parameter, Value], object]]] = {
    str: _words,
    int: _number,
    bool: _yes,
    dt.date: _date,
    Member: _member,
    Channel: _channel,
}
