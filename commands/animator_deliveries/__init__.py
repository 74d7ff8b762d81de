"""Messages that did not arrive: shown to the animators with the reason, sent again or discarded; what is stopped is told once."""

from commands.animator_deliveries import listing, notices
from commands.animator_deliveries.feature import deliveries

__all__ = ["deliveries", "listing", "notices"]
