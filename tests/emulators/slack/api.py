"""Slack's Web API, as far as the bot needs it: strict about arguments, tokens, rights and limits; told to fail by a test."""

# ruff: noqa: ANN401 - JSON comes in any shape

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import msgspec
from aiohttp import web

from tests.emulators.slack.blocks import Checker
from tests.emulators.slack.faults import Failure, Faults
from tests.emulators.slack.history import InvalidArguments
from tests.emulators.slack.messages import key_of
from tests.emulators.slack.pace import Pace
from tests.emulators.slack.uploads import InvalidUpload, Uploads
from tests.emulators.slack.workspace import Channel, Json, Posted, Trigger, View, Workspace

NOT_JSON = {"users.info", "files.delete", "conversations.open", "conversations.join", "files.getUploadURLExternal", "auth.test"}
"""Methods that ignore a JSON body on the real platform or are never sent one by the SDK."""

MESSAGE_ARGUMENTS = {"channel", "text", "blocks", "attachments", "link_names", "parse", "metadata"}
ARGUMENTS: dict[str, set[str]] = {
    "auth.test": set(),
    "apps.connections.open": set(),
    "users.info": {"user", "include_locale"},
    "users.list": {"cursor", "limit", "include_locale"},
    "conversations.open": {"users", "channel", "return_im", "prevent_creation"},
    "conversations.join": {"channel"},
    "conversations.info": {"channel", "include_locale", "include_num_members"},
    "conversations.members": {"channel", "cursor", "limit"},
    "conversations.history": {"channel", "cursor", "include_all_metadata", "inclusive", "latest", "limit", "oldest"},
    "conversations.replies": {"channel", "ts", "cursor", "include_all_metadata", "inclusive", "latest", "limit", "oldest"},
    "conversations.list": {"cursor", "limit", "types", "exclude_archived"},
    "chat.postMessage": {*MESSAGE_ARGUMENTS, "thread_ts", "unfurl_links", "unfurl_media", "mrkdwn", "reply_broadcast"},
    "chat.postEphemeral": {"channel", "user", "text", "blocks", "attachments", "link_names", "parse", "thread_ts"},
    "chat.update": {*MESSAGE_ARGUMENTS, "ts", "reply_broadcast"},
    "chat.delete": {"channel", "ts"},
    "views.open": {"trigger_id", "view"},
    "views.push": {"trigger_id", "view"},
    "views.update": {"view_id", "external_id", "view", "hash"},
    "views.publish": {"user_id", "view", "hash"},
    "files.getUploadURLExternal": {"filename", "length", "alt_txt", "snippet_type"},
    "files.delete": {"file"},
    "files.completeUploadExternal": {"files", "channel_id", "channels", "initial_comment", "thread_ts", "blocks"},
}

HISTORY_SCOPES = {"public": "channels:history", "private": "groups:history", "im": "im:history", "mpim": "mpim:history"}
FOR_EVER = 600.0
"""Seconds that a caller who is never answered may wait before the emulator gives up."""


class Refused(Exception):
    """Slack's `ok: false`."""

    def __init__(self, error: str, *messages: str, needed: str = "") -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages
        self.needed = needed


class Api:
    """The methods over one workspace. `calls` keeps every call with its arguments, unless `remember` is False."""

    def __init__(self, workspace: Workspace, bot_token: str, app_token: str, address: Callable[[], str]) -> None:
        self.workspace = workspace
        self.bot_token = bot_token
        self.app_token = app_token
        self.scopes = ""
        self.revoked = ""
        """Slack's word for why the bot token is not accepted any more; empty while it is."""
        self.calls: list[tuple[str, Json]] = []
        self.called: Counter[str] = Counter()
        self.remember = True
        self.checks_blocks = True
        self.faults = Faults()
        self.pace = Pace()
        self.uploads = Uploads(workspace)
        self.forget_tickets = 0
        self._address = address
        self.tickets: set[str] = set()

    def fail(self, method: str, **how: Any) -> None:
        """Let the next call (or `times` calls) of a method fail."""
        self.faults.plan(method, Failure(**how))

    def count(self, method: str) -> int:
        return self.called[method]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one HTTP request of the Web API."""
        method = request.match_info["method"]
        arguments = await self._arguments(request)
        self.called[method] += 1
        if self.remember:
            self.calls.append((method, arguments))
        channel, key, now = str(arguments.get("channel", "")), key_of(arguments.get("metadata")), self.workspace.monotonic()
        wait = self.pace.covered(method, channel, key, now)
        if wait:
            return _limited(wait)
        failure = self.faults.next(method, channel, now)
        if failure is None:
            wait = self.pace.exceeded(method, channel, key, now)
            return _limited(wait) if wait else self._json(await self._answer(request, method, arguments))
        if failure.status == 429 and failure.retry_after is not None:
            self.pace.refuse(method, failure.channel, key, failure.retry_after, now)
        return await self._fail(failure, request, method, arguments)

    async def _fail(self, failure: Failure, request: web.Request, method: str, arguments: Json) -> web.StreamResponse:
        if failure.drop or failure.hang:
            if failure.hang:
                await _left_alone(request)
            return _broken(request)
        if failure.body:
            return web.Response(text=failure.body, status=failure.status, content_type="application/json")
        if (failure.status != 200 or failure.error) and not failure.lose:
            headers = {} if failure.retry_after is None else {"Retry-After": str(failure.retry_after)}
            error = failure.error or ("ratelimited" if failure.status == 429 else "internal_error")
            return web.json_response({"ok": False, "error": error}, status=failure.status, headers=headers)
        answer = await self._answer(request, method, arguments)
        if failure.lose and failure.status != 200:
            return web.json_response({"ok": False, "error": "internal_error"}, status=failure.status)
        if failure.lose or failure.stall:
            if failure.stall:
                await _left_alone(request)
            return _broken(request)
        await asyncio.sleep(failure.late)
        return self._json(answer)

    def _json(self, answer: Json) -> web.Response:
        headers = {"x-oauth-scopes": self.scopes} if self.scopes else {}
        return web.Response(body=msgspec.json.encode(answer), content_type="application/json", headers=headers)

    async def _answer(self, request: web.Request, method: str, arguments: Json) -> Json:
        try:
            self._authorize(request, method)
            call = self._methods.get(method)
            if call is None:
                raise Refused("unknown_method")
            if request.content_type == "application/json" and method in NOT_JSON:
                raise Refused("invalid_arguments", f"{method} takes no JSON")
            unknown = set(arguments) - ARGUMENTS[method]
            if unknown:
                raise Refused("invalid_arguments", f"no such argument: {sorted(unknown)}")
            return {"ok": True, **await call(self, arguments)}
        except Refused as refused:
            needed = {"needed": refused.needed, "provided": self.scopes} if refused.needed else {}
            return {"ok": False, "error": refused.error, "response_metadata": {"messages": list(refused.messages)}, **needed}

    async def _arguments(self, request: web.Request) -> Json:
        arguments: Json = dict(request.query)
        if request.content_type == "application/json":
            arguments |= msgspec.json.decode(await request.read())
        elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
            arguments |= dict(await request.post())
        for name in ("blocks", "view", "metadata", "files"):
            if isinstance(arguments.get(name), str):
                arguments[name] = msgspec.json.decode(arguments[name])
        return arguments

    def _authorize(self, request: web.Request, method: str) -> None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token:
            raise Refused("not_authed")
        if method == "apps.connections.open":
            if token != self.app_token:
                raise Refused("invalid_auth" if not token.startswith("xoxb-") else "not_allowed_token_type")
        elif token != self.bot_token:
            raise Refused("invalid_auth")
        elif self.revoked:
            raise Refused(self.revoked)

    # ------------------------------------------------------------ methods

    async def _auth_test(self, arguments: Json) -> Json:
        del arguments
        space = self.workspace
        return {
            "url": "https://independents.slack.com/",
            "team": space.team_name,
            "team_id": space.team,
            "user": "confrere",
            "user_id": space.bot_user,
            "bot_id": space.bot_id,
        }

    async def _connections_open(self, arguments: Json) -> Json:
        del arguments
        ticket = f"ticket{self.workspace.number()}"
        if self.forget_tickets:
            self.forget_tickets -= 1
        else:
            self.tickets.add(ticket)
        return {"url": f"{self._address().replace('http', 'ws', 1)}/link?ticket={ticket}"}

    async def _users_info(self, arguments: Json) -> Json:
        user = dict(self._user(arguments.get("user")))
        if arguments.get("include_locale") not in ("1", "true", True):
            user.pop("locale")
        return {"user": user}

    async def _users_list(self, arguments: Json) -> Json:
        del arguments
        return {"members": list(self.workspace.users.values()), "response_metadata": {"next_cursor": ""}}

    async def _open(self, arguments: Json) -> Json:
        users = [part for part in str(arguments.get("users", "")).split(",") if part]
        if not users:
            raise Refused("users_list_not_supplied")
        if len(users) > 8:
            raise Refused("too_many_users")
        for user in users:
            if self._user(user, "user_not_found")["deleted"]:
                raise Refused("user_disabled")
            if user in self.workspace.closed or self.workspace.users[user]["is_bot"]:
                raise Refused("cannot_dm_bot" if self.workspace.users[user]["is_bot"] else "user_not_visible")
        return {"channel": {"id": self.workspace.conversation(users).id}}

    async def _join(self, arguments: Json) -> Json:
        channel = self._channel(arguments)
        if channel.kind != "public":
            raise Refused("channel_not_found" if channel.kind == "private" else "method_not_supported_for_channel_type")
        if channel.archived:
            raise Refused("is_archived")
        channel.members.add(self.workspace.bot_user)
        return {"channel": {"id": channel.id}}

    async def _info(self, arguments: Json) -> Json:
        channel = self._channel(arguments)
        return {"channel": {"id": channel.id, "name": channel.name, "is_archived": channel.archived}}

    async def _members(self, arguments: Json) -> Json:
        return {"members": sorted(self._channel(arguments).members), "response_metadata": {"next_cursor": ""}}

    async def _list(self, arguments: Json) -> Json:
        del arguments
        found = [{"id": channel.id, "name": channel.name} for channel in self.workspace.channels.values() if channel.name]
        return {"channels": found, "response_metadata": {"next_cursor": ""}}

    async def _history(self, arguments: Json) -> Json:
        channel = self._readable(arguments)
        try:
            return self.workspace.history.page(channel.id, arguments, self.workspace.monotonic())
        except InvalidArguments as invalid:
            raise Refused(str(invalid)) from None

    async def _replies(self, arguments: Json) -> Json:
        channel = self._readable(arguments)
        parent = self.workspace.find(channel.id, str(arguments.get("ts")))
        if parent is None:
            raise Refused("thread_not_found")
        try:
            return self.workspace.history.thread(channel.id, parent, arguments, self.workspace.monotonic())
        except InvalidArguments as invalid:
            raise Refused(str(invalid)) from None

    async def _post_message(self, arguments: Json) -> Json:
        channel = self._writable(arguments)
        self._content(arguments)
        metadata = arguments.get("metadata")
        if metadata is not None and set(metadata) != {"event_type", "event_payload"}:
            raise Refused("invalid_metadata_format")
        message = self.workspace.post(self._posted(arguments, channel))
        return {"channel": channel.id, "ts": message.ts, "message": {"ts": message.ts, "text": message.text}}

    async def _post_ephemeral(self, arguments: Json) -> Json:
        channel = self._writable(arguments)
        self._content(arguments)
        if arguments.get("user") not in channel.members:
            raise Refused("user_not_in_channel")
        message = self._posted(arguments, channel)
        message.only = arguments["user"]
        return {"message_ts": self.workspace.post(message).ts}

    async def _update(self, arguments: Json) -> Json:
        channel = self._channel(arguments)
        message = self.workspace.find(channel.id, str(arguments.get("ts")))
        if message is None or message.only:
            raise Refused("message_not_found")
        if message.author != self.workspace.bot_user:
            raise Refused("cant_update_message")
        self._content(arguments)
        message.text, message.blocks = arguments.get("text", ""), arguments.get("blocks", [])
        message.metadata = arguments.get("metadata", message.metadata)
        message.edited = True
        return {"channel": channel.id, "ts": message.ts}

    async def _delete(self, arguments: Json) -> Json:
        channel = self._channel(arguments)
        message = self.workspace.find(channel.id, str(arguments.get("ts")))
        if message is None or message.only:
            raise Refused("message_not_found")
        self.workspace.messages.remove(message)
        return {"channel": channel.id, "ts": message.ts}

    async def _views_open(self, arguments: Json) -> Json:
        trigger = self._triggered(arguments)
        self.check_view(arguments.get("view"), "modal")
        self.workspace.close_dialog(trigger.user, everything=True)
        return {"view": described(self.workspace.open_view(trigger.user, arguments["view"]))}

    async def _views_push(self, arguments: Json) -> Json:
        trigger = self._triggered(arguments)
        self.check_view(arguments.get("view"), "modal")
        if len(self.workspace.dialogs.get(trigger.user, [])) >= 3:
            raise Refused("push_limit_reached")
        return {"view": described(self.workspace.open_view(trigger.user, arguments["view"]))}

    async def _views_update(self, arguments: Json) -> Json:
        for stack in self.workspace.dialogs.values():
            for view in stack:
                if view.id == arguments.get("view_id"):
                    self.check_view(arguments.get("view"), "modal")
                    view.body = arguments["view"]
                    return {"view": described(view)}
        raise Refused("not_found")

    async def _views_publish(self, arguments: Json) -> Json:
        user = self._user(arguments.get("user_id"))["id"]
        self.check_view(arguments.get("view"), "home")
        number = self.workspace.number()
        view = self.workspace.homes[user] = View(f"V{number:07d}", user, arguments["view"], f"{number}.hash")
        return {"view": described(view)}

    async def _upload_url(self, arguments: Json) -> Json:
        self._scope("files:write")
        try:
            upload = self.uploads.begin(arguments)
        except InvalidUpload as invalid:
            raise Refused(str(invalid)) from None
        return {"upload_url": f"{self._address()}/upload/{upload.id}", "file_id": upload.id}

    async def _complete(self, arguments: Json) -> Json:
        self._scope("files:write")
        where = {"channel": arguments.get("channel_id", ""), "thread_ts": arguments.get("thread_ts", "")}
        channel = self._writable(where) if where["channel"] else None
        parent = self.workspace.find(where["channel"], where["thread_ts"])
        if parent is not None and parent.thread not in ("", parent.ts):
            raise Refused("thread_not_found")
        try:
            uploads = self.uploads.complete(arguments)
        except InvalidUpload as invalid:
            raise Refused(str(invalid)) from None
        if channel is not None:
            self.uploads.share(uploads, channel, arguments)
        # Sharing is not over when this is answered: neither the channels nor the shares are told.
        return {"files": [{"id": upload.id, "title": upload.name, "channels": [], "shares": {}} for upload in uploads]}

    async def _delete_file(self, arguments: Json) -> Json:
        self._scope("files:write")
        if not self.uploads.delete(str(arguments.get("file", ""))):
            raise Refused("file_not_found")
        return {}

    async def upload(self, request: web.Request) -> web.Response:
        """Take the bytes of a file."""
        status, words = self.uploads.take(request.match_info["file"], await request.read())
        return web.Response(status=status, text=words)

    # ------------------------------------------------------------ checks

    def check_blocks(self, blocks: Any) -> None:
        if not self.checks_blocks:
            return
        errors = Checker(self.uploads.ready()).message(blocks)
        if errors:
            raise Refused("invalid_blocks", *errors)

    def check_view(self, view: Any, kind: str) -> None:
        errors = Checker(self.uploads.ready()).view(view)
        if not errors and view["type"] != kind:
            errors = [f"a {kind} is needed"]
        if errors:
            raise Refused("invalid_arguments", *errors)

    def _content(self, arguments: Json) -> None:
        if not arguments.get("text"):
            raise Refused("no_text", "a message needs a text for notifications")
        if len(arguments["text"]) > 40_000:
            raise Refused("msg_too_long")
        if "blocks" in arguments:
            self.check_blocks(arguments["blocks"])

    def _user(self, user: Any, error: str = "user_not_found") -> Json:
        if user not in self.workspace.users:
            raise Refused(error)
        return self.workspace.users[user]

    def _channel(self, arguments: Json) -> Channel:
        channel = self.workspace.channels.get(arguments.get("channel", ""))
        if channel is None:
            raise Refused("channel_not_found")
        return channel

    def _writable(self, arguments: Json) -> Channel:
        channel = self._channel(arguments)
        if channel.archived:
            raise Refused("is_archived")
        if self.workspace.bot_user not in channel.members:
            raise Refused("channel_not_found" if channel.kind == "private" else "not_in_channel")
        if arguments.get("thread_ts") and self.workspace.find(channel.id, arguments["thread_ts"]) is None:
            raise Refused("thread_not_found")
        return channel

    def _readable(self, arguments: Json) -> Channel:
        channel = self._channel(arguments)
        self._scope(HISTORY_SCOPES[channel.kind])
        if self.workspace.bot_user not in channel.members:
            raise Refused("channel_not_found" if channel.kind == "private" else "not_in_channel")
        return channel

    def _scope(self, needed: str) -> None:
        if self.scopes and needed not in self.scopes.split(","):
            raise Refused("missing_scope", needed=needed)

    def _posted(self, arguments: Json, channel: Channel) -> Posted:
        return Posted(
            channel.id,
            self.workspace.ts(),
            self.workspace.bot_user,
            arguments["text"],
            arguments.get("blocks", []),
            arguments.get("thread_ts", ""),
            metadata=arguments.get("metadata"),
        )

    def _triggered(self, arguments: Json) -> Trigger:
        # A view that is refused does not use the trigger up on Slack either, but this is stricter and finds more mistakes.
        used = self.workspace.use_trigger(str(arguments.get("trigger_id", "")))
        if isinstance(used, str):
            raise Refused(used)
        return used

    _methods: ClassVar[dict[str, Callable[[Api, Json], Awaitable[Json]]]] = {
        "auth.test": _auth_test,
        "apps.connections.open": _connections_open,
        "users.info": _users_info,
        "users.list": _users_list,
        "conversations.open": _open,
        "conversations.join": _join,
        "conversations.info": _info,
        "conversations.members": _members,
        "conversations.list": _list,
        "conversations.history": _history,
        "conversations.replies": _replies,
        "chat.postMessage": _post_message,
        "chat.postEphemeral": _post_ephemeral,
        "chat.update": _update,
        "chat.delete": _delete,
        "views.open": _views_open,
        "views.push": _views_push,
        "views.update": _views_update,
        "views.publish": _views_publish,
        "files.getUploadURLExternal": _upload_url,
        "files.completeUploadExternal": _complete,
        "files.delete": _delete_file,
    }


def described(view: View) -> Json:
    """Return a view as Slack names it in answers and payloads."""
    return {"id": view.id, "hash": view.hash, "team_id": Workspace.team, **view.body}


def _limited(seconds: int) -> web.Response:
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(seconds)})


async def _left_alone(request: web.Request) -> None:
    """Wait until the caller has given up."""
    for _tenth in range(int(FOR_EVER * 10)):
        if request.transport is None or request.transport.is_closing():
            return
        await asyncio.sleep(0.1)


def _broken(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
