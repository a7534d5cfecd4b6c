"""Random courses of publications: offerings that come, change, lose values, get names and pins, and are delisted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from registry.models import Offering
from tests.builders import NOW, listed
from tests.registry.catalogue.test_publish import put, to

_DATED = [
    {"amount": "1", "currency": "USD", "to": "2026-01-07"},
    {"amount": "9", "currency": "USD", "from": "2026-01-07", "to": "2026-02-01"},
    {"state": "free", "currency": "USD", "from": "2026-03-01"},
]
VALUES = {
    "name": st.sampled_from(["Rocket", "Rocket 1", None]),
    "context_window": st.sampled_from([1000, 2000, None]),
    "input_modalities": st.sampled_from([["text"], ["image", "text"]]),
    "supports_tools": st.sampled_from([True, False]),
    "price.input": st.sampled_from([listed("3"), listed("2.5"), [{"state": "free", "currency": "USD"}], _DATED, None]),
    "price.output[tier=batch]": st.sampled_from([listed("1.25"), listed("0.000000000001")]),
    "model": st.sampled_from(["acme/rocket-1", "acme/rocket-2"]),
}
KEYS = ("acme/rocket-1", "acme/rocket-2", "relay/acme/rocket-1/history")
_VALUES = st.dictionaries(st.sampled_from(sorted(VALUES)), st.booleans(), min_size=1, max_size=4).flatmap(
    lambda chosen: st.fixed_dictionaries({n: VALUES[n] if is_kept else st.just(...) for n, is_kept in chosen.items()})
)
_MORE = st.fixed_dictionaries(
    {},
    optional={
        "aliases": st.sampled_from([{}, {"rocket": "list"}, {"rocket": "list", "r|1": "other"}]),
        "missing_since": st.just(NOW),
        "not_seen_since": st.just(NOW),
    },
)
_REASONS = st.sampled_from(["only source", "pinned"])
_ACCOUNTS = st.fixed_dictionaries(
    {"source": st.sampled_from(["list", "other"])},
    optional={
        "quality": st.sampled_from(["partial", "verified"]),
        "reason": _REASONS,
        "since": st.just("2026-01-02"),
        "agree": st.just(["x"]),
        "disagree": st.just(["y"]),
    },
).map(lambda origin: {"quality": "partial", "reason": "only source"} | origin)


def _course(more: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.tuples(st.sampled_from(KEYS), _VALUES, _REASONS, more), min_size=1, max_size=12)


COURSE = _course(_MORE)
COURSE_WITH_ACCOUNTS = _course(
    st.builds(
        lambda more, accounts: {**more, "provenance": accounts},
        _MORE,
        st.dictionaries(st.sampled_from(sorted(VALUES)), _ACCOUNTS, max_size=3),
    )
)
"""The same, with accounts of unchanged values that move too: the ledger tells nothing of them."""


def publish_course(steps: Iterable[tuple[str, dict[str, Any], str, dict[str, Any]]]) -> Iterable[int]:
    """Publishes step by step, some hours apart. Yields the revision after each one that published anything."""
    for number, (key, values, reason, more) in enumerate(steps):
        done = publish_step(key, values, NOW + number * timedelta(hours=7), reason=reason, **more)
        if done:
            yield done


def publish_step(key: str, values: dict[str, Any], at: datetime, *, reason: str = "only source", **more: Any) -> int:
    """Publishes what moves; `...` takes a field out, as a withdrawal does. Returns the revision, 0 for none."""
    existing = Offering.objects.filter(key=key).first()
    facts = existing.facts if existing else {}
    changes = [
        to(name, None, old=facts.get(name), gone=True, source="", reason="no longer stated", quality="unknown")
        if value is ...
        else to(name, value, old=facts.get(name), reason=reason)
        for name, value in values.items()
        if (name in facts if value is ... else name not in facts or facts[name] != value)
    ]
    if not changes and not (existing and more):
        return 0
    return put(*changes, key=key, at=at, **more).revision or 0
