"""What a call costs: prices and a usage in, a total with all its lines out. Pure: no database, no clock.

The rules, in the order in which they are applied:

1. **A usage is divided into parts that do not overlap.** Cached tokens are part of the input, so the meter `input` is
   charged for `input − cache reads − cache writes`. Tokens of another modality are part of the input or output.
   Reasoning and citation tokens are part of the output, and are charged separately only where they have a rate.
2. **Each part has its own rate, and no other rate replaces it**, with three exceptions, each named in the line: image
   and video tokens of the *input*, cached or not, cost as text where they have no rate at all (providers count them as
   input tokens); a five-minute cache write costs the provider's usual cache write; seconds are billed by the minute or
   hour. Audio, and everything that is not text in the output, has a rate of its own or is unpriced. Cached tokens
   without a cache rate are unpriced: they are neither free nor necessarily ordinary input.
3. **The day and the time of the call decide**: the price point in force on that day in UTC, and the time window
   (weekdays and hours in the schedule's time zone, end exclusive) of the call, before the rate without a window. Where
   two windows apply at once, the part is unpriced.
4. **Service tier and plan match exactly.** What has no rate at the requested tier is unpriced, never standard. What
   providers call the standard tier in their responses (`default`, `auto`, `on_demand`) is the standard tier.
5. **Region**: the rate of the region, whatever its spelling. Where any part of a request is priced by region, another
   region is unpriced, and so is a part without a rate for the region. Where none is, the rate without region applies
   everywhere, and the line says so.
6. **Thresholds** are of two kinds, and a rate says which it has. A *whole-request threshold* (`above`): the highest
   one that the total input exceeds prices all of the request. A *marginal threshold* (`beyond`): only the units of this
   meter after that many cost so, and the part is split into one line for each band; what another meter counts, such as
   cached tokens, does not count. A part with thresholds of both kinds is unpriced. For several requests together the
   band of each is not known, so above the lowest threshold they are unpriced.
7. **A condition of one part of a request may apply to all parts.** Above a threshold, or in a time window, that another
   part or the ordinary rate of the same part has, a rate is only known to apply if it has that threshold or window
   itself; otherwise the part is unpriced (a one-hour cache write, where only input and output state a price for long
   requests; a tier or region without the threshold of its ordinary rate). Fees, searches, pages and storage are
   independent.
8. **A request fee** is charged where there is one. A call without such a rate has no such part.
9. Free costs 0. Dynamic, included, not offered and unknown are unpriced, with that word.

Unpriced parts are listed and are never counted as 0: the total is the sum of the priced parts, None without any, and
`complete` tells whether it covers everything. Different currencies are never added up.
"""

from __future__ import annotations

from registry.pricing.cost import Cost, CostLine, Unpriced, price_usage
from registry.pricing.mix import Effective, Mix, effective, parse_mix
from registry.pricing.rules import PriceBook, UnpricedReason
from registry.pricing.usage import Conditions, InvalidUsage, Usage

__all__ = [
    "Conditions",
    "Cost",
    "CostLine",
    "Effective",
    "InvalidUsage",
    "Mix",
    "PriceBook",
    "Unpriced",
    "UnpricedReason",
    "Usage",
    "effective",
    "parse_mix",
    "price_usage",
]  # fmt: skip
