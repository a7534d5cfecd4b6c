"""Moonshot AI: its own model lists, of the international host and of the one in mainland China, with keys of their
own.

Docs: https://platform.moonshot.ai/docs/api. They tell no prices, no output limits and no release dates.
"""

from __future__ import annotations

from syncers.kinds.model_list import ModelList


class Moonshot(ModelList):
    slug, label, speaks_for = "moonshot", "Moonshot AI", "moonshot"
    url, homepage = "https://api.moonshot.ai/v1/models", "https://www.moonshot.ai"
    key_variable, key_required = "MOONSHOT_API_KEY", True
    expected = (2, 100)
    confidence = "high"
    fields_at = {
        "context_window": "context_length",
        "supports_vision": "supports_image_in",
        "supports_video_input": "supports_video_in",
        "supports_reasoning": "supports_reasoning",
    }


class MoonshotChina(Moonshot):
    slug, label, speaks_for = "moonshot-cn", "Moonshot AI (mainland China)", "moonshot-cn"
    url, homepage = "https://api.moonshot.cn/v1/models", "https://www.moonshot.cn"
    key_variable = "MOONSHOT_CN_API_KEY"
