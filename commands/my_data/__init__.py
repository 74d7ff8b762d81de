"""What is kept of a member: to see, to take along, to correct, to erase; and leaving."""

from commands.my_data import leaving, seeing
from commands.my_data.feature import my_data

__all__ = ["leaving", "my_data", "seeing"]
