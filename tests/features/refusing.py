"""A platform that does not take everything, and says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.sandbox.platform import SandboxPlatform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.sandbox.workspace import Workspace
    from bot.errors import DeliveryError
    from bot.ports import Envelope, Reference


class RefusingPlatform(SandboxPlatform):
    """The sandbox, which refuses what goes to the places in `refusals`: a channel or a person, or `*` for all of it."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.refusals: dict[str, DeliveryError] = {}

    def _ask(self, *places: str) -> None:
        for place in (*places, "*"):
            if place in self.refusals:
                raise self.refusals[place]

    async def post(self, envelope: Envelope, channel: str, thread: str = "") -> Reference:
        self._ask(channel)
        return await super().post(envelope, channel, thread)

    async def direct(self, envelope: Envelope, account: str, channel: str = "") -> Reference:
        self._ask(account)
        return await super().direct(envelope, account, channel)

    async def connect(self, envelope: Envelope, accounts: Sequence[str], title: str) -> Reference:
        self._ask(*accounts)
        return await super().connect(envelope, accounts, title)

    async def update(self, envelope: Envelope, reference: Reference) -> None:
        self._ask(reference.channel)
        await super().update(envelope, reference)

    async def remove(self, envelope: Envelope, reference: Reference) -> None:
        self._ask(reference.channel)
        await super().remove(envelope, reference)
