"""The pulse: what happened in the community, in figures, a picture, a digest, a report, and a list of its members."""

from commands.pulse import digest, exporting, showing
from commands.pulse.feature import pulse

__all__ = ["digest", "exporting", "pulse", "showing"]
