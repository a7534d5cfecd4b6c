from __future__ import annotations

from pathlib import Path

import pytest

from syncers.sources.clouds.heroku import Heroku
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sampled import claims, read_whole, values

SAMPLE = "heroku.json"


def test_it_tells_kinds_and_regions() -> None:
    by_offering = claims(Heroku, SAMPLE)

    assert values(by_offering["heroku/claude-9-nonet"]) == {"task": "chat", "regions": ("eu", "us")}
    assert values(by_offering["heroku/acme-rerank-9"]) == {"task": "rerank", "regions": ("eu",)}
    assert values(by_offering["heroku/acme-image-9"]) == {"task": "image"}


def test_it_chooses_no_kind_out_of_two() -> None:
    assert values(claims(Heroku, SAMPLE)["heroku/acme-omni-9"]) == {"regions": ("us",)}


@pytest.mark.parametrize("path", real_payloads("heroku"))
def test_it_reads_real_payloads(path: Path) -> None:
    read_whole(Heroku, path)
