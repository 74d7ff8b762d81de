"""Requests: "who can help with X". Asking, being asked, meeting, and saying that it is solved."""

from commands.requests import asking, changing, closing, escalating, helping, listing, reminders
from commands.requests.feature import requests

__all__ = ["asking", "changing", "closing", "escalating", "helping", "listing", "reminders", "requests"]
