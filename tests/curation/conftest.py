"""People of each role, for all tests of curation."""

from __future__ import annotations

from tests.curation.admin.conftest import enter, person

__all__ = ["enter", "person"]
