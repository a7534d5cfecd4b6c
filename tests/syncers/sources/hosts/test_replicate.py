from __future__ import annotations

import json
from typing import Any

from syncers.sources.hosts.replicate import Replicate
from tests.syncers.conformance import SourceConformance


class TestReplicate(SourceConformance):
    source, sample = Replicate, "replicate.json"
    price, name_key = (), ""

    def rename(self, element: Any, ident: str) -> Any:
        owner, _, name = ident.partition("/")
        return element | {"owner": owner, "name": name}

    def bare(self, element: Any) -> Any:
        return {"owner": element["owner"], "name": element["name"]}


def test_it_states_public_ids_and_nothing_else() -> None:
    found = {one.offering: dict(one.values) for one in Replicate().parse(TestReplicate().body()).claims}

    assert found == {"replicate/meta/meta-llama-9-70b-instruct": {}, "replicate/black-forest-labs/flux-9-pro": {}}


def test_it_rejects_a_row_whose_id_would_be_ambiguous() -> None:
    document = TestReplicate().document()
    document["models"][0]["owner"] = "a/b"

    assert [one.where for one in Replicate().parse(json.dumps(document).encode()).rejected] == ["models[0]"]
