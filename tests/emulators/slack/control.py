"""The emulator's own address, `/emulator/…`: a test in another process reads what is visible and says what goes wrong.

`GET state`: all figures. `GET accepted?after=N`: the bot's messages, from the Nth ever taken. `POST set`: faults, limits and
delays; only what is named changes. `POST do`: a list of things people and administrators do, with the results in order.
"""

# ruff: noqa: ANN401 - JSON comes in any shape

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web

from tests.emulators.slack.delivery import Acknowledged, SocketFaults
from tests.emulators.slack.faults import WRITES, Chances, Failure, Storm
from tests.emulators.slack.pace import Allowance, Limits, published
from tests.emulators.slack.workspace import Json, Posted

if TYPE_CHECKING:
    from tests.emulators.slack.server import SlackEmulator


class Control:
    """What can be asked of the emulator and told to it, in the same process or over HTTP."""

    def __init__(self, slack: SlackEmulator) -> None:
        self._slack = slack

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/emulator/state", self._get_state)
        app.router.add_get("/emulator/accepted", self._get_accepted)
        app.router.add_post("/emulator/set", self._post_set)
        app.router.add_post("/emulator/do", self._post_do)

    # ------------------------------------------------------------ reading

    def state(self) -> Json:
        """Return every figure."""
        slack = self._slack
        messages = slack.workspace.messages
        doubled = messages.doubled()
        return {
            "accepted": len(messages.accepted),
            "distinct": len({message.first for message in messages.accepted}),
            "visible": len(messages),
            "doubled": len(doubled),
            "doubles": sum(times - 1 for times in doubled.values()),
            "doubled_examples": dict(list(doubled.items())[:20]),
            "calls": dict(slack.api.called),
            "faults": dict(slack.api.faults.happened),
            **slack.api.pace.told(),
            "mistakes": slack.mistakes[:20],
            "connections": len(slack.sockets.open),
            "strays": slack.sockets.strays,
        }

    def accepted(self, after: int = 0) -> list[Json]:
        """Return the bot's messages ever taken, without the first `after`: key, place, arrival; `last` is its last change's key."""
        return [self._told(message) for message in self._slack.workspace.messages.accepted[after:]]

    def _told(self, message: Posted) -> Json:
        space = self._slack.workspace
        channel = space.channels.get(message.channel)
        people = sorted(channel.members - {space.bot_user}) if channel is not None and channel.kind in ("im", "mpim") else []
        return {
            "key": message.first,
            "last": message.key,
            "channel": message.channel,
            "ts": message.ts,
            "thread": message.thread,
            "at": message.at,
            "to": people,
            "text": message.text,
            "edited": message.edited,
            "visible": space.find(message.channel, message.ts) is message,
        }

    # ------------------------------------------------------------ what goes wrong

    def set(self, **told: Any) -> None:
        """Change what is named; `chances`, `limits`, `events` and `sockets` replace what was there.

        `plan` adds failures (`{"method": …, "lose": true, "times": 3}`), `storms` begin `in` seconds and last `seconds`;
        `calm` forgets all plans, chances and storms first.
        """
        slack, faults = self._slack, self._slack.api.faults
        if told.pop("calm", False):
            faults.forget()
        setters: dict[str, Callable[[Any], object]] = {
            "seed": faults.seed,
            "chances": lambda given: setattr(faults, "chances", Chances(**given)),
            "plan": lambda given: [faults.plan(failure.pop("method"), Failure(**failure)) for failure in given],
            "storms": lambda given: faults.storms.extend(self._storm(**storm) for storm in given),
            "limits": lambda given: slack.api.pace.enforce(limits(**given)),
            "lag": lambda given: setattr(slack.workspace.history, "lag", given),
            "page": lambda given: setattr(slack.workspace.history, "largest", given),
            "forward": lambda given: setattr(slack.workspace.history, "forward", given),
            "scopes": lambda given: setattr(slack.api, "scopes", given),
            "revoked": lambda given: setattr(slack.api, "revoked", given),
            "patient": lambda given: setattr(slack, "patient", given),
            "urls": lambda given: setattr(slack.requests, "urls", given),
            "events": lambda given: [setattr(slack.mishaps, name, value) for name, value in given.items()],
            "sockets": lambda given: setattr(slack.sockets, "faults", SocketFaults(**given)),
        }
        for name, given in told.items():
            setters[name](given)

    def _storm(self, *, seconds: float, retry_after: int, methods: tuple[str, ...] = WRITES, **more: Any) -> Storm:
        begins = self._slack.workspace.monotonic() + more.pop("in", 0)
        return Storm(begins, begins + seconds, retry_after, tuple(methods), **more)

    # ------------------------------------------------------------ what people do

    async def do(self, what: str, **how: Any) -> Any:
        """Do one thing and return what came of it."""
        slack, space = self._slack, self._slack.workspace
        deeds: dict[str, Callable[..., Any]] = {
            "users": lambda count, **options: [space.add_user(f"Member {n}", **options)["id"] for n in range(count)],
            "user": lambda name, **options: space.add_user(name, **options)["id"],
            "channel": lambda name: space.channel(name).id,
            "join": lambda channel: space.channels[channel].members.add(space.bot_user),
            "archive": space.archive,
            "delete": space.delete,
            "deactivate": space.deactivate,
            "close": space.closed.add,
            "command": slack.command,
            "say": slack.say,
            "event": lambda **event: slack.event(event),
            "open_home": slack.open_home,
            "repeat": slack.repeat,
            "shuffle": slack.mishaps.shuffle,
            "refresh": slack.sockets.refresh,
            "cut": slack.sockets.cut,
            "fall_silent": slack.sockets.fall_silent,
        }
        done = deeds[what](**how)
        if inspect.isawaitable(done):
            done = await done
        return done.status if isinstance(done, Acknowledged) else done

    # ------------------------------------------------------------ over HTTP

    async def _get_state(self, _request: web.Request) -> web.Response:
        return _json(self.state())

    async def _get_accepted(self, request: web.Request) -> web.Response:
        return _json(self.accepted(int(request.query.get("after", 0))))

    async def _post_set(self, request: web.Request) -> web.Response:
        self.set(**msgspec.json.decode(await request.read()))
        return _json({"ok": True})

    async def _post_do(self, request: web.Request) -> web.Response:
        deeds: list[Json] = msgspec.json.decode(await request.read())
        return _json([await self.do(deed.pop("do"), **deed) for deed in deeds])


def limits(
    *,
    per_second: float = 0,
    leeway: float = 0.05,
    tiers: bool = False,
    methods: dict[str, tuple[int, float]] | None = None,
) -> Limits:
    """Return limits: the published ones where a rate is given, and so many calls in so many seconds of single methods."""
    held = published(per_second, leeway=leeway, tiers=tiers) if per_second else Limits()
    held.methods.update({method: Allowance(calls, seconds) for method, (calls, seconds) in (methods or {}).items()})
    return held


def _json(answer: Any) -> web.Response:
    return web.Response(body=msgspec.json.encode(answer), content_type="application/json")
