"""Value: what the community gave a member and what they gave, noted, confirmed, changed; whether it is what they expected."""

from commands.value import expecting, missing, noting, showing, totalling
from commands.value.feature import worth

__all__ = ["expecting", "missing", "noting", "showing", "totalling", "worth"]
