"""What became of it all: every visible message with its nonce, and what the bot did that Discord minds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.emulators.discord import reading

if TYPE_CHECKING:
    from tests.emulators.discord.server import Discord

Json = dict[str, Any]


def messages(discord: Discord, after: str = "") -> list[Json]:
    """Return the bot's messages that stand in channels, oldest first; `after` is the number of the last one already known.

    Answers to interactions have no nonce and are left out.
    """
    first = int(after or 0)
    return [
        {"id": one.id, "nonce": str(one.payload["nonce"]), "channel": one.channel, "at": one.at, "text": _text(one.components)}
        for one in discord.world.messages.values()
        if one.author == discord.world.bot.id and "nonce" in one.payload and int(one.id) > first
    ]


def report(discord: Discord) -> Json:
    """Return the counts."""
    world, rates, gateway = discord.world, discord.front.rates, discord.gateway
    nonces = Counter(
        str(one.payload["nonce"])
        for one in world.messages.values()
        if one.author == world.bot.id and "nonce" in one.payload and not one.only_for
    )
    doubled = {nonce: count for nonce, count in nonces.items() if count > 1}
    return {
        "visible": nonces.total(),
        "distinct": len(nonces),
        "doubled": doubled,
        "doubles": sum(doubled.values()) - len(doubled),
        "replayed": world.replayed,
        "calls": len(discord.front.calls),
        "limited": rates.limited,
        "limited_everywhere": rates.limited_everywhere,
        "early_retries": len(rates.early),
        "early": rates.early[-100:],
        "intruding": rates.intruding,
        "invalid_requests": rates.invalid,
        "invalid_in_ten_minutes": rates.invalid_at_most,
        "busiest_second": rates.busiest_second,
        "faults": dict(discord.front.faults.counts),
        "refusals": discord.front.refusals[-100:],
        "unreadable": discord.front.broken[-100:],
        "private_threads": sum(channel.type == 12 for channel in world.channels.values()),
        "interactions": len(world.interactions),
        "unanswered": sum(not one.acknowledged for one in world.interactions.values()),
        "gateway": {
            "sessions": sum(session.connection is not None for session in gateway.sessions.values()),
            "identified": gateway.identified,
            "resumed": gateway.resumed,
            "replayed": gateway.replayed,
            "duplicated": gateway.duplicated,
            "reordered": gateway.reordered,
        },
    }


def _text(components: list[Json]) -> str:
    return "\n".join(reading.texts(components))[:200]
