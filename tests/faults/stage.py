"""Both platforms, emulated, with as many members on each as a test wants, and a database that knows them."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from bot.config import CommunityConfig, Config, DatabaseConfig, DiscordConfig, SecurityConfig, SlackConfig
from bot.model import AccountRef, Invocation, Kind, WorkspaceRef
from storage.communities import Channels
from storage.db import open_store
from storage.people import AccountRow, MemberRow
from tests.databases import KEY
from tests.emulators.discord import Discord
from tests.emulators.discord import report as discord_report
from tests.emulators.slack import APP_TOKEN, BOT_TOKEN, SlackEmulator

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.db import Database

COMMUNITY = CommunityConfig(name="Les Indés", locale="en", timezone="Europe/Paris")


class Stage:
    """The two platforms. Made by `on_stage`."""

    def __init__(self, slack: SlackEmulator, discord: Discord, members: int) -> None:
        self.slack = slack
        self.discord = discord
        self.people: dict[str, list[str]] = {
            "slack": [slack.workspace.add_user(f"Member {number}")["id"] for number in range(members)],
            "discord": [discord.user(f"Member {number}").id for number in range(members)],
        }
        self._places = {
            "slack": WorkspaceRef("slack", slack.workspace.team, "Indés"),
            "discord": WorkspaceRef("discord", discord.guild.id, "Indés"),
        }
        self._channels = {"slack": slack.workspace.channel("#help").id, "discord": discord.channel("help").id}
        slack.api.checks_blocks = False  # the same card a thousand times

    def config(self, url: str) -> Config:
        """Return the configuration of a bot on both."""
        return Config(
            community=COMMUNITY,
            database=DatabaseConfig(url),
            security=SecurityConfig((KEY,)),
            slack=SlackConfig(bot_token=BOT_TOKEN, app_token=APP_TOKEN, api_url=self.slack.api_url, messages_per_second=50),
            discord=DiscordConfig(
                token=self.discord.world.token, api_url=self.discord.api_url, gateway_url=self.discord.gateway_url
            ),
        )

    async def introduce(self, store: Database) -> None:
        """Let everybody have used the bot once, and give each workspace a channel with the role of its platform's name."""
        now = dt.datetime.now(dt.UTC)
        async with store.unit() as unit:
            for platform, (first, *others) in self.people.items():
                came = Invocation(Kind.COMMAND, "confrere", first, self._places[platform], AccountRef(first, "Member"))
                who = await unit.people.identify(came, now)
                channels = unit.use(Channels, who.community)
                await channels.set_role(who.workspace.id, platform, self._channels[platform])
                if who.member is not None:
                    await _likewise(unit.connection, who.member.id, others)

    def seen(self) -> Mapping[str, Counter[str]]:
        """Return every text of the bot that is visible now, and how often, on each platform."""
        bot = self.slack.workspace.bot_user
        return {
            "slack": Counter(said(message.text) for message in self.slack.workspace.messages if message.author == bot),
            "discord": Counter(said(message["text"]) for message in discord_report.messages(self.discord)),
        }

    def conversations(self, platform: str) -> int:
        """Count the conversations of several people that were opened on a platform."""
        if platform == "discord":
            return sum(channel.type == 12 for channel in self.discord.world.channels.values())
        return sum(channel.kind == "mpim" for channel in self.slack.workspace.channels.values())

    def mistakes(self) -> Sequence[str]:
        """Return what the bot did that a platform minds, other than coming back after it was killed."""
        return [*self.discord.front.broken, *self.discord.front.refusals]


def said(text: str) -> str:
    """Return what a message says, without the line that tells why it came."""
    return re.split(r"[\s_*#-]*You get this because", text)[0]


@contextlib.asynccontextmanager
async def on_stage(url: str, members: int, *, seed: int = 7) -> AsyncGenerator[tuple[Stage, Database]]:
    """Run both platforms for as long as the block lasts, with a database where their members are known."""
    slack = SlackEmulator("socket", seed=seed)
    slack.patient = False
    await slack.start()
    try:
        async with Discord(seed=seed) as discord:
            stage = Stage(slack, discord, members)
            store = await open_store(url, community=COMMUNITY)
            try:
                await stage.introduce(store)
                yield stage, store
            finally:
                await store.close()
    finally:
        await slack.stop()


async def _likewise(connection: AsyncConnection, member: int, others: Sequence[str]) -> None:
    """Let others come as somebody did, all at once: one by one, a thousand would take as many round trips."""
    row = (await connection.execute(select(*MemberRow.__table__.c).where(MemberRow.id == member))).mappings().one()
    account = (await connection.execute(select(*AccountRow.__table__.c).where(AccountRow.member_id == member))).mappings().one()
    alike = {name: value for name, value in row.items() if name != "id"}
    made = await connection.execute(
        insert(MemberRow).returning(MemberRow.id, sort_by_parameter_order=True), [dict(alike) for _other in others]
    )
    alike = {name: value for name, value in account.items() if name != "id"}
    accounts = [{**alike, "external_id": other, "member_id": who} for other, who in zip(others, made.scalars(), strict=True)]
    await connection.execute(insert(AccountRow), accounts)
