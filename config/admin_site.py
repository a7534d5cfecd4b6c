"""Look and navigation of the admin (settings of Unfold)."""

from __future__ import annotations

from typing import Any

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "ModelSuite Registry",
    "SITE_HEADER": "ModelSuite Registry",
    "SITE_SYMBOL": "inventory_2",
}
