"""How long the random tests are, and from which seed they start.

In the suite they are short and the same each time: a failure is a failure of the code. `make soak` runs the same tests
25 times as long, from a new seed that it prints. What it finds is kept as an example of its own.
"""

from __future__ import annotations

import os
import random
from typing import Final

SHARE: Final = float(os.environ.get("RANDOM_SHARE", "0.4"))
"""Length of the random tests as a share of the usual one: 0.4 in the suite, 10 in `make soak`, 0.1 on PostgreSQL."""
SEED: Final = int(os.environ.get("RANDOM_SEED", "20261121"))


def count(usual: int) -> int:
    """How many random examples or steps to run where `usual` of them are enough for the suite."""
    return max(1, round(usual * SHARE))


def chance(offset: int = 0) -> random.Random:
    """A generator of its own: the same numbers each time, but in `make soak`. `offset` tells two courses apart."""
    return random.Random(SEED + offset)
