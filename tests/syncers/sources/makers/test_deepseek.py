from __future__ import annotations

from pathlib import Path

import pytest

from syncers.sources.makers.deepseek import DeepSeek
from tests.syncers.conformance import SourceConformance
from tests.syncers.real_payloads import real_payloads


class TestDeepSeek(SourceConformance):
    source, sample = DeepSeek, "deepseek.json"
    price, name_key = (), ""


def said(source: type[DeepSeek]) -> dict[str, object]:
    body = TestDeepSeek().body()
    return {one.offering: dict(one.values) for one in source().parse(body).claims}


def test_it_states_ids_and_nothing_else() -> None:
    assert said(DeepSeek) == {"deepseek/deepseek-v9-flash": {}, "deepseek/deepseek-v9-pro": {}}


@pytest.mark.parametrize("path", real_payloads("deepseek"))
def test_it_reads_every_real_payload(path: Path) -> None:
    assert {one.offering for one in DeepSeek().parse(path.read_bytes()).claims} == {
        "deepseek/deepseek-chat",
        "deepseek/deepseek-reasoner",
    }
