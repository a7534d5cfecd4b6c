from __future__ import annotations

from syncers.sources.regional.sarvam import Sarvam
from tests.syncers.conformance import SourceConformance


class TestSarvam(SourceConformance):
    source, sample = Sarvam, "sarvam.json"
    price, name_key = (), ""


def said(source: type[Sarvam]) -> dict[str, object]:
    body = TestSarvam().body()
    return {one.offering: dict(one.values) for one in source().parse(body).claims}


def test_it_states_ids_and_nothing_else() -> None:
    assert said(Sarvam) == {"sarvam/sarvam-905b": {}, "sarvam/sarvam-930b": {}}
