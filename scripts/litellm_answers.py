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
from importlib.metadata import version
from typing import Any

#: For prices of these providers litellm signs in at the provider first.
SIGNS_IN = ("chatgpt", "github_copilot")
MODES = ("chat", "completion", "responses", "embedding")


def provider_of(row: dict[str, Any]) -> str:
    """The provider by which litellm is called; the map has finer words."""
    name = str(row["litellm_provider"])
    if name.startswith("vertex_ai"):
        return "vertex_ai"
    return {"bedrock_converse": "bedrock", "cohere_chat": "cohere"}.get(name, name)


def main() -> None:
    import litellm
    from litellm.litellm_core_utils.llm_cost_calc.utils import generic_cost_per_token
    from litellm.types.utils import (
        CacheCreationTokenDetails,
        CompletionTokensDetailsWrapper,
        PromptTokensDetailsWrapper,
        Usage,
    )

    def found(key: str, row: dict[str, Any]) -> bool:
        try:
            return bool(litellm.get_model_info(model=key, custom_llm_provider=provider_of(row))["key"] == key)
        except Exception:
            return False

    rows = {
        key: row
        for key, row in litellm.model_cost.items()
        if row.get("mode") in MODES and row["litellm_provider"] not in SIGNS_IN
    }
    about = {"litellm": version("litellm"), "keys": [key for key, row in rows.items() if found(key, row)]}
    sys.stdout.write(json.dumps(about) + "\n")

    def usage_of(counts: dict[str, int]) -> Any:
        read, write = counts.get("cache_read_tokens", 0), counts.get("cache_write_tokens", 0)
        hour = counts.get("cache_write_1h_tokens", 0)
        kinds = {f"{kind}_tokens": counts.get(f"input_{kind}_tokens", 0) for kind in ("audio", "image", "video")}
        output_kinds = {
            f"{kind}_tokens": counts.get(f"output_{kind}_tokens", 0) for kind in ("audio", "image", "video")
        }
        output_kinds["reasoning_tokens"] = counts.get("reasoning_tokens", 0)
        lives = CacheCreationTokenDetails(ephemeral_5m_input_tokens=write - hour, ephemeral_1h_input_tokens=hour)
        return Usage(
            prompt_tokens=counts["input_tokens"],
            completion_tokens=counts["output_tokens"],
            total_tokens=counts["input_tokens"] + counts["output_tokens"],
            prompt_tokens_details=PromptTokensDetailsWrapper(
                cached_tokens=read,
                cache_creation_tokens=write,
                cache_creation_token_details=lives if hour else None,
                text_tokens=counts["input_tokens"] - read - write - sum(kinds.values()),
                **kinds,
            ),
            completion_tokens_details=CompletionTokensDetailsWrapper(
                text_tokens=counts["output_tokens"] - sum(output_kinds.values()), **output_kinds
            ),
        )

    for line in sys.stdin:
        question = json.loads(line)
        key, tier = question["key"], question["tier"]
        provider = provider_of(litellm.model_cost[key])
        kind = {"call_type": "retrieve_batch"} if tier == "batch" else {"service_tier": tier or None}
        try:
            usage = usage_of(question["usage"])
            cost = litellm.cost_per_token(model=key, custom_llm_provider=provider, usage_object=usage, **kind)
            generic = generic_cost_per_token(
                model=key,
                usage=usage_of(question["usage"]),
                custom_llm_provider=provider,
                service_tier=kind.get("service_tier"),
                model_info=litellm.get_model_info(model=key, custom_llm_provider=provider),
            )
            answer: dict[str, Any] = {"cost": sum(cost), "generic": sum(generic)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {str(error)[:200]}"}
        sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
