"""Names in Azure's meters whose model is certain: words of the name without those of direction, place and service."""

from __future__ import annotations

from typing import Final

PRODUCTS: Final = frozenset(
    {
        "azure openai",
        "azure openai reasoning",
        "azure openai gpt5",
        "azure openai oss models",
        "azure openai embedding",
    }
)
#: A date in a name (`0718`) is the version of the model.
MODELS: Final[dict[str, str]] = {
    "gpt 4.1": "gpt-4.1",
    "gpt 4.1 mini": "gpt-4.1-mini",
    "gpt 4.1 nano": "gpt-4.1-nano",
    "gpt 4o 0806": "gpt-4o-2024-08-06",
    "gpt 4o 1120": "gpt-4o-2024-11-20",
    "gpt 4o mini 0718": "gpt-4o-mini-2024-07-18",
    "o1 1217": "o1-2024-12-17",
    "o1 pro": "o1-pro",
    "o3 0416": "o3-2025-04-16",
    "o3 mini 0131": "o3-mini-2025-01-31",
    "o3 pro": "o3-pro",
    "o4 mini 0416": "o4-mini-2025-04-16",
    "gpt 5": "gpt-5",
    "gpt 5 chat": "gpt-5-chat",
    "gpt 5 codex": "gpt-5-codex",
    "gpt 5 mini": "gpt-5-mini",
    "gpt 5 nano": "gpt-5-nano",
    "gpt 5 pro": "gpt-5-pro",
    "gpt 5.1": "gpt-5.1",
    "gpt 5.1 chat": "gpt-5.1-chat",
    "gpt 5.2 chat": "gpt-5.2-chat",
    "gpt 5.2 pro": "gpt-5.2-pro",
    "5.4": "gpt-5.4",
    "5.4 mini": "gpt-5.4-mini",
    "5.4 nano": "gpt-5.4-nano",
    "gpt oss 120b": "gpt-oss-120b",
}
#: Billed for input, without a word for it in the name.
EMBEDDINGS: Final[dict[str, str]] = {
    "text embedding 3 small": "text-embedding-3-small",
    "text embedding 3 large": "text-embedding-3-large",
    "text embedding ada 002": "text-embedding-ada-002",
}
