"""The price keys of the LiteLLM map: some 160 names, made of a base and suffixes, read as rate keys.

`cache_creation_input_token_cost_above_1hr_above_200k_tokens_priority` is the base `cache_creation_input_token_cost`
with three suffixes. Every amount is USD for one single unit of what the base says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from registry.domain.rates import RateKey

M: Final = 1_000_000
_Rate = tuple[RateKey, int | str]

_BASES: Final[Mapping[str, _Rate]] = {
    "input_cost_per_token": (RateKey("input"), M),
    "output_cost_per_token": (RateKey("output"), M),
    "output_cost_per_reasoning_token": (RateKey("reasoning"), M),
    "citation_cost_per_token": (RateKey("citation"), M),
    "cache_read_input_token_cost": (RateKey("cache_read"), M),
    "input_cost_per_token_cache_hit": (RateKey("cache_read"), M),
    "explicit_cache_read_input_token_cost": (RateKey("cache_read", detail="explicit cache"), M),
    "cache_creation_input_token_cost": (RateKey("cache_write"), M),
    "cache_creation_input_audio_token_cost": (RateKey("cache_write", "audio"), M),
    "cache_read_input_audio_token_cost": (RateKey("cache_read", "audio"), M),
    "cache_read_input_token_cost_per_audio_token": (RateKey("cache_read", "audio"), M),
    "cache_read_input_image_token_cost": (RateKey("cache_read", "image"), M),
    "input_cost_per_audio_token": (RateKey("input", "audio"), M),
    "output_cost_per_audio_token": (RateKey("output", "audio"), M),
    "input_cost_per_image_token": (RateKey("input", "image"), M),
    "output_cost_per_image_token": (RateKey("output", "image"), M),
    "input_cost_per_video_token": (RateKey("input", "video"), M),
    "output_cost_per_video_token": (RateKey("output", "video"), M),
    "input_cost_per_character": (RateKey("character"), M),
    "output_cost_per_character": (RateKey("output", unit="1M characters"), M),
    "input_cost_per_image": (RateKey("input", "image", unit="image"), 1),
    "output_cost_per_image": (RateKey("output", "image", unit="image"), 1),
    "input_cost_per_pixel": (RateKey("input", "image", unit="pixel"), 1),
    "output_cost_per_pixel": (RateKey("output", "image", unit="pixel"), 1),
    "input_cost_per_audio_per_second": (RateKey("input", "audio", unit="second"), 1),
    "input_cost_per_video_per_second": (RateKey("input", "video", unit="second"), 1),
    "output_cost_per_video_per_second": (RateKey("output", "video", unit="second"), 1),
    "input_cost_per_query": (RateKey("search"), 1),
    "google_maps_grounding_cost_per_query": (RateKey("search", detail="google_maps"), 1),
    "input_cost_per_request": (RateKey("request"), 1),
    "input_cost_per_text_message": (RateKey("input", unit="message"), 1),
    "code_interpreter_cost_per_session": (RateKey("session", detail="code_interpreter"), 1),
    "file_search_cost_per_1k_calls": (RateKey("tool_call", detail="file_search"), "0.001"),
    "file_search_cost_per_gb_per_day": (RateKey("storage", detail="file_search"), 1),
    "vector_store_cost_per_gb_per_day": (RateKey("storage", detail="vector_store"), 1),
    "computer_use_input_cost_per_1k_tokens": (RateKey("input", detail="computer_use"), 1000),
    "computer_use_output_cost_per_1k_tokens": (RateKey("output", detail="computer_use"), 1000),
    "ocr_cost_per_page": (RateKey("page"), 1),
    "annotation_cost_per_page": (RateKey("page", detail="annotated"), 1),
}
#: Of what a second is, only the mode tells. A second of chat is one of reserved capacity (Bedrock commitments).
#: A transcription is billed by the seconds of what goes in, whichever of the two keys states them.
_SECONDS: Final[Mapping[tuple[str, str], _Rate]] = {
    ("input_cost_per_second", "audio_transcription"): (RateKey("input", "audio", unit="second"), 1),
    ("output_cost_per_second", "audio_transcription"): (RateKey("input", "audio", unit="second"), 1),
    ("input_cost_per_second", "audio_speech"): (RateKey("output", "audio", unit="second"), 1),
    ("output_cost_per_second", "audio_speech"): (RateKey("output", "audio", unit="second"), 1),
    ("output_cost_per_second", "video_generation"): (RateKey("output", "video", unit="second"), 1),
}
#: An image generator without a price for its output states what a generated image costs as if it went in: LiteLLM
#: multiplies these by the number and the size of the generated images.
_GENERATED: Final[Mapping[str, _Rate]] = {
    "input_cost_per_image": _BASES["output_cost_per_image"],
    "input_cost_per_pixel": _BASES["output_cost_per_pixel"],
}
_IMAGE_OUTPUTS: Final = ("output_cost_per_image", "output_cost_per_image_token", "output_cost_per_pixel")
_SUFFIXES: Final = (
    (re.compile(r"_(priority|flex|fast|balanced|ultrafast)"), lambda m: {"tier": m[1]}),
    (re.compile(r"_(batches|batch_requests)"), lambda m: {"tier": "batch"}),
    (re.compile(r"_above_(\d+)(k|m|)_tokens"), lambda m: {"above": int(m[1]) * {"k": 1000, "m": M, "": 1}[m[2]]}),
    (re.compile(r"_above_(\d{1,2})hr"), lambda m: {"ttl": f"{m[1]}h"}),
    (re.compile(r"_above_(\d+)s_interval"), lambda m: {"detail": f"longer:{m[1]}s"}),
    (re.compile(r"_above_(\d+)_and_(\d+)_pixels"), lambda m: {"detail": f"larger:{m[1]}x{m[2]}"}),
    (re.compile(r"(?:_and)?_premium_image"), lambda m: {"detail": "quality:premium"}),
    (re.compile(r"_(\d+p|\d+k)"), lambda m: {"detail": f"resolution:{m[1]}"}),
    (re.compile(r"(?<=_per_image)_(\d+(?:\.\d+)?K|512|1024|1536)"), lambda m: {"detail": f"resolution:{m[1]}"}),
)


def rate_of(name: str, mode: str, entry: Mapping[str, Any]) -> _Rate | None:
    """Which rate a key states, and the factor to our unit; None for a key that is not understood."""
    conditions: dict[str, Any] = {}
    while True:
        base = _base(name, mode, entry)
        if base:
            key = base[0]
            if key.detail and "detail" in conditions:
                conditions["detail"] = f"{key.detail},{conditions['detail']}"
            return replace(key, **conditions), base[1]
        for pattern, read in _SUFFIXES:
            if (match := re.search(f"{pattern.pattern}$", name)) and match.start():
                condition = read(match)
                if condition.keys() & conditions.keys() - {"detail"}:
                    return None
                if "detail" in conditions and "detail" in condition:
                    condition["detail"] += "," + conditions["detail"]
                conditions |= condition
                name = name[: match.start()]
                break
        else:
            return None


def _base(name: str, mode: str, entry: Mapping[str, Any]) -> _Rate | None:
    if mode in ("image_generation", "image_edit") and name in _GENERATED and not any(map(entry.get, _IMAGE_OUTPUTS)):
        return _GENERATED[name]
    return _BASES.get(name) or _SECONDS.get((name, mode))
