"""Prices of Azure OpenAI: the public Azure Retail Prices API, no key needed.

Docs: https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices. List prices in USD for
the regions of REGISTRY_AZURE_LOCATIONS (by commas, eastus2 when unset), a list for each. The price of a data zone holds
in the zone of the row's region, `us` or `eu`. A meter's name is an abbreviation (`gpt-4o-mini-0718-Inp-glbl Tokens`);
only meters of which every word is understood are read. Claude is billed by the marketplace and is not in it; a model
without a row is not free.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from registry.domain.rates import PriceLine, RateKey
from syncers.kinds.coerce import amount, money
from syncers.kinds.meters import Meter, MeterList
from syncers.payload.paging import NextUrl
from syncers.sources.clouds.azure import data_zone
from syncers.sources.clouds.azure_arm import locations
from syncers.sources.clouds.azure_price_names import EMBEDDINGS, MODELS, PRODUCTS

_URL: Final = (
    "https://prices.azure.com/api/retail/prices?api-version=2023-01-01-preview&currencyCode=%27USD%27&$filter="
    "serviceName%20eq%20%27Foundry%20Models%27%20and%20armRegionName%20eq%20%27{location}%27"
    "%20and%20priceType%20eq%20%27Consumption%27"
)
_INPUT: Final = frozenset({"inp", "inpt", "input", "in"})
_OUTPUT: Final = frozenset({"outp", "outpt", "output", "out", "opt"})
_CACHED: Final = frozenset({"cached", "cchd", "ccchd", "cd"})
_BATCH: Final = frozenset({"batch"})
_GLOBAL: Final = frozenset({"glbl", "gl", "global"})
_ZONE: Final = frozenset({"dzone", "dz", "datazone"})
_REGION: Final = frozenset({"regnl", "regional"})
_PLACES: Final = _GLOBAL | _ZONE | _REGION
_UNDERSTOOD: Final = _INPUT | _OUTPUT | _CACHED | _BATCH | _PLACES
#: Tokens that one `unitOfMeasure` pays for → factor to 1M.
_UNITS: Final = {"1K": 1000, "1M": 1}


class AzurePrices(MeterList):
    slug, label, speaks_for = "azure-prices", "Azure retail prices", "azure"
    url = _URL.format(location="eastus2")
    homepage = "https://azure.microsoft.com/pricing"
    every = timedelta(days=1)
    prices_in = "USD per 1K or 1M tokens, by row"
    expected = (3, 1_000)
    confidence = "high"
    records_at = "Items"
    paging = NextUrl("NextPageLink")

    def urls(self) -> Mapping[str, str]:
        return {location: _URL.format(location=location) for location in locations()}

    def meters(self, document: Any) -> Iterator[Meter]:
        return (_meter(record.where, record.data) for record in self.rows(document))

    def line(self, data: Any) -> PriceLine | None:
        if not (exact := amount(data.get("retailPrice"))):
            return None  # 0 for meters that are billed elsewhere, such as the model router's
        times = _UNITS[data["unitOfMeasure"]]
        return money(exact, times=times, currency=str(data.get("currencyCode")), what="retailPrice")


def _meter(where: str, row: Any) -> Meter:
    if not isinstance(row, dict) or not isinstance(row.get("meterName"), str):
        return Meter(where, row)
    product, unit = str(row.get("productName")).lower(), row.get("unitOfMeasure")
    words = [word for word in re.split(r"[\s_-]+", row["meterName"].lower().replace("data zone", "dzone")) if word]
    if row.get("type", "Consumption") != "Consumption" or not isinstance(unit, str) or unit not in _UNITS:
        return Meter(where, row, why_not="not priced by tokens used")
    if words[-1:] != ["tokens"] or product not in PRODUCTS or row.get("tierMinimumUnits"):
        return Meter(where, row, why_not="not tokens of an OpenAI model at any quantity")
    rest = words[:-2] if words[-2:-1] == ["1m"] else words[:-1]
    name = " ".join(word for word in rest if word not in _UNDERSTOOD)
    ident, flags = MODELS.get(name) or EMBEDDINGS.get(name, ""), [word for word in rest if word in _UNDERSTOOD]
    key = _key(flags, row, is_embedding=name in EMBEDDINGS)
    if not ident or key is None:
        return Meter(where, row, why_not="meter whose name is not understood")
    return Meter(where, row, ident, key)


def _key(flags: list[str], row: dict[str, Any], *, is_embedding: bool) -> RateKey | None:
    """The rate that the flags in a meter's name describe; None unless there is one of each kind."""
    ways = [word in _INPUT for word in flags if word in _INPUT | _OUTPUT] or [True] * is_embedding
    places = [word for word in flags if word in _PLACES]
    cached, batch = (sum(word in group for word in flags) for group in (_CACHED, _BATCH))
    if len(ways) != 1 or len(places) != 1 or cached > ways[0] or batch > 1:
        return None
    key = RateKey("cache_read" if cached else "input" if ways[0] else "output", tier="batch" if batch else "")
    own = str(row.get("armRegionName"))
    place = "global" if places[0] in _GLOBAL else data_zone(own) if places[0] in _ZONE else own
    return replace(key, region=place) if re.fullmatch(r"[a-z0-9]{2,40}", place) else None
