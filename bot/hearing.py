"""Features hear of what happened: the listeners of an event, and what they want said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias, cast

from bot.effects import OpenForm, Reply
from bot.ui import Choice

if TYPE_CHECKING:
    from bot.context import Context
    from bot.effects import Outgoing
    from bot.feature import Registry

Effect: TypeAlias = "Reply | OpenForm | Outgoing | Choice"


async def hear(registry: Registry, context: Context, event: str) -> Sequence[Outgoing]:
    """Let the listeners of an event hear of what happened within something else; they answer nobody."""
    outgoing: list[Outgoing] = []
    for listener in registry.listeners(event):
        effects = several(await listener.signature.handler(context, **listener.signature.arguments({})))
        outgoing += [effect for effect in effects if not isinstance(effect, Reply | OpenForm | Choice)]
    return outgoing


def several(effects: object) -> Sequence[Effect]:
    """Return what a handler returned as a sequence."""
    if effects is None:
        return ()
    if isinstance(effects, Sequence):
        return cast("Sequence[Effect]", effects)
    return (cast("Reply | OpenForm | Outgoing", effects),)
