from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from syncers.sources.clouds.heroku import Heroku
from tests.syncers.conformance import SourceConformance
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sampled import claims, read_whole, values

SAMPLE = "heroku.json"


class TestHeroku(SourceConformance):
    source, sample = Heroku, SAMPLE
    price, name_key = (), ""
    depth_of_elements = 1

    def rename(self, element: Any, ident: str) -> Any:
        return element | {"model_id": ident}

    def bare(self, element: Any) -> Any:
        return {"model_id": element["model_id"]}


def test_it_tells_kinds_and_regions() -> None:
    found = claims(Heroku, SAMPLE)

    assert values(found["heroku/claude-9-nonet"]) == {"task": "chat", "regions": ("eu", "us")}
    assert values(found["heroku/acme-rerank-9"]) == {"task": "rerank", "regions": ("eu",)}
    assert values(found["heroku/acme-image-9"]) == {"task": "image"}


def test_it_chooses_no_kind_out_of_two() -> None:
    assert values(claims(Heroku, SAMPLE)["heroku/acme-omni-9"]) == {"regions": ("us",)}


@pytest.mark.parametrize("path", real_payloads("heroku"))
def test_it_reads_real_payloads(path: Path) -> None:
    read_whole(Heroku, path)
