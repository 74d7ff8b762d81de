"""What can go wrong, told apart by who has to act: the member, the operator, or delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.text import Content


class UserError(Exception):
    """An expected refusal: `message` is shown privately to the member, as a sentence that helps."""

    def __init__(self, message: Content) -> None:
        super().__init__(message)
        self.message = message


class Invalid(Exception):
    """Fields of a form that cannot be accepted: `fields` maps a field's name to the sentence shown there."""

    def __init__(self, fields: Mapping[str, Content]) -> None:
        super().__init__(", ".join(fields))
        self.fields = dict(fields)


class ConfigError(Exception):
    """A setting is missing or wrong; the message names its key. The command line ends with status 2."""


class LimitError(ValueError):
    """A card or a form breaks a limit of the tighter platform; the message names the part and the limit."""


class RegistrationError(ValueError):
    """Two features claim the same name, or a handler's signature cannot be offered on every platform."""


@dataclass(eq=False)
class DeliveryError(Exception):
    """A platform did not take a message. `reason` is a stable word for logs and for the animator.

    Not frozen: context managers set the traceback of an exception that passes through them.
    """

    reason: str

    def __str__(self) -> str:
        return self.reason


@dataclass(eq=False)
class Undeliverable(DeliveryError):
    """Trying again cannot help: a closed DM (`dm_closed`), a message too long, a missing right.

    `gone`: nothing else can be written there either, since the channel or the account no longer exists or is archived.
    """

    gone: bool = False


@dataclass(eq=False)
class Refused(DeliveryError):
    """The bot itself is not let in any more, by a token revoked or an app removed: nothing goes there until the operator acts."""


@dataclass(eq=False)
class Unavailable(DeliveryError):
    """The platform refused for now, before taking the message: safe to try again.

    `retry_after` is in seconds, 0 where the platform gave none. `wide`: it asks for patience in the whole workspace (where all
    workspaces share an allowance, on the whole platform), not only for this message.
    """

    retry_after: float = 0.0
    wide: bool = False


@dataclass(eq=False)
class Unknown(DeliveryError):
    """The answer was lost: the message may or may not be there. Tried again with the same key.

    `retry_after` is how many seconds the platform also asked to wait, 0 where it did not.
    """

    retry_after: float = 0.0
