"""Members: introductions, profiles, who has time, the directory, and proposals to meet."""

from commands.members import introductions, joining, profiles, proposals

FEATURES = (introductions.introductions, profiles.profiles, proposals.proposals)

__all__ = ("FEATURES", "joining")
