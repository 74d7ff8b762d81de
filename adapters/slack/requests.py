"""Slack's client as its library has it, but what is sent as JSON goes by a shorter way: once, written and read by msgspec.

The library prepares each request for its log and for retries, and its address and headers anew: half of what a message costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder()


class Client(AsyncWebClient):
    """`AsyncWebClient` with a session and a token."""

    async def send(self, method: str, payload: Mapping[str, Any]) -> AsyncSlackResponse:
        """Call a method with a JSON body. An answer that is no JSON object counts as empty, and so as refused, with its status.

        Raises:
            SlackApiError: Slack refuses.
            aiohttp.ClientError, TimeoutError: it did not answer.
        """
        assert self.session is not None  # noqa: S101 - it is always given one
        address = self.base_url + method
        headers = {
            **self.headers,
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json;charset=utf-8",
        }
        body = _encoder.encode(payload)
        async with self.session.post(address, data=body, headers=headers, proxy=self.proxy) as answer:
            content = await answer.read()
        try:
            data = _decoder.decode(content)
        except msgspec.DecodeError:
            data = None
        return AsyncSlackResponse(
            client=self,
            http_verb="POST",
            api_url=address,
            req_args={},
            data=data if isinstance(data, dict) else {},
            headers=cast("dict[str, str]", answer.headers),
            status_code=answer.status,
        ).validate()
