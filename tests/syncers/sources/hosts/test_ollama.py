from __future__ import annotations

from syncers.sources.hosts.ollama import Ollama
from tests.syncers.sources.samples import SAMPLES


def test_it_states_what_the_list_holds_which_may_be_a_name_only() -> None:
    by_offering = {claim.offering: dict(claim.values) for claim in Ollama().parse(SAMPLES["ollama"].body()).claims}

    assert by_offering == {
        "ollama-cloud/gpt-oss:920b": {},
        "ollama-cloud/qwen9-vl:235b": {
            "context_window": 262_144,
            "quantization": "Q4_K_M",
            "supports_tools": True,
            "supports_vision": True,
        },
        "ollama-cloud/embed-9:1b": {"task": "embedding"},
    }
