from __future__ import annotations

from typing import Any

import pytest

from syncers.sources.gateways.modelz import Modelz
from tests.syncers.conformance import SourceConformance
from tests.syncers.sampled import claims

SAMPLE = "modelz.json"


class TestModelz(SourceConformance):
    source, sample = Modelz, SAMPLE
    price, name_key = (), ""
    depth_of_elements = 1

    def rename(self, element: Any, ident: str) -> Any:
        return element | {"Token": ident}

    def bare(self, element: Any) -> Any:
        return {"Token": element["Token"]}


def test_it_never_takes_the_price_of_a_crypto_token_for_one_of_inference() -> None:
    found = claims(Modelz, SAMPLE)

    assert list(found) == ["modelz/DeepAcme-R9", "modelz/Acme-9-70B", "modelz/acme_9.1", "modelz/Acme Nine"]
    assert not any(one.values for one in found.values())


@pytest.mark.parametrize("key", ["data", "tokens"])
def test_it_finds_the_list_in_an_object_too(key: str) -> None:
    assert list(claims(Modelz, {key: [{"Token": "Acme-9"}]})) == ["modelz/Acme-9"]
