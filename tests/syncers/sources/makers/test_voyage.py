from __future__ import annotations

from syncers.sources.makers.voyage import Voyage
from tests.syncers.conformance import SourceConformance


class TestVoyage(SourceConformance):
    source, sample = Voyage, "voyage.json"
    price, name_key = (), ""


def said(source: type[Voyage]) -> dict[str, object]:
    body = TestVoyage().body()
    return {one.offering: dict(one.values) for one in source().parse(body).claims}


def test_it_states_ids_and_nothing_else() -> None:
    assert said(Voyage) == {"voyage/voyage-9-large": {}, "voyage/rerank-9": {}}
