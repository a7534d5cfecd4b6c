"""Prices of Amazon Bedrock: the public price list files of AWS, for each configured region, no key needed.

Docs: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html. Two files speak
of models: AmazonBedrock (USD per 1K tokens; Nova, Llama, Mistral, DeepSeek …) and AmazonBedrockFoundationModels
(USD per 1M; what is sold through the marketplace, such as Claude). Taken is on-demand inference of models whose
name is certain, in the region of the file and, where it is sold so, across all regions. Batch, flex, priority,
latency-optimised, reserved and custom capacity, images and searches are counted and left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from curation.core.claim import InvalidClaim
from registry.domain.rates import PriceLine, RateKey
from syncers.errors import BadPayload
from syncers.kinds.coerce import money, table
from syncers.kinds.meters import Meter, MeterList
from syncers.sources.clouds.bedrock import regions
from syncers.sources.clouds.bedrock_price_names import MARKETPLACE, OWN

_OFFERS: Final = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws"
_EDITION: Final = " (Amazon Bedrock Edition)"
_KINDS: Final = {
    "input tokens": RateKey("input"),
    "output tokens": RateKey("output"),
    "prompt cache read input tokens": RateKey("cache_read"),
    "prompt cache write input tokens": RateKey("cache_write"),
}
_OTHER_SERVICE: Final = re.compile(r"batch|flex|priority|latency|provisioned|reserved|custom|cross-region|global", re.I)
_USAGE: Final = re.compile(
    r"[A-Z0-9]+-MP:[A-Z0-9]+_(?P<kind>(Cache(Read|Write))?InputTokenCount|OutputTokenCount|(in|out)put_tokens|"
    r"cache_write_tokens_1h)(?P<place>_Global|_global_standard|_standard)?-Units"
)
_USAGES: Final = {
    "InputTokenCount": RateKey("input"),
    "OutputTokenCount": RateKey("output"),
    "CacheReadInputTokenCount": RateKey("cache_read"),
    "CacheWriteInputTokenCount": RateKey("cache_write"),
    "input_tokens": RateKey("input"),
    "output_tokens": RateKey("output"),
    "cache_write_tokens_1h": RateKey("cache_write", ttl="1h"),
}


class BedrockPrices(MeterList):
    slug, label, speaks_for = "bedrock-prices", "Amazon Bedrock price list", "bedrock"
    url = f"{_OFFERS}/AmazonBedrock/current/us-east-1/index.json"
    homepage = "https://aws.amazon.com/bedrock/pricing"
    every = timedelta(days=1)
    prices_in = "USD per 1K or 1M tokens, by row"
    expected = (5, 1_000)
    confidence = "high"

    def urls(self) -> Mapping[str, str]:
        offers = ("AmazonBedrock", "AmazonBedrockFoundationModels")
        files = [(offer, place) for place in regions() for offer in offers]
        return {f"{offer} {place}": f"{_OFFERS}/{offer}/current/{place}/index.json" for offer, place in files}

    def combine(self, parts: Mapping[str, list[Any]]) -> Any:
        return {"offers": [page for listed in parts.values() for page in listed]}

    def meters(self, document: Any) -> Iterator[Meter]:
        offers = document.get("offers", [document]) if isinstance(document, dict) else None
        for offer in offers if isinstance(offers, list) else ():
            products, terms = (offer.get(name) if isinstance(offer, dict) else None for name in ("products", "terms"))
            on_demand = terms.get("OnDemand") if isinstance(terms, dict) else None
            if not isinstance(products, dict) or not isinstance(on_demand, dict):
                break
            for sku, term in on_demand.items():
                yield _meter(sku, products.get(sku), term)
        else:
            if offers:
                return
        raise BadPayload(f"{self.slug}: `products` and `terms.OnDemand`, each an object by SKU, expected")

    def line(self, data: Any) -> PriceLine | None:
        dimensions = [
            table(dimension, "priceDimensions")
            for term in table(data, "term").values()
            for dimension in table(table(term, "term").get("priceDimensions"), "priceDimensions").values()
        ]
        if len(dimensions) != 1 or dimensions[0].get("endRange", "Inf") != "Inf":
            raise InvalidClaim(f"one price for any quantity expected, not {len(dimensions)}")
        (dimension,) = dimensions
        line = money(table(dimension.get("pricePerUnit"), "pricePerUnit").get("USD"), times=_times(dimension))
        return line if line and line[0].amount else None  # 0 where it is billed elsewhere


def _times(dimension: Mapping[str, Any]) -> str:
    unit, words = str(dimension.get("unit")), str(dimension.get("description"))
    if unit.lower() == "1k tokens":
        return "1000"
    if unit.lower() == "1m tokens" or (unit == "Units" and re.search(r"\bmillion\b", words, re.I)):
        return "1"
    raise InvalidClaim(f"unit: tokens expected, not {unit[:40]!r}")


def _meter(sku: str, product: Any, term: Any) -> Meter:
    attributes = product.get("attributes") if isinstance(product, dict) else None
    if not isinstance(attributes, dict) or not isinstance(term, dict):
        return Meter(sku, term)
    facts = {name: str(value) for name, value in attributes.items()}
    place, usage = facts.get("regionCode", ""), facts.get("usagetype", "")
    if _EDITION in facts.get("servicename", ""):
        match = _USAGE.fullmatch(usage)
        ident = MARKETPLACE.get(facts["servicename"].removesuffix(_EDITION), "")
        key = _USAGES[match["kind"]] if match else None
        place = "global" if match and (match["place"] or "").lower().startswith("_global") else place
    else:
        ident = OWN.get(facts.get("model") or facts.get("titanModel", ""), "")
        standard = facts.get("service_tier", "").lower() in ("", "standard")
        plain = standard and facts.get("feature") == "On-demand Inference" and not _OTHER_SERVICE.search(usage)
        key = _KINDS.get(facts.get("inferenceType", "").lower()) if plain else None
    if key is None:
        return Meter(sku, term, why_not="not on-demand text inference")
    if not ident:
        return Meter(sku, term, why_not="model whose id is not certain")
    if not re.fullmatch(r"[a-z0-9-]{2,30}", place):
        return Meter(sku, term)
    return Meter(sku, term, ident, replace(key, region=place))
