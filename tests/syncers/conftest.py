"""People of each role, for the pages about sources and runs."""

from __future__ import annotations

from tests.curation.admin.conftest import enter, person

__all__ = ["enter", "person"]
