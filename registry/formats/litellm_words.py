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
    "supports_parallel_function_calling": "supports_parallel_tools",
    "supports_response_schema": "supports_structured_output",
    "supports_reasoning": "supports_reasoning",
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
