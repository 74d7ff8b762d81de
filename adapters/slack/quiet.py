"""The log of Slack's own libraries: their warnings, without tokens, without addresses that open a connection."""

from __future__ import annotations

import logging
import re
from typing import Final

_SECRETS: Final = re.compile(r"xox[a-z](?:\.xox[a-z])?-[\w-]+|xapp-[\w-]+|(?:wss?|https?)://\S+")


class _Redacted(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; every record passes."""
        record.msg = _SECRETS.sub("…", record.getMessage())
        record.args = ()
        record.exc_info = None
        record.exc_text = None
        return True


def library_logger() -> logging.Logger:
    """Return the logger that the libraries are given."""
    logger = logging.getLogger("slack.library")
    if not logger.filters:
        logger.addFilter(_Redacted())
        logger.setLevel(logging.WARNING)
    return logger
