"""The page and its few addresses: state, conversation, thread, act, and a stream of what changes."""

from __future__ import annotations

import asyncio
import contextlib
import json
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from adapters.sandbox import parse, view
from adapters.sandbox.acts import Acts, Outcome
from adapters.sandbox.guard import Guard
from adapters.sandbox.workspace import CLOSED, READ, SandboxError, Workspace
from bot.i18n import plain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from adapters.sandbox.travel import Travel
    from bot.feature import Registry

TYPES: Final = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}

HEARTBEAT: Final = 15.0
"""Seconds after which a quiet stream says that it is alive."""

GATHER: Final = 0.03
"""Seconds in which changes are gathered before they are told together."""


def application(workspace: Workspace, registry: Registry, acts: Acts, travel: Travel, host: str) -> Starlette:
    """Return the web application of one workspace."""
    page = _Page(workspace, registry, acts, travel)
    return Starlette(
        routes=[
            Route("/", page.file),
            Route("/static/{name}", page.file),
            Route("/api/state", page.state),
            Route("/api/conversation", page.conversation),
            Route("/api/thread", page.thread),
            Route("/api/act", page.act, methods=["POST"]),
            Route("/api/live", page.live),
        ],
        middleware=[Middleware(Guard, host=host)],
        exception_handlers={SandboxError: page.refused, parse.ParseError: page.malformed, HTTPException: page.unknown},
    )


class _Page:
    def __init__(self, workspace: Workspace, registry: Registry, acts: Acts, travel: Travel) -> None:
        self._workspace = workspace
        self._registry = registry
        self._acts = acts
        self._travel = travel
        static = resources.files("adapters.sandbox").joinpath("static")
        self._files = {entry.name: entry.read_bytes() for entry in static.iterdir() if entry.name.rpartition(".")[2] in TYPES}

    async def file(self, request: Request) -> Response:
        """Return the page or one of its files."""
        name = request.path_params.get("name", "index.html")
        content = self._files.get(name)
        if content is None:
            raise HTTPException(404)
        return Response(content, media_type=TYPES[name.rpartition(".")[2]])

    async def state(self, request: Request) -> Response:
        """Return what is around the messages."""
        person = request.query_params.get("person", "")
        return JSONResponse(view.state(self._workspace, self._registry, self._travel, person))

    async def conversation(self, request: Request) -> Response:
        """Return messages."""
        query = request.query_params
        before = query.get("before", "0")
        return JSONResponse(
            view.conversation(
                self._workspace, query.get("id", ""), query.get("person", ""), int(before) if before.isdecimal() else 0
            )
        )

    async def thread(self, request: Request) -> Response:
        """Return a message and the answers to it."""
        query = request.query_params
        return JSONResponse(view.thread(self._workspace, query.get("id", ""), query.get("person", "")))

    async def act(self, request: Request) -> Response:
        """Do something in somebody's name, and say what came of it."""
        act = parse.act(await request.body())
        outcome = await self._done(act)
        return JSONResponse(view.outcome(self._workspace, outcome, outcome.person.id if outcome.person else act.person))

    async def live(self, request: Request) -> Response:
        """Stream the ids of what changes for one person, until they close the page."""
        person = self._workspace.person(request.query_params.get("person", "")).id
        return StreamingResponse(self._changes(person), media_type="text/event-stream", headers={"x-accel-buffering": "no"})

    async def refused(self, request: Request, error: Exception) -> Response:
        """Answer what the workspace refuses."""
        person = self._workspace.people.get(request.query_params.get("person", ""))
        message = error.message if isinstance(error, SandboxError) else ""
        return JSONResponse({"problem": plain(message, view.locale_of(person))}, 404)

    async def malformed(self, request: Request, error: Exception) -> Response:
        """Answer what makes no sense."""
        del request
        return JSONResponse({"problem": str(error)}, 400)

    async def unknown(self, request: Request, error: Exception) -> Response:
        """Answer an address that is not there."""
        del request
        status = error.status_code if isinstance(error, HTTPException) else 500
        return JSONResponse({"problem": "There is nothing at this address."}, status)

    async def _done(self, act: parse.Act) -> Outcome:  # noqa: C901, PLR0911 - one a kind of act
        acts, person = self._acts, act.person
        where: Any = {"conversation": act.conversation, "thread": act.thread}
        match act.do:
            case "command":
                return await acts.command(person, act.name, self._values(act), on=act.message, **where)
            case "line":
                return await acts.line(person, act.words, **where)
            case "press":
                values = act.values.get("values")
                chosen = [one for one in values if isinstance(one, str)] if isinstance(values, list) else None  # pyright: ignore[reportUnknownVariableType]
                return await acts.press(person, act.message, act.name, chosen)
            case "submit":
                return await acts.submit(person, act.name, self._values(act), source=act.message, **where)
            case "suggest":
                return await acts.suggest(person, act.name, act.words)
            case "write":
                return await acts.write(person, act.conversation, act.words, thread=act.thread)
            case "home":
                return await acts.home(person)
            case "read":
                self._workspace.mark_read(person, self._workspace.conversation(act.conversation, person).id)
                return Outcome()
            case "join":
                return await acts.join(
                    str(act.values.get("name", "")),
                    locale="fr" if act.values.get("locale") == "fr" else "en",
                    zone=str(act.values.get("zone") or "Europe/Paris"),
                    administrator=act.values.get("administrator") is True,
                    dm_closed=act.values.get("dm_closed") is True,
                )
            case "leave":
                return await acts.leave(person)
            case "time":
                self._travel.begin(act.name, act.words, self._workspace.person(person).zone)
                return Outcome()

    def _values(self, act: parse.Act) -> dict[str, Any]:
        return dict(parse.values(act.values, self._workspace.people, self._workspace.conversations))

    async def _changes(self, person: str) -> AsyncIterator[str]:
        queue = self._workspace.watch()
        try:
            yield _event([])
            while True:
                try:
                    changed = {await asyncio.wait_for(queue.get(), HEARTBEAT)}
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                await asyncio.sleep(GATHER)
                with contextlib.suppress(asyncio.QueueEmpty):
                    while True:
                        changed.add(queue.get_nowait())
                if CLOSED in changed:
                    return
                mine = sorted(change for change in changed if self._concerns(change, person))
                if mine:
                    yield _event(mine)
        finally:
            self._workspace.unwatch(queue)

    def _concerns(self, change: str, person: str) -> bool:
        if change.startswith(READ):
            return change == f"{READ}{person}"
        conversation = self._workspace.conversations.get(change)
        return conversation is None or not conversation.members or person in conversation.members


def _event(changed: list[str]) -> str:
    return f"data: {json.dumps(changed)}\n\n"
