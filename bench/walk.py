"""What one approval costs: functions of ours that are entered, calls, queries and CPU time.

    python bench/walk.py             # the figures
    python bench/walk.py --by-module # and the functions of each module, with their calls

Two catalogues and a provider state a list of 13 rates, and the list moves. A curator approves it, in a fresh
installation.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final
from uuid import uuid4

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.run import installation  # noqa: E402  (found beside this file, also when it is run as a script)

OURS: Final = tuple(f"{ROOT / package}/" for package in ("config", "curation", "registry", "syncers"))
OFFERING: Final = "bench/walk/list"
RATES: Final[dict[str, int | str]] = {
    "input": 2, "output": 8, "cache_read": "0.2", "cache_write": "2.5", "cache_write[ttl=1h]": 4,
    "input[modality=audio]": 10, "output[modality=audio]": 20, "input[tier=batch]": 1, "output[tier=batch]": 4,
    "input[above=200000]": 4, "output[above=200000]": 12, "input[tier=priority]": 3, "output[tier=priority]": 14,
}  # fmt: skip
"""Rate → USD per million tokens."""
ROUNDS: Final = 30


@contextmanager
def counted(entered: Counter[CodeType]) -> Iterator[None]:
    """Counts the calls of each function of ours."""

    def enter(frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(OURS):
            entered[frame.f_code] += 1

    sys.setprofile(enter)
    try:
        yield
    finally:
        sys.setprofile(None)


def move(times: int, at: datetime) -> None:
    """The sources state the list with other prices, as readings do."""
    from curation.apply.reconcile import reconcile
    from curation.core.claim import claim
    from curation.models import Source, StoredClaim
    from registry.domain import rates

    stated = {f"price.{name}": rates.price(str(Decimal(amount) * times)) for name, amount in RATES.items()}
    facts: dict[str, Any] = {"name": "List", "context_window": 200_000, "supports_tools": True}
    new_claim = claim(OFFERING, {**facts, **stated})
    StoredClaim.objects.all().delete()
    StoredClaim.objects.bulk_create(
        StoredClaim(
            source=source, offering_key=OFFERING, digest=new_claim.digest(), values=new_claim.encoded(),
            since=dict.fromkeys(new_claim.values, at.date().isoformat()), first_seen_at=at, changed_at=at,
        )
        for source in Source.objects.all()
    )  # fmt: skip
    reconcile({OFFERING}, actor="sync:bench", reason="bench", batch=uuid4(), at=at)


def approval(times: int, at: datetime) -> Callable[[], None]:
    """An approval of the list that waits after the sources have moved."""
    from django.contrib.auth.models import User

    from curation.models import Change
    from curation.review.decisions import approve

    move(times, at)
    shown = dict(Change.objects.awaiting_review().values_list("pk", "fingerprint"))
    assert len(shown) == 1, shown
    person = User.objects.get(username="bench")

    def act() -> None:
        outcome = approve(shown, actor=person, reason="", at=at + timedelta(hours=1))
        assert outcome.done and not outcome.refused, outcome  # noqa: PT018

    return act


def measure(by_module: bool) -> None:
    """Approves the list again and again, and prints medians and counts."""
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from curation.models import Source
    from curation.policies.installed import ensure_defaults

    ensure_defaults()
    User.objects.create_superuser("bench")
    start = timezone.now() - timedelta(days=ROUNDS * 2 + 10)
    for slug, source_type in (("vendor", "official"), ("one", "catalogue"), ("two", "catalogue")):
        speaks_for = "bench" if source_type == "official" else ""
        Source.objects.create(
            slug=slug, label=slug, source_type=source_type, authority=["*"], speaks_for=speaks_for, last_good_at=start
        )
    move(1, start)
    times, cpu = 1, []

    def next_approval() -> Callable[[], None]:
        nonlocal start, times
        start, times = start + timedelta(days=2), 30 if times == 1 else 1
        Source.objects.update(last_good_at=start)
        return approval(times, start)

    for _ in range(ROUNDS):
        act, began = next_approval(), time.process_time()
        began = time.process_time()
        act()
        cpu.append((time.process_time() - began) * 1000)
    act = next_approval()
    with CaptureQueriesContext(connection) as queries:
        act()
    act, entered = next_approval(), Counter[CodeType]()
    with counted(entered):
        act()
    named = {code for code in entered if not code.co_name.startswith("<")}
    print(
        f"functions {len(entered)}, without lambdas and comprehensions {len(named)}, calls {entered.total()}, "
        f"queries {len(queries)}, CPU ms median {sorted(cpu)[ROUNDS // 2]:.1f}, least {min(cpu):.1f}"
    )
    if by_module:
        _print_modules(entered)


def _print_modules(entered: Counter[CodeType]) -> None:
    modules: dict[str, list[tuple[CodeType, int]]] = {}
    for code, calls in entered.items():
        modules.setdefault(str(Path(code.co_filename).relative_to(ROOT)), []).append((code, calls))
    for module, functions in sorted(modules.items(), key=lambda item: -len(item[1])):
        print(f"\n{module}  {len(functions)} functions, {sum(calls for _, calls in functions)} calls")
        for code, calls in sorted(functions, key=lambda item: item[0].co_firstlineno):
            print(f"    {calls:>6}  {code.co_qualname}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--by-module", action="store_true")
    arguments = parser.parse_args()
    with installation():
        measure(arguments.by_module)


if __name__ == "__main__":
    main()
