from __future__ import annotations

from pathlib import Path

import pytest

from syncers.sources.hosts.hyperbolic import Hyperbolic
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sampled import claims, read_whole, values

SAMPLE = "hyperbolic.json"


def test_it_does_not_take_false_for_no_tools() -> None:
    by_offering = claims(Hyperbolic, SAMPLE)

    assert values(by_offering["hyperbolic/acme/Acme-9"]) == {
        "context_window": 131_072,
        "task": "chat",
        "supports_vision": False,
    }
    assert values(by_offering["hyperbolic/acme/Acme-9-VL"])["supports_tools"] is True


def test_it_has_no_opinion_on_models_that_do_not_chat() -> None:
    by_offering = claims(Hyperbolic, SAMPLE)

    assert values(by_offering["hyperbolic/acme/Acme-9-Base"]) == {}
    assert values(by_offering["hyperbolic/ACME.1-dev"]) == {}  # pictures; that images go in says nothing of vision


@pytest.mark.parametrize("path", real_payloads("hyperbolic"))
def test_it_reads_real_payloads(path: Path) -> None:
    read_whole(Hyperbolic, path)
