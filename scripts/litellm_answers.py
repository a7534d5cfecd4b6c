"""Answers questions about costs with litellm's calculator. Runs under an interpreter that has litellm.

    LITELLM_LOCAL_MODEL_COST_MAP=True python scripts/litellm_answers.py < questions.jsonl > answers.jsonl

The first line of the answer is about litellm itself: its version, and the keys of its map by which it finds that very
row. Then comes one line per question, `{"cost": …, "generic": …}`: what `litellm.cost_per_token` says, and what its
generic calculator says, which knows no rules of single providers; or `{"error": …}`. Nothing of this project is
imported.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

import litellm
from litellm.litellm_core_utils.llm_cost_calc.utils import generic_cost_per_token
from litellm.types.utils import (
    CacheCreationTokenDetails,
    CompletionTokensDetailsWrapper,
    PromptTokensDetailsWrapper,
    Usage,
)

SIGNS_IN: Final = ("chatgpt", "github_copilot")
"""For prices of these providers litellm signs in at the provider first."""
MODES: Final = ("chat", "completion", "responses", "embedding")
MODALITIES: Final = ("audio", "image", "video")


def provider_of(row: Mapping[str, Any]) -> str:
    """The provider by which litellm is called; the map has finer words."""
    name = str(row["litellm_provider"])
    if name.startswith("vertex_ai"):
        return "vertex_ai"
    return {"bedrock_converse": "bedrock", "cohere_chat": "cohere"}.get(name, name)


def about_litellm() -> dict[str, Any]:
    """The version of litellm, and the keys of text models by which it finds that very row of its map."""
    keys = [
        key
        for key, row in litellm.model_cost.items()
        if row.get("mode") in MODES and row["litellm_provider"] not in SIGNS_IN and is_found(key, row)
    ]
    return {"litellm": version("litellm"), "keys": keys}


def is_found(key: str, row: Mapping[str, Any]) -> bool:
    """Whether litellm finds this row by its key."""
    try:
        return bool(litellm.get_model_info(model=key, custom_llm_provider=provider_of(row))["key"] == key)
    except Exception:
        return False


def usage_of(counts: Mapping[str, int]) -> Usage:
    """A usage in litellm's types."""
    return Usage(
        prompt_tokens=counts["input_tokens"],
        completion_tokens=counts["output_tokens"],
        total_tokens=counts["input_tokens"] + counts["output_tokens"],
        prompt_tokens_details=_input_details(counts),
        completion_tokens_details=_output_details(counts),
    )


def _input_details(counts: Mapping[str, int]) -> PromptTokensDetailsWrapper:
    read, write = counts.get("cache_read_tokens", 0), counts.get("cache_write_tokens", 0)
    hour = counts.get("cache_write_1h_tokens", 0)
    by_modality = _by_modality(counts, "input")
    lifetimes = CacheCreationTokenDetails(ephemeral_5m_input_tokens=write - hour, ephemeral_1h_input_tokens=hour)
    return PromptTokensDetailsWrapper(
        cached_tokens=read,
        cache_creation_tokens=write,
        cache_creation_token_details=lifetimes if hour else None,
        text_tokens=counts["input_tokens"] - read - write - sum(by_modality.values()),
        **by_modality,
    )


def _output_details(counts: Mapping[str, int]) -> CompletionTokensDetailsWrapper:
    parts = _by_modality(counts, "output") | {"reasoning_tokens": counts.get("reasoning_tokens", 0)}
    return CompletionTokensDetailsWrapper(text_tokens=counts["output_tokens"] - sum(parts.values()), **parts)


def _by_modality(counts: Mapping[str, int], direction: str) -> dict[str, int]:
    return {f"{modality}_tokens": counts.get(f"{direction}_{modality}_tokens", 0) for modality in MODALITIES}


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """The costs of one question by both calculators, or litellm's error."""
    key, tier = question["key"], question["tier"]
    provider = provider_of(litellm.model_cost[key])
    kind = {"call_type": "retrieve_batch"} if tier == "batch" else {"service_tier": tier or None}
    try:
        usage = usage_of(question["usage"])
        cost = litellm.cost_per_token(model=key, custom_llm_provider=provider, usage_object=usage, **kind)
        generic = generic_cost_per_token(
            model=key,
            usage=usage_of(question["usage"]),  # anew: the calculator may have changed the first
            custom_llm_provider=provider,
            service_tier=kind.get("service_tier"),
            model_info=litellm.get_model_info(model=key, custom_llm_provider=provider),
        )
    except Exception as error:
        return {"error": f"{type(error).__name__}: {str(error)[:200]}"}
    return {"cost": sum(cost), "generic": sum(generic)}


def main() -> None:
    """Answers each line of the standard input."""
    print(json.dumps(about_litellm()))
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))))


if __name__ == "__main__":
    main()
