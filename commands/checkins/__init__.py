"""Check-ins: how are you, from those who run the community, by private message; and who reads the answer is yours to say."""

from commands.checkins import (
    answering,
    asking,
    building,
    caring,
    inbox,
    mine,
    panel,
    questions,
    sending,
    trends,
    writing,
)
from commands.checkins.feature import checkins

__all__ = [
    "answering",
    "asking",
    "building",
    "caring",
    "checkins",
    "inbox",
    "mine",
    "panel",
    "questions",
    "sending",
    "trends",
    "writing",
]
