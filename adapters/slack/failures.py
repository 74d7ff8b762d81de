"""What Slack's refusals mean: trying again cannot help, may help, or nobody knows. https://docs.slack.dev/reference/methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import DeliveryError, Unavailable, Undeliverable, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

CLOSED: Final = frozenset(
    {
        "cannot_dm_bot",
        "cannot_message_user",
        "messages_tab_disabled",
        "user_disabled",
        "user_not_found",
        "user_not_visible",
        "users_not_found",
    }
)
"""Nobody can be written to there: to delivery, a closed DM."""

REVOKED: Final = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"})
"""The token no longer opens anything."""

GONE: Final = frozenset({"message_not_found", "cant_delete_message_not_found"})
"""What was to be changed or removed is not there any more."""

_log = structlog.get_logger(__name__)

_LATER: Final = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded", "request_timeout", "service_unavailable"})
_LOST: Final = frozenset({"internal_error", "fatal_error"})


def code_of(error: SlackApiError) -> str:
    """Return Slack's word for what went wrong."""
    data: Any = getattr(error.response, "data", None)
    if isinstance(data, dict) and isinstance(data.get("error"), str):
        return data["error"]
    return f"http_{getattr(error.response, 'status_code', 0)}"


def delivery_error(error: Exception, *, direct: bool = False) -> DeliveryError:
    """Return what delivery makes of an error; in a conversation with the bot most refusals mean that it is closed."""
    if isinstance(error, DeliveryError):
        return error
    if isinstance(error, SlackApiError):
        return _refusal(error, direct=direct)
    if isinstance(error, aiohttp.ClientConnectorError):
        return Unavailable("not_reached")
    if isinstance(error, SlackClientError):
        return Undeliverable("request_refused")
    if isinstance(error, TimeoutError | aiohttp.ClientError | OSError):
        # The request may have been carried out.
        return Unknown("timeout" if isinstance(error, TimeoutError) else "connection_lost")
    _log.error("slack.call.failed", exc_info=error)
    return Undeliverable("internal")


def _refusal(error: SlackApiError, *, direct: bool) -> DeliveryError:
    code = code_of(error)
    status: int = getattr(error.response, "status_code", 0)
    if status == 429 or code in _LATER:  # noqa: PLR2004 - too many requests
        return Unavailable("rate_limited" if status == 429 else code, seconds(getattr(error.response, "headers", {})))  # noqa: PLR2004
    if status >= 500 or code in _LOST:  # noqa: PLR2004 - the server failed, having done it or not
        return Unknown(code)
    if code in CLOSED or (direct and code in {"restricted_action", "channel_not_found", "is_archived"}):
        return Undeliverable("dm_closed")
    return Undeliverable(code)


def seconds(headers: Mapping[str, str]) -> float:
    """Return how long Slack asks to wait, 0 where it does not say."""
    try:
        return max(0.0, float(headers.get("Retry-After") or 0))
    except ValueError:
        return 0.0
