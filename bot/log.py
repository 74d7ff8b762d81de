"""Structured logs without private text: events, ids and durations, never what somebody wrote, nor a token."""

from __future__ import annotations

import logging
import re
import secrets
import sys
import traceback
from typing import TYPE_CHECKING, Final, Literal, cast

import structlog

from bot.errors import ConfigError, DeliveryError

if TYPE_CHECKING:
    from structlog.typing import EventDict, WrappedLogger

_SECRETS: Final = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|[\w-]{20,30}\.[\w-]{6}\.[\w-]{27,}|(?<=://)[^/@\s]+(?=@)")
_TELLING: Final = (OSError, ConfigError, DeliveryError, ImportError, AttributeError, NameError)
_LEVELS: Final = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure(level: Literal["debug", "info", "warning", "error"] = "info", style: Literal["console", "json"] = "console") -> None:
    """Send our logs and those of the libraries to standard error, one line each, tokens masked."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        frames,
        masked,
    ]
    last = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=last, foreign_pre_chain=[*shared]))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(_LEVELS[level], logging.WARNING))


def frames(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Turn an exception into where it happened and of what type; its message may hold what somebody wrote, and is left out."""
    given: object = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else cast("tuple[object, ...]", given)[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        told = f"{error}" if isinstance(error, _TELLING) else ""
        event["exception"] = "".join([*traceback.format_tb(error.__traceback__), f"{type(error).__qualname__} {told}".rstrip()])
    return event


def masked(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Mask tokens and passwords in every value, and keep each value on one line."""
    for key, value in event.items():
        if isinstance(value, str):
            cleaned = _SECRETS.sub("•••", value)
            event[key] = cleaned if key == "exception" else cleaned.replace("\r", " ").replace("\n", " ")
    return event


def reference() -> str:
    """Return a short reference that ties what a member was shown to a line of the log."""
    return secrets.token_hex(4)
