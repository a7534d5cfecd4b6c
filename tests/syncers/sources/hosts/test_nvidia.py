from __future__ import annotations

from pathlib import Path

import pytest

from syncers.sources.hosts.nvidia import Nvidia
from tests.syncers.conformance import SourceConformance
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sampled import claims, read_whole

SAMPLE = "nvidia.json"


class TestNvidia(SourceConformance):
    source, sample = Nvidia, SAMPLE
    price, name_key = (), ""


def test_it_tells_which_models_there_are_and_nothing_else() -> None:
    found = claims(Nvidia, SAMPLE)

    assert "nvidia/acme/acme-9-70b-instruct" in found
    assert not any(one.values for one in found.values())


@pytest.mark.parametrize("path", real_payloads("nvidia"))
def test_it_reads_real_payloads(path: Path) -> None:
    read_whole(Nvidia, path)
