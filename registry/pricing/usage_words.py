"""Names of usage quantities in other APIs, so that a hint can name the one that is meant. Pure.

They are not accepted as input, since equal names are not always counted equally: `input_tokens` of Anthropic and
Bedrock exclude cached tokens, and the output of Gemini excludes thoughts; here a whole includes its parts.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Final

from registry.pricing.usage import QUANTITIES

TOTAL: Final = "is the sum of others; leave it out, and state input_tokens and output_tokens"
_TOTALS: Final = frozenset({"totaltokens", "totaltokencount", "tokens", "tokencount", "tokensused"})
_CUTOFF: Final = 0.6

#: Quantity → its names in responses of OpenAI, Anthropic, Gemini, Bedrock, DeepSeek, Cohere, xAI, OpenRouter and of the
#: usual client libraries. Only letters and digits are compared.
_FOREIGN: Final = {
    "input_tokens": "prompt_tokens promptTokenCount inputTokenCount inputTokens input_token_count prompt_token_count "
    "tokens_prompt native_tokens_prompt prompt_eval_count toolUsePromptTokenCount prompt_text_tokens text_input_tokens",
    "output_tokens": "completion_tokens candidatesTokenCount outputTokenCount outputTokens output_token_count "
    "responseTokenCount tokens_completion native_tokens_completion eval_count generated_tokens completion_text_tokens",
    "cache_read_tokens": "cached_tokens cache_read_input_tokens cacheReadInputTokens cachedContentTokenCount "
    "cachedInputTokens cached_input_tokens prompt_cache_hit_tokens cached_prompt_tokens cached_prompt_text_tokens "
    "cacheReadInputTokenCount native_tokens_cached prompt_tokens_details input_tokens_details input_cached_tokens",
    "cache_write_tokens": "cache_creation_input_tokens cacheWriteInputTokens cacheWriteInputTokenCount "
    "cacheCreationInputTokens cache_creation cache_write_input_tokens",
    "cache_write_5m_tokens": "ephemeral_5m_input_tokens",
    "cache_write_1h_tokens": "ephemeral_1h_input_tokens",
    "reasoning_tokens": "thoughtsTokenCount reasoningTokens thinking_tokens output_reasoning_tokens "
    "native_tokens_reasoning completion_tokens_details output_tokens_details",
    "citation_tokens": "citationTokens",
    "input_audio_tokens": "audio_prompt_tokens prompt_audio_tokens audio_input_tokens",
    "input_image_tokens": "prompt_image_tokens image_input_tokens",
    "output_audio_tokens": "audio_completion_tokens completion_audio_tokens audio_output_tokens",
    "output_image_tokens": "completion_image_tokens image_output_tokens",
    "input_audio_seconds": "prompt_audio_seconds",
    "input_characters": "character_count",
    "searches": "web_search_requests web_searches num_search_queries num_sources_used search_units search_queries "
    "webSearchQueries",
    "pages": "pages_processed input_document_pages",
    "requests": "num_requests num_model_requests calls",
    "output_images": "images_generated generated_images",
}  # fmt: skip


def _letters(word: str) -> str:
    return re.sub(r"[^a-z0-9]", "", word[:100].lower())


_OURS: Final = {
    **{_letters(word): name for name, words in _FOREIGN.items() for word in words.split()},
    **{_letters(name): name for name in (*QUANTITIES, "others")},
}


def is_total(word: str) -> bool:
    """Whether a word names a total, which is not a quantity."""
    return _letters(word) in _TOTALS


def meant(word: str) -> str | None:
    """The quantity that a word names in another API or misspells; None when it resembles none."""

    letters = _letters(word)
    close = [letters] if letters in _OURS else get_close_matches(letters, _OURS, n=1, cutoff=_CUTOFF)
    return _OURS[close[0]] if close else None
