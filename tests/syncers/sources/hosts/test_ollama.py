from __future__ import annotations

from typing import Any

from syncers.sources.hosts.ollama import Ollama
from tests.syncers.conformance import SourceConformance


class TestOllama(SourceConformance):
    source, sample = Ollama, "ollama.json"
    price, name_key = (), ""

    def rename(self, element: Any, ident: str) -> Any:
        return element | {"name": ident, "model": ident}

    def bare(self, element: Any) -> Any:
        return {"name": element["name"]}


def test_it_states_what_the_list_holds_which_may_be_a_name_only() -> None:
    found = {one.offering: dict(one.values) for one in Ollama().parse(TestOllama().body()).claims}

    assert found == {
        "ollama-cloud/gpt-oss:920b": {},
        "ollama-cloud/qwen9-vl:235b": {
            "context_window": 262_144,
            "quantization": "Q4_K_M",
            "supports_tools": True,
            "supports_vision": True,
        },
        "ollama-cloud/embed-9:1b": {"task": "embedding"},
    }
