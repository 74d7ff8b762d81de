"""Tracebacks in the log are plain here: painted by Rich, each takes a quarter of a second, and faults would be tested for minutes.

Imported before anything else, since structlog looks for Rich once.
"""

import importlib
import sys
from types import ModuleType
from typing import cast

sys.modules["rich"] = cast("ModuleType", None)
importlib.import_module("structlog.dev")
del sys.modules["rich"]
