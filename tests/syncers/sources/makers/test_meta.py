from __future__ import annotations

from syncers.sources.makers.meta import Meta
from tests.syncers.conformance import SourceConformance


class TestMeta(SourceConformance):
    source, sample = Meta, "meta.json"
    price, name_key = (), ""


def said(source: type[Meta]) -> dict[str, object]:
    body = TestMeta().body()
    return {one.offering: dict(one.values) for one in source().parse(body).claims}


def test_it_states_ids_and_nothing_else() -> None:
    assert said(Meta) == {"meta/muse-spark-9": {}, "meta/muse-spark-9-contributor": {}}
