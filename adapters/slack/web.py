"""Calls of Slack's Web API, response addresses and uploads, over one connection pool and without hidden retries."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack.failures import REVOKED, code_of
from adapters.slack.requests import Client
from bot.errors import Unavailable, Undeliverable, Unknown

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Sequence

    from adapters.slack.render import Json

PATIENCE: Final = 10.0
"""Seconds that one call may take."""
_PROCESSING: Final = (0.2, 0.5, 1.0, 2.0)
"""Slack refuses a message with a picture it has not finished looking at; seconds between attempts."""


class Web:
    """Slack's Web API with one token. `revoked` is called when Slack says the token is dead."""

    def __init__(self, token: str, base_url: str, logger: logging.Logger, revoked: Callable[[str], None]) -> None:
        self.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))
        # The library's own retry after a broken connection posts a second time what was taken the first time.
        self.client = Client(token, base_url, session=self.session, retry_handlers=[], logger=logger)
        # Bolt has the token from the authorisation, and warns about a second one.
        self.anonymous = Client(base_url=base_url, session=self.session, retry_handlers=[], logger=logger)
        self._revoked = revoked
        self._conversations: dict[str, str] = {}

    async def call(self, method: str, payload: Json) -> dict[str, Any]:
        """Call a method with a JSON body.

        Raises:
            SlackApiError: Slack refuses.
            aiohttp.ClientError, TimeoutError: it did not answer.
        """
        return await self._answered(self.client.send(method, payload))

    async def query(self, method: str, **params: str | int | bool) -> dict[str, Any]:
        """Call a method with parameters in its address, for the methods that take no JSON."""
        return await self._answered(self.client.api_call(method, params=params))

    async def user(self, account: str) -> Json:
        """Return Slack's user object."""
        params = {"user": account, "include_locale": True}
        return (await self._answered(self.client.api_call("users.info", http_verb="GET", params=params)))["user"]

    async def conversation(self, accounts: str) -> str:
        """Return the channel of the bot's conversation with somebody, opened once, or with several (separated by commas)."""
        if accounts in self._conversations:
            return self._conversations[accounts]
        channel: str = (await self.query("conversations.open", users=accounts))["channel"]["id"]
        if "," not in accounts:
            self._conversations[accounts] = channel
        return channel

    def known(self, account: str) -> str:
        """Return the channel of a conversation opened before, empty where none was."""
        return self._conversations.get(account, "")

    def forget(self, account: str) -> None:
        """Open the conversation anew next time."""
        self._conversations.pop(account, None)

    async def message(self, method: str, payload: Json) -> dict[str, Any]:
        """Send or change a message; waits while Slack is still looking at its picture, and goes without it in the end."""
        waits = _PROCESSING if any(block["type"] == "image" for block in payload.get("blocks", ())) else ()
        for seconds in waits:
            try:
                return await self.call(method, payload)
            except SlackApiError as error:
                if code_of(error) != "invalid_blocks":
                    raise
            await asyncio.sleep(seconds)
        return await self.call(method, _without_picture(payload) if waits else payload)

    async def picture(self, name: str, content: bytes, alt: str) -> str:
        """Upload a picture and return its file id; no channel shares it, only the message that shows it."""
        file = await self.upload(name, content, alt_txt=alt)
        await self.share([{"id": file, "title": name}])
        return file

    async def upload(self, name: str, content: bytes, **described: str) -> str:
        """Upload a file and return its id; until it is shared, nobody sees it and Slack keeps it for nobody.

        Raises:
            Unavailable: it did not arrive whole.
        """
        slot = await self.query("files.getUploadURLExternal", filename=name, length=len(content), **described)
        async with self.session.post(
            slot["upload_url"], data=content, headers={"Content-Type": "application/octet-stream"}
        ) as answer:
            if answer.status != 200:  # noqa: PLR2004 - anything else is a refusal
                reason = f"upload_{answer.status}"
                raise Unavailable(reason)
        return slot["file_id"]

    async def share(self, files: Sequence[Json], channel: str = "", thread: str = "", comment: str = "") -> None:
        """Share uploaded files in one message, in a thread where one is given; without a channel they are only kept."""
        where = {"channel_id": channel, "thread_ts": thread, "initial_comment": comment}
        payload: Json = {"files": list(files), **{name: value for name, value in where.items() if value}}
        await self.call("files.completeUploadExternal", payload)

    async def respond(self, address: str, payload: Json) -> None:
        """Answer through a response address, which lives 30 minutes and takes five answers.

        Raises:
            Undeliverable: it is used up or expired. Unknown: no answer came.
        """
        waits = _PROCESSING if any(block["type"] == "image" for block in payload.get("blocks", ())) else ()
        for seconds in waits:
            refusal = await self._responded(address, payload)
            if "invalid_blocks" not in refusal:
                break
            await asyncio.sleep(seconds)
        else:
            refusal = await self._responded(address, _without_picture(payload) if waits else payload)
        if refusal:
            raise Undeliverable(refusal)

    async def _responded(self, address: str, payload: Json) -> str:
        """Post to a response address; return why Slack refuses, empty where it does not."""
        try:
            async with self.session.post(address, json=payload) as answer:
                words = (await answer.text()).strip()
        except (aiohttp.ClientError, TimeoutError) as error:
            reason = "no_answer"
            raise Unknown(reason) from error
        if answer.status == 200 and words in ("", "ok", '{"ok":true}'):  # noqa: PLR2004
            return ""
        return f"response_url_{answer.status}_{words[:80]}"

    async def close(self) -> None:
        """Close every connection."""
        await self.session.close()

    async def _answered(self, call: Any) -> dict[str, Any]:  # noqa: ANN401 - the SDK's coroutine
        try:
            answer = await call
        except SlackApiError as error:
            if code_of(error) in REVOKED:
                self._revoked(code_of(error))
            raise
        data: dict[str, Any] = answer.data
        return data


def _without_picture(payload: Json) -> Json:
    blocks = [block for block in payload["blocks"] if block["type"] != "image"]
    return {**payload, "blocks": blocks} if blocks else {key: part for key, part in payload.items() if key != "blocks"}
