"""Who somebody is on Slack: `users.info`, asked once an hour for each person and shared by everything that waits for it."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import structlog

from adapters.slack.payload import Payload, table_of, text_of
from bot.model import AccountRef

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.model import Invocation
    from bot.ports import Clock

KEPT: Final = dt.timedelta(hours=1)
PATIENCE: Final = 1.0
"""Seconds that an interaction may wait for it: Slack gives three for the whole answer."""
ROOM: Final = 10_000
"""People kept at most; a workspace with more forgets whoever was asked about first."""

_log = structlog.get_logger(__name__)


def account_of(user: Payload) -> AccountRef:
    """Return a person from Slack's user object."""
    profile = table_of(user, "profile")
    return AccountRef(
        text_of(user, "id"),
        text_of(profile, "display_name") or text_of(profile, "real_name") or text_of(user, "real_name") or text_of(user, "name"),
        text_of(user, "locale"),
        text_of(user, "tz"),
        administrator=user.get("is_admin") is True or user.get("is_owner") is True,
        bot=user.get("is_bot") is True or text_of(user, "id") == "USLACKBOT",
    )


class People:
    """The people of a workspace, remembered for an hour. `ask` returns Slack's user object or raises."""

    def __init__(self, ask: Callable[[str], Awaitable[Payload]], clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._known: dict[str, tuple[dt.datetime, AccountRef]] = {}
        self._asked: dict[str, asyncio.Task[AccountRef | None]] = {}

    async def complete(self, invocation: Invocation) -> Invocation:
        """Return the invocation with everything Slack tells about whoever acted and whoever was chosen."""
        account = invocation.account
        described = None if account is None else self._fresh(account.external_id) or await self.describe(account)
        chosen = {name: await self.describe(value) for name, value in invocation.values.items() if isinstance(value, AccountRef)}
        values = {**invocation.values, **chosen} if chosen else invocation.values
        return replace(invocation, account=described, values=values)

    async def describe(self, account: AccountRef) -> AccountRef:
        """Return what is known of a person; only what the payload said where Slack does not answer in time."""
        fresh = self._fresh(account.external_id)
        if fresh is not None:
            return fresh
        task = self._asked.get(account.external_id)
        if task is None:
            task = self._asked[account.external_id] = asyncio.create_task(self._fetch(account.external_id))
        try:
            found = await asyncio.wait_for(asyncio.shield(task), PATIENCE)
        except TimeoutError:
            found = None
        # The payload's name is one to sign in with, or what somebody typed: good enough for a newcomer, no news of a member.
        return found or replace(account, name="", handle=account.name)

    def forget(self, external_id: str) -> None:
        """Ask again next time: something about this person changed."""
        self._known.pop(external_id, None)

    async def close(self) -> None:
        """Stop asking."""
        for task in list(self._asked.values()):
            task.cancel()
        await asyncio.gather(*self._asked.values(), return_exceptions=True)

    def _fresh(self, external_id: str) -> AccountRef | None:
        known = self._known.get(external_id)
        return known[1] if known is not None and known[0] > self._clock.now() else None

    async def _fetch(self, external_id: str) -> AccountRef | None:
        try:
            account = account_of(await self._ask(external_id))
        except Exception as error:  # noqa: BLE001 - whatever is wrong, the payload says enough to answer
            _log.info("slack.people.unknown", reason=type(error).__name__)
            return None
        finally:
            self._asked.pop(external_id, None)
        if len(self._known) >= ROOM:
            self._known.pop(next(iter(self._known)))
        self._known[external_id] = (self._clock.now() + KEPT, account)
        return account
