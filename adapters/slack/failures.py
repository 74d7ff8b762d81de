"""What Slack's refusals mean: trying again cannot help, may help, or nobody knows. https://docs.slack.dev/reference/methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import DeliveryError, Refused, Unavailable, Undeliverable, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

Place = Literal["channel", "person", "group"]
"""Where a message was to stand; the same word means something else in a channel and in somebody's conversation."""

LEFT: Final = frozenset({"user_disabled", "user_not_found", "users_not_found"})
"""The account does not exist any more."""

CLOSED: Final = LEFT | {"cannot_dm_bot", "cannot_message_user", "messages_tab_disabled", "user_not_visible"}
"""Nobody can be written to there: to delivery, a closed DM."""

AWAY: Final = frozenset({"channel_not_found", "is_archived"})
"""The channel does not exist any more, is archived, or is a private one that the bot was put out of."""

REVOKED: Final = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"})
"""The token no longer opens anything."""

BARRED: Final = frozenset(
    {"access_denied", "accesslimited", "ekm_access_denied", "missing_scope", "not_allowed_token_type", "team_access_not_granted"}
)
"""The token is good and the bot may not write all the same, wherever it is: the operator has to act."""

GONE: Final = frozenset({"message_not_found", "cant_delete_message_not_found"})
"""What was to be changed or removed is not there any more."""

_log = structlog.get_logger(__name__)

_RATES: Final = frozenset({"rate_limited", "ratelimited"})
_LATER: Final = frozenset({
    "message_limit_exceeded",
    "org_login_required",  # the workspace is being moved, and comes back
    "request_timeout",
    "service_unavailable",
    "team_added_to_org",  # the same
})  # fmt: skip
_LOST: Final = frozenset({"internal_error", "fatal_error"})


def code_of(error: SlackApiError) -> str:
    """Return Slack's word for what went wrong."""
    data: Any = getattr(error.response, "data", None)
    if isinstance(data, dict) and isinstance(data.get("error"), str):
        return data["error"]
    return f"http_{getattr(error.response, 'status_code', 0)}"


def delivery_error(error: Exception, place: Place = "channel") -> DeliveryError:
    """Return what delivery makes of an error, for a message that was to stand in a place."""
    if isinstance(error, DeliveryError):
        return error
    if isinstance(error, SlackApiError):
        return _refusal(error, place)
    if isinstance(error, aiohttp.ClientConnectorError):
        return Unavailable("not_reached")
    if isinstance(error, SlackClientError):
        return Undeliverable("request_refused")
    if isinstance(error, TimeoutError | aiohttp.ClientError | OSError):
        # The request may have been carried out.
        return Unknown("timeout" if isinstance(error, TimeoutError) else "connection_lost")
    _log.error("slack.call.failed", exc_info=error)
    return Undeliverable("internal")


def not_sent(error: Exception, place: Place = "channel") -> DeliveryError:
    """Return what delivery makes of an error in what comes before a message: whatever was lost, no message was sent."""
    found = delivery_error(error, place)
    return Unavailable(found.reason) if isinstance(found, Unknown) else found


def _refusal(error: SlackApiError, place: Place) -> DeliveryError:
    code = code_of(error)
    status: int = getattr(error.response, "status_code", 0)
    if status == 429 or code in _RATES:  # noqa: PLR2004 - too many requests
        # Slack does not say which limit it was; that of the method holds for the whole workspace.
        return Unavailable("rate_limited", seconds(getattr(error.response, "headers", {})), wide=True)
    if code in _LATER:
        return Unavailable(code)
    if status >= 500 or code in _LOST:  # noqa: PLR2004 - the server failed, having done it or not
        return Unknown(code)
    if code.startswith("http_"):
        # A proxy that refuses has not passed it on; an answer cut short says nothing.
        return Unavailable(code) if status >= 400 else Unknown(code)  # noqa: PLR2004 - refusals
    if code in REVOKED or (code in BARRED and _writes(error)):
        return Refused(code)
    return _undeliverable(code, place)


def _writes(error: SlackApiError) -> bool:
    """Tell whether it is writing at all that is not permitted, rather than opening a group or showing a picture."""
    data: Any = getattr(error.response, "data", None)
    needed = str(data.get("needed") or "") if isinstance(data, dict) else ""
    return not needed or "chat:write" in needed


def _undeliverable(code: str, place: Place) -> Undeliverable:
    if place == "person" and code in LEFT:
        return Undeliverable(code, gone=True)
    if code in CLOSED or (place == "person" and code in AWAY | {"restricted_action"}):
        return Undeliverable("dm_closed")
    # Outside a private channel the bot waits at the door for an invitation, as outside one it was put out of.
    return Undeliverable(code, gone=place == "channel" and code in AWAY | {"not_in_channel"})


def seconds(headers: Mapping[str, str]) -> float:
    """Return how long Slack asks to wait, 0 where it does not say."""
    try:
        return max(0.0, float(headers.get("Retry-After") or 0))
    except ValueError:
        return 0.0
