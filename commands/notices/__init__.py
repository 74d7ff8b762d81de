"""Messages: *Less of this* under each of them, and the weekly digest of what had no place among them."""

from commands.notices import digest, lessening
from commands.notices.feature import notices

__all__ = ["digest", "lessening", "notices"]
