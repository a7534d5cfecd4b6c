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
3. **The day and the time of the call decide**, both in UTC: the point of a price that is in force on that day, and the
   daily window (end exclusive) that the call falls into, before the rate without a window.
4. **Service tier and plan match exactly.** What has no rate at the asked tier is unpriced, never standard.
5. **Region**: the rate of the region; else the rate without one, and the line says so; else, where all rates are
   regional, unpriced.
6. **Context bands** hold for the whole request: the highest band that the *total* input exceeds. A tier or window
   without the band that its ordinary rate has is unpriced above it. Of several requests together nobody can say which
   band each falls into, so beyond the lowest band they are unpriced.
7. **A request fee** is charged where there is one. A call without such a rate has no such part.
8. Free costs 0. Dynamic, included, not offered and unknown are unpriced, with that word.

Unpriced parts are listed, and count as nothing known, never as 0: the total is the sum of what could be priced, None
when that is nothing, and `complete` tells whether it is all. Currencies are never added up across.
"""

from __future__ import annotations

from registry.pricing.cost import Cost, Line, Unpriced, price_usage
from registry.pricing.rules import PriceBook, Why
from registry.pricing.usage import Conditions, InvalidUsage, Usage

__all__ = ["Conditions", "Cost", "InvalidUsage", "Line", "PriceBook", "Unpriced", "Usage", "Why", "price_usage"]
