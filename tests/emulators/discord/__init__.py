"""A local server that speaks Discord's protocol and refuses what Discord refuses; `Discord` starts it and lets people act."""

from tests.emulators.discord.faults import Chances, Fault
from tests.emulators.discord.rates import Storm
from tests.emulators.discord.server import Discord
from tests.emulators.discord.world import Interaction, Message, User

__all__ = ["Chances", "Discord", "Fault", "Interaction", "Message", "Storm", "User"]
