from __future__ import annotations

import pytest

from curation.policies.installed import ensure_defaults


@pytest.fixture(autouse=True)
def _default_policies(request: pytest.FixtureRequest) -> None:
    """The rows go by the policies that an installation starts with."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        ensure_defaults()
