from __future__ import annotations

from syncers.sources.gateways.morpheus import Morpheus
from tests.syncers.conformance import SourceConformance


class TestMorpheus(SourceConformance):
    source, sample = Morpheus, "morpheus.json"
    price, name_key = (), ""


def said(source: type[Morpheus]) -> dict[str, object]:
    body = TestMorpheus().body()
    return {one.offering: dict(one.values) for one in source().parse(body).claims}


def test_it_states_the_context_window_where_it_is_told() -> None:
    assert said(Morpheus) == {"morpheus/llama-9-70b": {"context_window": 131_072}, "morpheus/llama-9-70b:web": {}}
