from __future__ import annotations

from syncers.sources.regional.upstage import Upstage
from tests.syncers.conformance import SourceConformance


class TestUpstage(SourceConformance):
    source, sample = Upstage, "upstage.json"
    price, name_key = (), ""


def said(source: type[Upstage]) -> dict[str, object]:
    body = TestUpstage().body()
    return {one.offering: dict(one.values) for one in source().parse(body).claims}


def test_it_states_ids_and_nothing_else() -> None:
    assert said(Upstage) == {"upstage/solar-pro9": {}, "upstage/solar-pro9-260127": {}}
