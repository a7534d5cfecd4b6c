"""Cloudflare AI Gateway: the models that can be reached through it, with its estimates of their costs.

Docs: https://developers.cloudflare.com/ai-gateway/. The list is not documented; it is read as recorded in December
2025. Costs are USD per token, except on rows of another kind (pictures) and on rows of Workers AI without `@cf/`,
which are in USD per 1M: amounts that are implausible per token are left out and counted, since the row does not
state the unit. Ids are `<provider>/<its id>`, as in calls. It states nothing but costs, and its 0 tells nothing.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from registry.domain.rates import Amounts, PriceLine
from syncers.kinds import units
from syncers.kinds.coerce import amount
from syncers.kinds.model_list import ModelList
from syncers.kinds.price_table import token_prices
from syncers.kinds.record import Record
from syncers.payload.auth import Header

_COSTS: Final = {"price.input": "cost_in", "price.output": "cost_out"}
#: USD per 1M tokens. The dearest model of the list (o1-pro) is at 600, the cheapest picture at 10,000.
_NO_TOKEN_PRICE: Final = Decimal(2_000)


class CloudflareAIGateway(ModelList):
    slug, label, speaks_for = "cloudflare-ai-gateway", "Cloudflare AI Gateway", "cloudflare-ai-gateway"
    url = "https://gateway.ai.cloudflare.com/v1/{CLOUDFLARE_ACCOUNT_ID}/{CLOUDFLARE_GATEWAY_ID}/compat/models"
    homepage = "https://developers.cloudflare.com/ai-gateway/"
    key_variable = "CLOUDFLARE_API_TOKEN"
    auth = Header("cf-aig-authorization")
    authority = ("price",)
    expected = (100, 20_000)
    unit, zero_is_free = units.USD_PER_TOKEN, False

    def more(self, record: Record) -> dict[str, Any]:
        if all(amount(record.get(key)) == -1 for key in _COSTS.values()):
            # −1 on openrouter/auto: the price is that of the model which answers.
            return token_prices(Amounts.DYNAMIC)
        prices = self.prices(record, _COSTS)
        return {} if _is_no_token_price(prices) else prices

    def notices(self, document: Any) -> dict[str, int]:
        count = 0
        for record in self.records(document):
            costs = (record.get(key) for key in _COSTS.values())
            count += any(
                isinstance(cost, Decimal | int) and cost * units.USD_PER_TOKEN.times > _NO_TOKEN_PRICE for cost in costs
            )
        return {"unit of costs": count} if count else {}


def _is_no_token_price(lines: dict[str, PriceLine]) -> bool:
    return any(line[0].amount is not None and line[0].amount > _NO_TOKEN_PRICE for line in lines.values())
