"""What a call costs: prices and a usage in, a total with every line of it out. Pure: no database, no clock.

The law, in the order in which it is applied:

1. **A usage is divided into parts that do not overlap.** Cached tokens are a part of the input, so the meter `input` is
   charged for `input − cache reads − cache writes`. Tokens of another modality are a part of the input or output.
   Reasoning and citation tokens are a part of the output, and are charged apart only where they have a rate.
2. **Each part has its own rate, and no other stands in for it**, with three exceptions, each named in the line: image
   and video tokens of the *input*, cached or not, cost as text where they have no rate at all (providers count them as
   input tokens); a cache write of five minutes costs the provider's usual write; seconds are billed by the minute or
   hour. Audio, and everything that is not text in the output, has a rate of its own or is unpriced. Cached tokens
   without a cache rate are unpriced: they are neither free nor, of necessity, ordinary input.
3. **The day and the time of the call decide**: the point of a price that is in force on that day in UTC, and the
   window (weekdays and hours in the zone of the schedule, end exclusive) that the call falls into, before the rate
   without a window. Where two windows hold at once nobody can say which is meant, and the part is unpriced.
4. **Service tier and plan match exactly.** What has no rate at the asked tier is unpriced, never standard. What
   providers call the standard tier in their answers (`default`, `auto`, `on_demand`) is the standard tier.
5. **Region**: the rate of the region, whatever its spelling. Where any part of a request is priced by region, another
   region is unpriced, and so is a part that the region does not price. Where none is, the rate without region holds
   for all, and the line says so.
6. **Context bands** are of two kinds, and a rate says which it is. `above` holds for the *whole request*: the highest
   band that the total input exceeds prices all of it. `beyond` is *marginal*: only the units of this meter after that
   many cost so, and the part is cut into one line for each band; what is charged by another meter, such as cached
   tokens, does not count. A part with bands of both kinds is unpriced. Of several requests together nobody can say
   which band each falls into, so beyond the lowest band they are unpriced.
7. **What moves one part of a request may move them all.** Above a band, or in a window, that another part has, or the
   ordinary rate of the same part, a rate is not known to hold unless it has that band or window itself: the part is
   unpriced (a cache write of an hour, where only input and output state a price for long requests; a tier or region
   without the band of its ordinary rate). Fees, searches, pages and storage stand for themselves.
8. **A request fee** is charged where there is one. A call without such a rate has no such part.
9. Free costs 0. Dynamic, included, not offered and unknown are unpriced, with that word.

Unpriced parts are listed, and count as nothing known, never as 0: the total is the sum of what could be priced, None
when that is nothing, and `complete` tells whether it is all. Currencies are never added up across.
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
