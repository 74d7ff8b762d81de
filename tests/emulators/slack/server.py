"""Slack itself, for the tests: the Web API, response addresses, deliveries and what people do in their clients."""

# ruff: noqa: ANN401 - JSON comes in any shape

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.emulators.slack.api import Api, Refused, described
from tests.emulators.slack.blocks import Checker
from tests.emulators.slack.control import Control
from tests.emulators.slack.delivery import Acknowledged, Carrier, SignedRequests, Sockets
from tests.emulators.slack.mishaps import Mishaps
from tests.emulators.slack.workspace import Json, Posted, View, Workspace

BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-emulated-bot", "xapp-emulated-app", "emulated-signing-secret"
RESPONSE_FIELDS = {
    "text", "blocks", "attachments", "response_type", "replace_original", "delete_original", "thread_ts", "unfurl_links",
    "unfurl_media", "metadata",
}  # fmt: skip


class SlackEmulator:
    """A workspace behind an address. `mistakes` must be empty at the end of a test: what the bot did that Slack refuses."""

    def __init__(
        self,
        mode: str = "http",
        *,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        port: int = 0,
        seed: int = 0,
    ) -> None:
        self.mode = mode
        self.port = port
        self.mistakes: list[str] = []
        self.workspace = Workspace(monotonic, now)
        self.api = Api(self.workspace, BOT_TOKEN, APP_TOKEN, lambda: self.address)
        self.address = ""
        self.last: tuple[str, Json] | None = None
        self.settled: Callable[[], Awaitable[None]] = _at_once
        """Waited for after each delivery: until the bot has done everything it does about it."""
        self._now = now
        self.mishaps = Mishaps(seed)
        self.patient = True
        """Whether what the bot does not acknowledge counts as a mistake; not while a test kills it."""
        self._seed = seed
        self._repeats = 0
        self.api.faults.seed(seed)

    async def start(self) -> None:
        self.requests = SignedRequests(SECRET, self._now)
        self.sockets = Sockets(self.mistakes, seed=self._seed)
        self.carrier: Carrier = self.requests if self.mode == "http" else self.sockets
        app = web.Application(client_max_size=1 << 24)
        app.router.add_route("*", "/api/{method}", self.api.handle)
        app.router.add_post("/upload/{file}", self.api.upload)
        app.router.add_post("/response/{token}", self._respond)
        app.router.add_get("/link", self._link)
        self.control = Control(self)
        self.control.add_to(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=1024)
        await site.start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self.sockets.close()
        await self.requests.close()
        await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        return f"{self.address}/api/"

    # ------------------------------------------------------------ what people do

    async def command(self, user: str, channel: str, text: str, command: str = "/confrere") -> Acknowledged:
        payload = {
            "command": command,
            "text": text,
            "response_url": self.response_url(channel, user),
            "trigger_id": self.workspace.trigger(user),
            "user_id": user,
            "user_name": self.workspace.users[user]["name"],
            "team_id": self.workspace.team,
            "team_domain": "independents",
            "channel_id": channel,
            "channel_name": self.workspace.channels[channel].name or "directmessage",
            "api_app_id": "A0",
            "is_enterprise_install": "false",
        }
        return await self.deliver("command", payload)

    async def click(
        self, user: str, element: Json, block: Json, *, message: Posted | None = None, home: View | None = None, **state: Any
    ) -> Acknowledged:
        """Press a button or choose in a select; `state` is what the element sends with it."""
        payload: Json = {
            **self._interaction("block_actions", user),
            "trigger_id": self.workspace.trigger(user),
            "actions": [{
                "type": element["type"],
                "action_id": element["action_id"],
                "block_id": block.get("block_id", "b1"),
                "action_ts": self.workspace.ts(),
                **({"text": element["text"]} if element["type"] == "button" else {}),
                **state,
            }],
        }  # fmt: skip
        if message is not None:
            payload |= self._on(message, user)
        elif home is not None:
            payload |= {"view": described(home), "container": {"type": "view", "view_id": home.id}}
        acknowledged = await self.deliver("interaction", payload)
        if acknowledged.body is not None:
            self.mistakes.append("an answer in the acknowledgement of a block action, which Slack ignores")
        return acknowledged

    async def submit(self, user: str, values: Json) -> dict[str, str]:
        """Send the open dialog with `view.state.values`; returns the errors shown at its blocks."""
        view = self.workspace.dialog(user)
        assert view is not None, "no dialog is open"
        payload = {
            **self._interaction("view_submission", user),
            "trigger_id": self.workspace.trigger(user),
            "view": {**described(view), "state": {"values": values}},
            "response_urls": [],
        }
        errors = self._sent(user, view, (await self.deliver("interaction", payload, settle=False)).body or {})
        await self.settled()
        return errors

    def _sent(self, user: str, view: View, body: Json) -> dict[str, str]:
        """Do with a dialog what the acknowledgement says; returns the errors to show."""
        action = body.get("response_action")
        if action == "errors":
            known = {block.get("block_id") for block in view.body["blocks"] if block["type"] == "input"}
            if not body["errors"] or set(body["errors"]) - known or set(body) != {"response_action", "errors"}:
                self.mistakes.append(f"errors at blocks that are not there: {body}")
            return body["errors"]
        if action in ("update", "push"):
            self._checked(lambda: self.api.check_view(body.get("view"), "modal"))
            self.workspace.open_view(user, body["view"], replace=action == "update")
        elif action == "clear":
            self.workspace.close_dialog(user, everything=True)
        elif body:
            self.mistakes.append(f"not an answer to a dialog: {body}")
        else:
            self.workspace.close_dialog(user)
        return {}

    async def close_dialog(self, user: str) -> None:
        view = self.workspace.dialog(user)
        self.workspace.close_dialog(user)
        if view is not None and view.body.get("notify_on_close"):
            await self.deliver(
                "interaction", {**self._interaction("view_closed", user), "view": described(view), "is_cleared": False}
            )

    async def suggest(self, user: str, view: View, element: Json, block: Json, words: str) -> list[Json]:
        payload = {
            **self._interaction("block_suggestion", user),
            "action_id": element["action_id"],
            "block_id": block.get("block_id", ""),
            "value": words,
            "view": described(view),
            "container": {"type": "view", "view_id": view.id},
        }
        body = (await self.deliver("interaction", payload)).body
        errors = Checker().options(body)
        self.mistakes.extend(errors)
        return [] if errors or body is None else body["options"]

    async def shortcut(self, user: str, callback: str, message: Posted | None = None) -> Acknowledged:
        kind = "shortcut" if message is None else "message_action"
        payload: Json = {
            **self._interaction(kind, user),
            "callback_id": callback,
            "trigger_id": self.workspace.trigger(user),
            "action_ts": self.workspace.ts(),
        }
        if message is not None:
            payload |= self._on(message, user) | {"message_ts": message.ts}
            del payload["container"]
        return await self.deliver("interaction", payload)

    async def event(self, event: Json) -> Acknowledged:
        payload = {
            "type": "event_callback",
            "team_id": self.workspace.team,
            "api_app_id": "A0",
            "event": {"event_ts": self.workspace.ts(), **event},
            "event_id": f"Ev{self.workspace.number():08d}",
            "event_time": int(self._now()),
            "authorizations": [{"team_id": self.workspace.team, "user_id": self.workspace.bot_user, "is_bot": True}],
        }
        return await self.deliver("event", payload)

    async def open_home(self, user: str) -> Acknowledged:
        channel = self.workspace.conversation([user]).id
        return await self.event({"type": "app_home_opened", "user": user, "channel": channel, "tab": "home"})

    async def say(self, user: str, text: str, **extra: Any) -> Acknowledged:
        """Write to the bot in its own conversation."""
        channel = self.workspace.conversation([user]).id
        ts = self.workspace.ts()
        self.workspace.post(Posted(channel, ts, user, text, []))
        return await self.event(
            {"type": "message", "channel": channel, "channel_type": "im", "user": user, "text": text, "ts": ts, **extra}
        )

    # ------------------------------------------------------------ deliveries

    async def deliver(self, kind: str, payload: Json, *, settle: bool = True) -> Acknowledged:
        """Deliver a payload; an event that is not acknowledged comes again at once, as Slack does."""
        if kind == "event" and self.mishaps.holds(payload):
            return Acknowledged(200)
        acknowledged = await self._deliver(kind, payload)
        if kind == "event":
            if self.mishaps.doubles():
                await self.carrier.carry(kind, payload, retry=1)
            for late in self.mishaps.released():
                await self._deliver(kind, late)
        if settle:
            await self.settled()
        return acknowledged

    async def _deliver(self, kind: str, payload: Json) -> Acknowledged:
        self.last, self._repeats = (kind, payload), 0
        acknowledged = await self.carrier.carry(kind, payload)
        if acknowledged.status != 200:
            if self.patient:
                self.mistakes.append(f"{payload.get('type', kind)}: not acknowledged in time (status {acknowledged.status})")
            for retry, seconds in enumerate(self.mishaps.retries if kind == "event" else (), 1):
                await asyncio.sleep(seconds)
                acknowledged = await self.carrier.carry(kind, payload, retry=retry)
                if acknowledged.status == 200:
                    break
        if kind == "event" and acknowledged.body is not None:
            self.mistakes.append("an answer in the acknowledgement of an event")
        self._answered(kind, payload, acknowledged)
        return acknowledged

    async def repeat(self) -> Acknowledged:
        """Deliver the last payload again, as Slack does when an acknowledgement was lost."""
        assert self.last is not None, "nothing was delivered yet"
        kind, payload = self.last
        self._repeats += 1
        acknowledged = await self.carrier.carry(kind, payload, retry=self._repeats)
        self._answered(kind, payload, acknowledged)
        await self.settled()
        return acknowledged

    def _answered(self, kind: str, payload: Json, acknowledged: Acknowledged) -> None:
        if kind == "command" and acknowledged.body is not None:
            self._shown(acknowledged.body, payload["channel_id"], payload["user_id"], inline=True)

    def response_url(self, channel: str, user: str, message: str = "") -> str:
        return f"{self.address}/response/{self.workspace.response_url(channel, user, message)}"

    async def _link(self, request: web.Request) -> web.StreamResponse:
        return await self.sockets.serve(request, self.api.tickets)

    async def _respond(self, request: web.Request) -> web.Response:
        response = self.workspace.responses.get(request.match_info["token"])
        if response is None or response.left <= 0:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        try:
            body = await request.json()
            self._shown(body, response.channel, response.user, original=response.message)
        except Refused as refused:
            return web.json_response({"ok": False, "error": refused.error, "messages": list(refused.messages)}, status=404)
        response.left -= 1
        return web.Response(text="ok")

    def _shown(self, body: Json, channel: str, user: str, *, original: str = "", inline: bool = False) -> None:
        """Show what came to a response address or in the acknowledgement of a command."""

        def check() -> None:
            if set(body) - RESPONSE_FIELDS:
                raise Refused("invalid_payload", f"no such field: {sorted(set(body) - RESPONSE_FIELDS)}")
            if not body.get("text") and not body.get("delete_original"):
                raise Refused("no_text")
            if "blocks" in body:
                self.api.check_blocks(body["blocks"])

        if inline:
            if not self._checked(check):
                return
        else:
            check()
        before = self.workspace.find(channel, original) if original else None
        if body.get("replace_original") or body.get("delete_original"):
            if before is None:
                raise Refused("message_not_found")
            if body.get("delete_original"):
                self.workspace.messages.remove(before)
                return
            before.text, before.blocks, before.edited = body["text"], body.get("blocks", []), True
            return
        only = "" if body.get("response_type") == "in_channel" else user
        message = Posted(channel, self.workspace.ts(), self.workspace.bot_user, body["text"], body.get("blocks", []))
        message.thread, message.only = body.get("thread_ts", ""), only
        self.workspace.post(message)

    def _checked(self, check: Callable[[], None]) -> bool:
        try:
            check()
        except Refused as refused:
            self.mistakes.append(f"{refused.error}: {'; '.join(refused.messages)}")
            return False
        return True

    def _interaction(self, kind: str, user: str) -> Json:
        person = self.workspace.users[user]
        return {
            "type": kind,
            "team": {"id": self.workspace.team, "domain": "independents"},
            "user": {"id": user, "username": person["name"], "name": person["name"], "team_id": self.workspace.team},
            "api_app_id": "A0",
            "token": "deprecated",
        }

    def _on(self, message: Posted, user: str) -> Json:
        channel = self.workspace.channels[message.channel]
        ephemeral = bool(message.only)
        container: Json = {"type": "message", "message_ts": message.ts, "channel_id": channel.id, "is_ephemeral": ephemeral}
        content: Json = {"ts": message.ts, "text": message.text, "user": message.author, "blocks": message.blocks}
        if message.author == self.workspace.bot_user:
            content["bot_id"] = self.workspace.bot_id
        if message.thread or self.workspace.messages.answered(message):
            # What was answered names itself as its thread.
            container["thread_ts"] = content["thread_ts"] = message.thread or message.ts
        return {
            "channel": {"id": channel.id, "name": channel.name or "directmessage"},
            "container": container,
            # The content of an ephemeral message is not repeated.
            **({} if ephemeral else {"message": json.loads(json.dumps(content))}),
            "response_url": self.response_url(channel.id, user, message.ts),
        }


async def _at_once() -> None:
    """Wait for nothing."""
