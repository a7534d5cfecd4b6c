"""Rows to test with: one that is complete and dull, and all that there can be."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from registry.formats.columns import BENCHMARKS, CAPS, QUALITIES
from registry.formats.row import Row

NASTY = "=+-@|\\,;\"'#\n\r\t -5aé\uff1d\u2028\x85\ufeff"
_forbidden = "\x0b\x0c\x7f" + "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))


def row(**columns: Any) -> Row:
    """A complete row; name the columns that matter."""
    complete: dict[str, Any] = {
        "id": "acme/rocket-1",
        "aliases": ("rocket", "acme/rocket"),
        "name": "Rocket 1",
        "status": "C",
        "input_per_1m": Decimal(5),
        "output_per_1m": Decimal("25.5"),
        "cache_per_1m": Decimal("0.5"),
        "max_context": 200_000,
        "max_output": 32_000,
        "caps": frozenset("VTK"),
        **{name: Decimal(80) for name in BENCHMARKS},
        "ttft_ms": Decimal(1200),
        "tps": Decimal(60),
        "description": "A model",
        "can_classify": False,
        "source": "official",
        "quality": "verified",
        "updated": date(2026, 1, 4),
    }
    return Row(**complete | columns)


def _stripped(text: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return text.map(str.strip).filter(bool)


texts = _stripped(
    st.text(st.sampled_from(NASTY), max_size=12)
    | st.text(
        st.characters(exclude_categories=["Cs"], min_codepoint=32, exclude_characters=_forbidden),
        max_size=60,  # the shortest limit of a text column is 100
    )
    | st.sampled_from(["-", "'-", "-5", "'-5", "''=x", "=A1", r"\-", r"\\-", "+1", "a;b", "#x"])
)


def _numbers(most: int) -> st.SearchStrategy[Decimal]:
    exact = st.builds(lambda n, p: Decimal(n).scaleb(-p), st.integers(0, most), st.integers(0, 12))
    return exact | st.sampled_from([Decimal(0), Decimal(most), Decimal("1E-12"), Decimal("0.50")])


_ids = st.builds(
    "{}/{}".format, st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True), _stripped(
        st.text("aZ9@~._:/+, ()[]=-;\"'|\\#", max_size=12)
    ).filter(lambda own_id: not {"", ".", ".."} & set(own_id.split("/")))
)  # fmt: skip

rows = st.builds(
    Row,
    id=_ids,
    aliases=st.lists(texts, max_size=4).map(tuple),
    name=st.none() | texts,
    status=st.sampled_from([None, "C", "L", "D"]),
    input_per_1m=st.none() | _numbers(10**9),
    output_per_1m=st.none() | _numbers(10**9),
    cache_per_1m=st.none() | _numbers(10**9),
    max_context=st.none() | st.integers(1, 2**40),
    max_output=st.none() | st.integers(1, 2**40),
    caps=st.frozensets(st.sampled_from(list(CAPS))),
    **{name: st.none() | _numbers(100) for name in BENCHMARKS},
    ttft_ms=st.none() | _numbers(10**6),
    tps=st.none() | _numbers(10**6),
    description=st.none() | texts,
    can_classify=st.none() | st.booleans(),
    source=st.none() | texts,
    quality=st.sampled_from([None, *QUALITIES]),
    updated=st.none() | st.dates(date(2015, 1, 1), date(2100, 12, 31)),
)
