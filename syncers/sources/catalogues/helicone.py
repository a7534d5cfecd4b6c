"""Helicone: the model registry of its gateway, with prices of every endpoint in USD per 1M tokens.

Docs: https://docs.helicone.ai. It is not stated which endpoint serves a call, so a price on which all endpoints agree
is the price of the model, and others are stated by endpoint. Endpoints without pass-through billing are paid to their
own provider and say nothing about Helicone. Not stated: creation and retirement dates. Not taken: `trainingDate`,
tiers, and prices of audio, image, video and search, whose units are not written.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from curation.core.claim import InvalidClaim
from registry.domain.rates import Amounts, PriceLine, RateKey
from syncers.kinds import units
from syncers.kinds.capabilities import modalities
from syncers.kinds.coerce import rate_under, rows, table
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record

_METERS: Final = {
    "prompt": "input",
    "completion": "output",
    "cacheRead": "cache_read",
    "cacheWrite": "cache_write",
    "thinking": "reasoning",
}


class Helicone(ModelList):
    slug, label, speaks_for = "helicone", "Helicone", "helicone"
    url = "https://api.helicone.ai/v1/public/model-registry/models"
    homepage = "https://www.helicone.ai"
    authority = (
        "name", "description", "price", "limit", "modality", "supported_parameters", "supports_tools",
        "supports_vision", "supports_audio_input", "supports_audio_output", "supports_video_input",
        "supports_image_output", "supports_video_output",
    )  # fmt: skip
    key_variable = "HELICONE_API_KEY"
    expected = (20, 2_000)
    confidence = "high"
    records_at = "data.models"
    unit = units.USD_PER_1M
    fields_at = {
        "name": "name",
        "description": "description",
        "context_window": "contextLength",
        "max_output_tokens": "maxOutput",
        "supported_parameters": "supportedParameters",
    }
    marks_at = {"supportedParameters": {"tools": "supports_tools"}}

    def more(self, record: Record) -> dict[str, Any]:
        return {
            **modalities(record.get("inputModalities"), record.get("outputModalities")),
            **self._of_endpoints(record),
        }

    def _of_endpoints(self, record: Record) -> dict[str, PriceLine]:
        by_meter: dict[str, dict[str, PriceLine]] = defaultdict(dict)
        for row in rows(record.get("endpoints"), "endpoints"):
            endpoint = Record(record.where, table(row, "endpoints"))
            if endpoint.get("supportsPtb") is False:
                continue
            name = endpoint.text("provider")
            for key, meter in _METERS.items():
                line = self.price(endpoint.get("pricing", key))
                # 0 for anything but the tokens themselves is a filler.
                if line is None or (line[0].state is Amounts.FREE and meter not in ("input", "output")):
                    continue
                if by_meter[meter].setdefault(name, line) != line:
                    raise InvalidClaim(f"endpoints: two prices of {key} at {name[:60]!r}")
        prices: dict[str, PriceLine] = {}
        for meter, by_endpoint in by_meter.items():
            lines = list(by_endpoint.values())
            if all(line == lines[0] for line in lines):
                prices[RateKey(meter).field] = lines[0]
            else:
                prices |= {_at(meter, name).field: line for name, line in by_endpoint.items()}
        return prices


def _at(meter: str, endpoint: str) -> RateKey:
    return rate_under(RateKey(meter), what="endpoints", detail=f"endpoint:{endpoint}")
