"""Why a message did not arrive, in words: what happened, and what an animator can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.i18n import _

if TYPE_CHECKING:
    from bot.text import Text

BUG: Final = "bug"
"""Followed by a colon and the reference of the log where there is one."""


class Cause(StrEnum):
    """What can be wrong, whatever each platform calls it."""

    CHANNEL_GONE = "channel_gone"
    CHANNEL_ARCHIVED = "channel_archived"
    PLACE_GONE = "place_gone"
    PERSON_GONE = "person_gone"
    CLOSED = "closed"
    FORBIDDEN = "forbidden"
    NOT_LET_IN = "not_let_in"
    TOO_LONG = "too_long"
    TOO_MANY_PEOPLE = "too_many_people"
    RESTRAINED = "restrained"
    AWAY = "away"
    NO_ANSWER = "no_answer"
    BUG = "bug"
    UNREADABLE = "unreadable"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Words:
    """What happened, in a sentence, and what to do, in one or two."""

    happened: Text
    advice: Text


_CODES: Final = {
    Cause.CHANNEL_GONE: {"channel_gone", "channel_not_found", "unknown_channel", "channel_deleted"},
    Cause.CHANNEL_ARCHIVED: {"is_archived", "channel_archived"},
    Cause.PLACE_GONE: {
        "thread_gone", "thread_not_found", "thread_archived", "message_gone", "message_not_found", "unknown_message",
        "thread_locked", "unknown_thread",
        "never_sent", "not_sent_yet", "cant_update_message", "cant_delete_message", "edit_window_closed",
    },
    Cause.PERSON_GONE: {
        "account_gone", "account_left", "unknown_account", "user_not_found", "users_not_found", "user_disabled", "user_not_visible",
    },
    Cause.CLOSED: {"dm_closed", "cannot_dm_bot", "cannot_message_user", "messages_tab_disabled"},
    Cause.FORBIDDEN: {
        "missing_permission", "missing_access", "missing_scope", "no_permission", "not_in_channel", "restricted_action",
        "restricted_action_read_only_channel", "restricted_action_thread_only_channel", "restricted_action_non_threadable_channel",
        "ekm_access_denied", "access_denied", "not_allowed_token_type", "method_not_supported_for_channel_type",
    },
    Cause.NOT_LET_IN: {
        "accesslimited", "account_inactive", "app_uninstalled", "invalid_auth", "not_authed", "org_login_required",
        "removed_from_server",
        "team_access_not_granted", "team_added_to_org",
        "team_not_found", "token_expired", "token_refused", "token_revoked", "unknown_workspace", "workspace_gone",
    },
    Cause.TOO_LONG: {
        "discord_40005", "discord_50035", "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long",
    },
    Cause.TOO_MANY_PEOPLE: {"too_many_people", "too_many_users", "discord_30033"},
    Cause.RESTRAINED: {"quarantined", "message_limit_exceeded"},
    Cause.AWAY: {
        "not_connected", "not_reached", "rate_limited", "ratelimited", "request_timeout", "service_unavailable", "too_fast",
        "blocked", "too_many_edits", "too_slow", "unreachable", "workspace_unavailable",
    },
    Cause.NO_ANSWER: {
        "connection_lost", "fatal_error", "internal_error", "library_error", "server_error", "timeout", "unreadable_answer",
    },
    Cause.BUG: {BUG, "internal", "request_refused"},
    Cause.UNREADABLE: {"unreadable"},
}  # fmt: skip
_CAUSES: Final = {code: cause for cause, codes in _CODES.items() for code in codes}

_WORDS: Final = {
    Cause.CHANNEL_GONE: Words(
        _("The channel no longer exists, or I am not in it any more."),
        _("Choose another channel, or invite me, and send it again."),
    ),
    Cause.CHANNEL_ARCHIVED: Words(
        _("The channel is archived."),
        _("Choose another channel, or bring this one back, and send it again."),
    ),
    Cause.PLACE_GONE: Words(
        _("What it belongs to is no longer there: a message or its thread was deleted or closed."),
        _("There is nothing to mend; you can discard it."),
    ),
    Cause.PERSON_GONE: Words(
        _("This person is no longer there."),
        _("Discard it, unless they come back."),
    ),
    Cause.CLOSED: Words(
        _("This person takes no private messages from me."),
        _("That is theirs to decide. Discard it, or send it again once they have opened them."),
    ),
    Cause.FORBIDDEN: Words(
        _("I do not have the right to write there."),
        _("Invite me, and let me see the channel, write in it and open threads; then send it again."),
    ),
    Cause.NOT_LET_IN: Words(
        _("The workspace does not let me in any more: I was removed, or my access was revoked."),
        _("Whoever installed me has to give me access again. What waits then goes out."),
    ),
    Cause.TOO_LONG: Words(
        _("The platform does not accept it as it is: too long, or not in the right form."),
        _("Sending it again will not help before I am mended: tell whoever runs me, or discard it."),
    ),
    Cause.TOO_MANY_PEOPLE: Words(
        _("The platform does not allow a conversation of so many people."),
        _("Let them meet in a channel instead, and discard it."),
    ),
    Cause.RESTRAINED: Words(
        _("The platform has put a limit on me, as I wrote to many people in a short time."),
        _("Wait a day before you send it again."),
    ),
    Cause.AWAY: Words(
        _("I could not reach the platform for most of a day."),
        _("Send it again, if it still makes sense."),
    ),
    Cause.NO_ANSWER: Words(
        _("The platform did not say what became of it, however often I asked."),
        _("It may have arrived: look before you send it again."),
    ),
    Cause.BUG: Words(
        _("A mistake of mine got in the way."),
        _("It is in my log: tell whoever runs me. You can send it again once that is mended."),
    ),
    Cause.UNREADABLE: Words(
        _("Another version of me wrote it, and I cannot read it any more."),
        _("There is nothing to mend; you can discard it."),
    ),
}


def cause(reason: str) -> Cause:
    """Return what a reason of the outbox means."""
    return _CAUSES.get(reason.partition(":")[0], Cause.OTHER)


def in_words(reason: str) -> Words:
    """Return a reason in words; one that no version of ours knows is shown as the platform gave it."""
    found = cause(reason)
    reference = reason.partition(":")[2]
    if found is Cause.BUG and reference:
        return Words(
            _("A mistake of mine got in the way, noted under the reference {reference}.", reference=reference), _WORDS[found].advice
        )
    if found is Cause.OTHER:
        return Words(
            _("The platform refused it: {reason}.", reason=reason or "?"),
            _("If you know why, mend that and send it again; otherwise ask whoever runs me, or discard it."),
        )
    return _WORDS[found]
