"""Modelz (Alpaca Network): names of the models that have a token on its market.

No documentation was found; what is known comes from a client of it that was given up in July 2026. The list tells
names and nothing else about models: `priceInUSD` is the market price of a crypto token, not of inference, and is
never read. The answer is a list, or an object with the list under `data` or `tokens`.
"""

from __future__ import annotations

from datetime import timedelta

from syncers.kinds.model_list import ModelList


class Modelz(ModelList):
    slug, label, speaks_for = "modelz", "Modelz (Alpaca Network)", "modelz"
    url = "https://backend.alpacanetwork.ai/api/tokens"
    homepage = "https://backend.alpacanetwork.ai"
    records_at, also_at, id_at = "", ("data", "tokens"), "Token"
    authority = ()
    every = timedelta(days=7)
    expected = (5, 1_000)
    confidence = "low"
