from __future__ import annotations

from decimal import Decimal
from typing import Any

from registry.domain.rates import PREFIX
from syncers.sources.hosts.sambanova import SambaNova
from tests.syncers.conformance import SourceConformance


class TestSambaNova(SourceConformance):
    source, sample = SambaNova, "sambanova.json"
    name_key = ""


def prices(ident: str) -> dict[str, Any]:
    found = {one.offering: one.values for one in SambaNova().parse(TestSambaNova().body()).claims}
    return {name: line[0].amount for name, line in found[f"sambanova/{ident}"].items() if name.startswith(PREFIX)}


def test_it_converts_from_dollars_per_token() -> None:
    assert prices("gpt-oss-920b") == {"price.input": Decimal("0.22"), "price.output": Decimal("0.59")}
    assert prices("DeepSeek-V9") == {"price.input": 3, "price.output": Decimal("4.5")}


def test_it_prices_audio_by_the_hour_and_does_not_call_it_free() -> None:
    assert prices("Whisper-Large-v9") == {"price.input[modality=audio;unit=hour]": Decimal("0.1")}


def test_it_has_no_opinion_where_no_price_is_stated() -> None:
    assert prices("new") == {}
