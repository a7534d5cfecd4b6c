"""The ends of spans of revisions and of days that have none."""

from __future__ import annotations

from datetime import date
from typing import Final

OPEN: Final = 2**31 - 1
"""The end of a version that none has followed yet. A number, so that no query needs `OR IS NULL`."""
FIRST_DAY: Final = date.min
LAST_DAY: Final = date.max
"""The first and the last day of what has no earlier and no later one."""
