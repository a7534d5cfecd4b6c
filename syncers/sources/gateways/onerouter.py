"""OneRouter, renamed Infron AI in January 2026: the public price list of a relay.

It is only known from other programs that read it: amounts such as `$2.50`, in USD per 1M tokens;
`sale_*` is what is charged, `retail_*` the list price; limits such as `131,072`. No recorded answer was available.
The other list, `https://api.infron.ai/v1/models`, has prices of an unknown unit and is not read. It does not state
dates or cache prices.
"""

from __future__ import annotations

import re
from typing import Any, Final

from curation.core.claim import InvalidClaim
from registry.domain.rates import Amounts, PriceLine
from syncers.kinds import units
from syncers.kinds.model_list import ModelList
from syncers.kinds.price_table import token_prices
from syncers.kinds.record import Record

_NUMBER: Final = re.compile(r"\$?\s*((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)")
_LIMITS: Final = {"max_input_tokens": "input_token_limit", "max_output_tokens": "output_token_limit"}


class OneRouter(ModelList):
    slug, label, speaks_for = "onerouter", "OneRouter (Infron AI)", "onerouter"
    url = "https://app.infron.ai/api/display_models/"
    homepage = "https://app.infron.ai"
    id_at = "invoke_name"
    authority = ("price", "limit")
    expected = (20, 5_000)
    confidence = "low"
    unit = units.USD_PER_1M
    zero_is_free = False  # 0 is also stated for other billing units; free models end in `:free`

    def more(self, record: Record) -> dict[str, Any]:
        # 0 is no valid limit.
        numbers = {field: int(_number(record, key) or 0) or None for field, key in _LIMITS.items()}
        limits = {name: value for name, value in numbers.items() if value is not None}
        return limits | self._prices(record)

    def _prices(self, record: Record) -> dict[str, PriceLine]:
        lines = {}
        for name, side in (("price.input", "input"), ("price.output", "output")):
            # Both are read, so that an invalid list price is reported too.
            sale, retail = (_number(record, f"{kind}_{side}_cost") for kind in ("sale", "retail"))
            line = self.price(retail if sale is None else sale)
            if line is not None:
                lines[name] = line
        if not lines and self.native_id(record).endswith(":free"):
            return token_prices(Amounts.FREE)
        return lines


def _number(record: Record, key: str) -> str | None:
    """The number in a text such as `$2.50` or `131,072`, as text; None when nothing is stated."""
    value = record.get(key)
    if value is None:
        return None
    match = _NUMBER.fullmatch(value.strip()) if isinstance(value, str) and len(value) < 40 else None
    if match is None:
        raise InvalidClaim(f"{key}: a number in text expected, not {str(value)[:60]!r}")
    return match[1].replace(",", "")
