"""Words of the LiteLLM map for tasks and capabilities: the export writes them, the source `litellm` reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MODES: Final[Mapping[str, str]] = {
    "chat": "chat",
    "completion": "completion",
    "embedding": "embedding",
    "rerank": "rerank",
    "image": "image_generation",
    "video": "video_generation",
    "speech": "audio_speech",
    "transcription": "audio_transcription",
    "realtime": "realtime",
    "moderation": "moderation",
    "search": "search",
    "ocr": "ocr",
}
"""Task → mode."""
FLAGS: Final[Mapping[str, str]] = {
    "supports_vision": "supports_vision",
    "supports_function_calling": "supports_tools",
    "supports_tool_choice": "supports_tool_choice",
    "supports_parallel_function_calling": "supports_parallel_tools",
    "supports_response_schema": "supports_structured_output",
    "supports_reasoning": "supports_reasoning",
    "supports_none_reasoning_effort": "supports_none_reasoning_effort",
    "supports_minimal_reasoning_effort": "supports_minimal_reasoning_effort",
    "supports_low_reasoning_effort": "supports_low_reasoning_effort",
    "supports_xhigh_reasoning_effort": "supports_xhigh_reasoning_effort",
    "supports_max_reasoning_effort": "supports_max_reasoning_effort",
    "supports_system_messages": "supports_system_messages",
    "supports_assistant_prefill": "supports_assistant_prefill",
    "supports_prompt_caching": "supports_prompt_caching",
    "supports_native_streaming": "supports_streaming",
    "supports_web_search": "supports_web_search",
    "supports_code_execution": "supports_code_execution",
    "supports_computer_use": "supports_computer_use",
    "supports_pdf_input": "supports_pdf_input",
    "supports_audio_input": "supports_audio_input",
    "supports_audio_output": "supports_audio_output",
    "supports_video_input": "supports_video_input",
}
"""Key of the map → field."""
LIMITS: Final[Mapping[str, str]] = {
    "max_input_tokens": "max_input_tokens",
    "max_output_tokens": "max_output_tokens",
    "output_vector_size": "embedding_dimensions",
    "max_images_per_prompt": "max_images",
    "prompt_cache_min_tokens": "prompt_cache_min_tokens",
    "rpm": "requests_per_minute",
    "tpm": "tokens_per_minute",
}
"""Key of the map → field, for whole numbers; 0 states nothing."""
