"""The days of the week by their names, from Monday, as forms and texts say them."""

from __future__ import annotations

from typing import Final

from bot.i18n import _

WEEKDAYS: Final = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
