"""Sarvam AI: its own model list, ids only, open to all. Docs: https://docs.sarvam.ai. Prices, in INR, are on a page
for people.
"""

from __future__ import annotations

from syncers.kinds.model_list import ModelList
from syncers.payload.auth import Header


class Sarvam(ModelList):
    slug, label, speaks_for = "sarvam", "Sarvam AI", "sarvam"
    url, homepage = "https://api.sarvam.ai/v1/models", "https://www.sarvam.ai"
    key_variable, auth = "SARVAM_API_KEY", Header("api-subscription-key", "")
    expected = (1, 100)
    confidence = "low"
