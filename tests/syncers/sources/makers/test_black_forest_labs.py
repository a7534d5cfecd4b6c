from __future__ import annotations

from typing import Any

from syncers.sources.makers.black_forest_labs import BlackForestLabs
from tests.syncers.conformance import SourceConformance


class TestBlackForestLabs(SourceConformance):
    source, sample = BlackForestLabs, "black_forest_labs.json"
    price, name_key = (), ""

    def container(self, document: Any) -> Any:
        return document["paths"]

    def element(self, document: Any) -> Any:
        return self.container(document)["/v1/flux-9-pro"]

    def put(self, document: Any, element: Any, ident: str = "hostile/one") -> None:
        self.container(document)[f"/v1/flux-{ident}"] = element

    def rename(self, element: Any, ident: str) -> Any:
        return element

    def bare(self, element: Any) -> Any:
        return {}


def test_it_finds_models_among_the_paths() -> None:
    found = {one.offering: dict(one.values) for one in BlackForestLabs().parse(TestBlackForestLabs().body()).claims}

    assert found == {"black-forest-labs/flux-9-pro": {}, "black-forest-labs/flux-pro-9.1-ultra": {}}
