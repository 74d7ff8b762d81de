"""Requests: "who can help with X". Asking, being asked, meeting, and saying that it is solved."""

from commands.requests import asking, closing, helping, listing, reminders
from commands.requests.feature import requests

__all__ = ["asking", "closing", "helping", "listing", "reminders", "requests"]
