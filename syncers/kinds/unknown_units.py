"""Prices "per token" of models that are not billed by the token. One rule for all sources.

Catalogues have a field for the price of input and one for output, and fill them for image, speech and transcription
models too: with the price of an image, a step, a minute, a million characters. Such a number has no known unit, so it
is not a price. It is left out, and the run reports it. Where a source names the unit, its mapping has a rate of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from curation.core.claim import Claim
from registry.domain import rates
from registry.domain.rates import RateKey
from registry.quality.prices import TOKEN_PRICES

_OTHER_TASKS: Final = frozenset({"image", "video", "speech", "transcription"})
_TOKENS: Final = "1M tokens"


def without_unknown_units(claim: Claim) -> tuple[Claim, str]:
    """The claim without token prices of an unknown unit, and a notice for the report ("" for none)."""
    kind = _kind(claim.values)
    prices = dict(_token_prices(claim.values)) if kind else {}
    if not prices or _are_by_the_token(prices, claim.values):
        return claim, ""
    left = {name: value for name, value in claim.values.items() if name not in {key.field for key in prices}}
    return replace(claim, values=left, estimates=claim.estimates & left.keys()), f"unit of {kind} prices"


def _kind(values: Mapping[str, Any]) -> str:
    """The kind of a model whose input or output is not text, as the claim states it; "" for any other, or unknown."""
    inputs, outputs = values.get("input_modalities") or (), values.get("output_modalities") or ()
    if values.get("task") in _OTHER_TASKS:
        return str(values["task"])
    if outputs and not {"text", "embedding"} & set(outputs):
        return "/".join(outputs)
    return "/".join(inputs) if inputs and "text" not in inputs else ""


def _token_prices(values: Mapping[str, Any]) -> Iterator[tuple[RateKey, Decimal]]:
    for name, line in values.items():
        if name.startswith(rates.PREFIX) and line and line[-1].amount is not None:
            key = rates.parse_key(name)
            if key.counted_in == _TOKENS:
                yield key, line[-1].amount


def _are_by_the_token(prices: Mapping[RateKey, Decimal], values: Mapping[str, Any]) -> bool:
    """Whether the price list is per token: it has prices of image or audio tokens beside text, or different prices for
    input and output. A price per piece is stated once, or twice with the same amount.
    """
    plain = {meter: prices.get(RateKey(meter)) for meter in ("input", "output")}
    if any(amount is not None and not TOKEN_PRICES[0] <= amount <= TOKEN_PRICES[1] for amount in plain.values()):
        return False
    if all(plain.values()) and plain["input"] != plain["output"]:
        return True
    return any(key.modality and _may_be(key, values) for key in prices)


def _may_be(key: RateKey, values: Mapping[str, Any]) -> bool:
    """Whether a model has the modality of a rate, as far as it is stated."""
    modalities: Collection[str] | None = values.get(
        "output_modalities" if key.meter == "output" else "input_modalities"
    )
    return not modalities or key.modality in modalities
