"""The two that write to a crowd, each in a process of its own: the real bot, and the platform's bare SDK at the same pace.

`python -m benchmarks.sender ours|bare slack|discord CROWD FOLDER` says what it spent once every message is sent.
"""

from __future__ import annotations

import asyncio
import gc
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from benchmarks.crowd import PER_SECOND, Crowd
from benchmarks.side import up
from bot.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.config import Config
    from bot.feature import Feature

TITLE: Final = "This week's meetings"
BODY: Final = "Hello {name}, on Thursday you can meet one other member for half an hour: somebody who offers what you seek."
BUTTONS: Final = (("I'm in", "fanout:in"), ("Skip this one", "fanout:skip"))


class Spent(msgspec.Struct, frozen=True):
    """Seconds of CPU: to write all messages into the database in one transaction, to deliver them, of its whole process."""

    staging: float
    sending: float


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


# ---------------------------------------------------------------- ours


def invitations(members: Sequence[int]) -> Feature:
    """Return a feature that writes to all of these members at once."""
    from bot.context import Context  # noqa: PLC0415 - only in a process of its own
    from bot.effects import Direct, Effects  # noqa: PLC0415
    from bot.feature import Feature  # noqa: PLC0415
    from bot.text import Text  # noqa: PLC0415
    from bot.ui import Button, Card  # noqa: PLC0415

    feature = Feature("fanout")
    buttons = tuple(Button(Text(label), action) for label, action in BUTTONS)

    def card(number: int) -> Card:
        return Card(Text(TITLE), Text(BODY, {"name": f"Member {number}"}), controls=buttons)

    async def invite(ctx: Context) -> Effects:
        del ctx
        return [Direct(member, card(number), notice=Notice.REQUEST) for number, member in enumerate(members)]

    async def answer(ctx: Context) -> Effects:
        del ctx

    invite.__annotations__ = answer.__annotations__ = {"ctx": Context, "return": Effects}
    feature.command(Text("invite"), Text("Writes to everybody"))(invite)
    for _label, action in BUTTONS:
        feature.action(action.partition(":")[2])(answer)
    return feature


def configuration(platform: str, crowd: Crowd, folder: Path) -> Config:
    """Return the configuration of a bot on this platform."""
    from bot.config import Config, DatabaseConfig, DiscordConfig, SlackConfig  # noqa: PLC0415

    slack = SlackConfig(
        bot_token=crowd.token,
        signing_secret=crowd.secret,
        mode="http",
        port=0,
        api_url=crowd.api_url,
        messages_per_second=PER_SECOND["slack"],
    )
    return Config(
        database=DatabaseConfig(f"sqlite:///{folder / f'{platform}.db'}"),
        slack=slack if platform == "slack" else None,
        discord=DiscordConfig(crowd.token, crowd.api_url, crowd.gateway_url) if platform == "discord" else None,
    )


async def settle_in(config: Config, platform: str, crowd: Crowd) -> list[int]:
    """Make a database in which everybody is known, and return the members."""
    from sqlalchemy import insert  # noqa: PLC0415

    from bot.clock import SystemClock  # noqa: PLC0415
    from storage.communities import WorkspaceRow  # noqa: PLC0415
    from storage.db import open_store  # noqa: PLC0415
    from storage.people import AccountRow, MemberRow  # noqa: PLC0415

    store = await open_store(config.database.url, community=config.community)
    now = SystemClock().now()
    nobody = {"locale": "", "zone": "", "animator": False, "bot": False}
    members = range(1, len(crowd.conversations) + 1)
    async with store.unit() as unit:
        await unit.connection.execute(
            insert(WorkspaceRow).values(
                id=1, community_id=1, platform=platform, external_id=crowd.workspace, name="Crowd", created_at=now, greeted_at=now
            )
        )
        await unit.connection.execute(
            insert(MemberRow),
            [
                {
                    **nobody,
                    "id": member,
                    "community_id": 1,
                    "name": f"Member {member}",
                    "folded": f"member {member}",
                    "appointed": False,
                    "missed": 0,
                    "joined_at": now,
                }
                for member in members
            ],
        )
        await unit.connection.execute(
            insert(AccountRow),
            [
                {
                    **nobody,
                    "workspace_id": 1,
                    "external_id": account,
                    "member_id": member,
                    "name": f"Member {member}",
                    "administrator": False,
                    "last_seen": now,
                    "conversation": conversation,
                    "acted": True,
                }
                for member, (account, conversation) in zip(members, crowd.conversations.items(), strict=True)
            ],
        )
    await store.close()
    return list(members)


async def ours(platform: str, crowd: Crowd, folder: Path) -> None:
    """Run the real application; one member's command writes to all."""
    from bot import log  # noqa: PLC0415 - only in a process of its own
    from bot.app import Application  # noqa: PLC0415
    from bot.model import AccountRef, Invocation, Kind, Place, WorkspaceRef  # noqa: PLC0415
    from tests.core.fakes import Listener  # noqa: PLC0415

    log.configure("info", "json")
    config = configuration(platform, crowd, folder)
    members = await settle_in(config, platform, crowd)
    application = Application(config, features=[invitations(members)])
    await application.start()
    await application.idle()
    account = AccountRef(next(iter(crowd.conversations)), "Member 1", "en", "Europe/Paris")
    space = WorkspaceRef(platform, crowd.workspace, "Crowd")
    asked = Invocation(Kind.COMMAND, "invite", "invite", space, account, Place(), {})
    gc.collect()
    began = _cpu()
    await application.runner(asked, Listener())
    staged = _cpu()
    await application.idle()
    spent = Spent(staged - began, _cpu() - staged)
    await up(msgspec.json.encode(spent).decode())
    await application.stop()


# ---------------------------------------------------------------- the bare SDK


async def bare_slack(crowd: Crowd) -> None:
    """Write to everybody with Slack's SDK, on one session."""
    import aiohttp  # noqa: PLC0415
    from slack_sdk.web.async_client import AsyncWebClient  # noqa: PLC0415

    def plain(text: str) -> dict[str, Any]:
        return {"type": "plain_text", "text": text, "emoji": False}

    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(crowd.token, base_url=crowd.api_url, session=session)

        async def send(number: int, conversation: str) -> None:
            body = BODY.format(name=f"Member {number}")
            await client.chat_postMessage(
                channel=conversation,
                text=f"{TITLE} · {body}",
                blocks=[
                    {"type": "header", "text": plain(TITLE)},
                    {"type": "section", "text": {"type": "mrkdwn", "text": body, "verbatim": True}},
                    {
                        "type": "actions",
                        "elements": [
                            {"type": "button", "action_id": f"{place}|{action}", "text": plain(label)}
                            for place, (label, action) in enumerate(BUTTONS, 1)
                        ],
                    },
                ],
                metadata={"event_type": "confrere_outbox", "event_payload": {"key": f"{number:022}"}},
                link_names=False,
                unfurl_links=False,
                unfurl_media=False,
            )

        await _paced("slack", crowd, send)


async def bare_discord(crowd: Crowd) -> None:
    """Write to everybody with discord.py, connected to the gateway as a bot is."""
    import discord  # noqa: PLC0415

    from adapters.discord.gateway import point_at  # noqa: PLC0415
    from bot.config import DiscordConfig  # noqa: PLC0415

    point_at(DiscordConfig(crowd.token, crowd.api_url, crowd.gateway_url))
    intents = discord.Intents.none()
    intents.guilds = True
    client = discord.Client(intents=intents, max_messages=None, allowed_mentions=discord.AllowedMentions.none())
    await client.login(crowd.token)
    connected = asyncio.create_task(client.connect())
    await client.wait_until_ready()

    async def send(number: int, conversation: str) -> None:
        view = discord.ui.LayoutView(timeout=None)
        row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
        for label, action in BUTTONS:
            row.add_item(discord.ui.Button(label=label, custom_id=f"{action}@{crowd.workspace}"))
        text = f"### {TITLE}\n\n{BODY.format(name=f'Member {number}')}"
        view.add_item(discord.ui.Container(discord.ui.TextDisplay(text), row))
        view.stop()  # else the library keeps it, to call back when a button is pressed
        await client.get_partial_messageable(int(conversation)).send(view=view)

    await _paced("discord", crowd, send)
    await client.close()
    await connected


async def _paced(platform: str, crowd: Crowd, send: Callable[[int, str], Awaitable[None]]) -> None:
    """Send to everybody, evenly, and say what it cost."""
    loop = asyncio.get_running_loop()
    interval = 1 / PER_SECOND[platform]
    gc.collect()
    spent, start = _cpu(), loop.time()
    sending: set[asyncio.Future[None]] = set()
    for number, conversation in enumerate(crowd.conversations.values()):
        await asyncio.sleep(max(0.0, start + number * interval - loop.time()))
        task = asyncio.ensure_future(send(number, conversation))
        sending.add(task)
        task.add_done_callback(sending.discard)
    await asyncio.gather(*sending)
    await up(msgspec.json.encode(Spent(0.0, _cpu() - spent)).decode())


async def main(which: str, platform: str, crowd: Crowd, folder: Path) -> None:
    """Send."""
    if which == "ours":
        await ours(platform, crowd, folder)
    else:
        await {"slack": bare_slack, "discord": bare_discord}[platform](crowd)


if __name__ == "__main__":
    _, _which, _platform, _crowd, _folder = sys.argv
    asyncio.run(main(_which, _platform, msgspec.json.decode(Path(_crowd).read_bytes(), type=Crowd), Path(_folder)))
