"""How statements lose weight."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from curation.core.authority import SourceType, is_aged, weight

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(("days", "aged"), [(0, False), (30, False), (31, True), (400, True)])
def test_a_dated_copy_of_an_official_page_ages_after_a_month(days: int, aged: bool) -> None:
    as_of = TODAY - timedelta(days=days)
    assert is_aged(SourceType.OFFICIAL, confirmed_on=as_of, as_of=as_of, on=TODAY, failures=0) is aged


def test_an_official_list_without_a_date_of_its_own_does_not_age() -> None:
    long_ago = TODAY - timedelta(days=400)
    assert not is_aged(SourceType.OFFICIAL, confirmed_on=long_ago, as_of=None, on=TODAY, failures=9)


def test_an_aged_official_statement_ranks_with_catalogues() -> None:
    assert weight(SourceType.OFFICIAL, aged=True) == weight(SourceType.CATALOGUE, aged=False)
    assert weight(SourceType.OFFICIAL, aged=False) < weight(SourceType.MARKETPLACE, aged=False)
