"""Providers of which nothing is fetched: the service has ended, or no list for programs is known.

They keep a home for what was stated about them before, and say to people why there is no more.
"""

from __future__ import annotations

from syncers.kinds.model_list import ModelList


class _Unfetched(ModelList):
    """Nothing is fetched; only the reason is looked at."""

    expected = (1, 1_000)


class AI21(_Unfetched):
    slug, label, speaks_for = "ai21", "AI21 Labs", "ai21"
    confidence = "low"
    nothing_fetched = (
        "The Studio API was retired: its model list answers 410 (August 2026). AI21 Gateway (app.ai21.com) "
        "replaces it, for which no model list is known."
    )


class AlpacaNetwork(_Unfetched):
    slug, label, speaks_for = "alpaca-network", "Alpaca Network", "alpaca-network"
    confidence = "high"
    nothing_fetched = "It has no model list; its one hosted model (deepseek-v3-1) was switched off in July 2026."


class ChatterboxTts(_Unfetched):
    slug, label, speaks_for = "chatterbox-tts", "Chatterbox TTS", "chatterbox-tts"
    confidence = "high"
    nothing_fetched = "Resemble AI's open speech models have no model list and no price for programs to read."


class Databricks(_Unfetched):
    slug, label, speaks_for = "databricks", "Databricks", "databricks"
    nothing_fetched = (
        "No model list for programs is known to this project; catalogues such as LiteLLM state its prices."
    )


class Lambda(_Unfetched):
    slug, label, speaks_for = "lambda", "Lambda Inference", "lambda-ai"
    confidence = "medium"
    nothing_fetched = "The Inference API was shut down on 2025-09-25; prices that catalogues still list are history."


class OctoAI(_Unfetched):
    slug, label, speaks_for = "octoai", "OctoAI", "octoai"
    confidence = "medium"
    nothing_fetched = "Bought by NVIDIA in September 2024; all endpoints ended on 2024-10-31."


class Rakuten(_Unfetched):
    slug, label, speaks_for = "rakuten", "Rakuten AI", "rakuten"
    nothing_fetched = "No public model list, key programme or price is known; its released models are open weights."
