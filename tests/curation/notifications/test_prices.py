"""People are told before a published price changes or ends, and when an announced price was withdrawn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from curation.models import Event, Notice
from curation.notifications import collect
from registry.models import Offering
from tests.builders import NOW, listed
from tests.registry.catalogue.test_publish import put, to

pytestmark = pytest.mark.django_db
KEY = "acme/rocket-1"
DAY = timedelta(days=1)
START = datetime(2026, 3, 1, 12, tzinfo=NOW.tzinfo)


def raised(before: str, after: str, day: str = "2026-03-01") -> list[dict[str, Any]]:
    return [
        {"amount": before, "currency": "USD", "to": day},
        {"amount": after, "currency": "USD", "from": day},
    ]


def told(at: datetime) -> list[str]:
    """The titles of all notices of prices, the oldest first."""
    collect.collect(at=at)
    return list(Notice.objects.filter(event=Event.PRICE).order_by("pk").values_list("title", flat=True))


def test_a_price_that_will_change_is_told_once_in_time() -> None:
    put(to("price.input", raised("2", "3")), to("price.output", raised("10", "15")), key=KEY)

    assert told(START - 15 * DAY) == []
    for days in range(14, -2, -1):
        titles = told(START - days * DAY)

    (title,) = titles
    assert title.startswith(f"{KEY} on 2026-03-01, in 14 days: Input price $2 → $3, and 1 more, as ")


def test_the_end_of_a_price_is_told_though_no_price_follows() -> None:
    put(to("price.input", raised("2", "3")[:1]), key=KEY)

    assert ": Input price $2 → unknown, as " in told(START - DAY)[0]


def test_a_price_that_no_list_has_a_column_for_is_told_too() -> None:
    put(to("price.input[tier=batch]", raised("1", "1.5")), to("price.input", listed("2")), key=KEY)

    assert ": Input price, batch $1 → $1.5, as " in told(START - DAY)[0]


def test_the_days_ahead_are_a_setting(settings: Any) -> None:
    settings.PRICE_LEAD_DAYS = 30
    put(to("price.input", raised("2", "3")), key=KEY)

    assert len(told(START - 30 * DAY)) == 1


def test_each_day_is_told_of() -> None:
    until, then = raised("4", "3", "2026-03-09")
    put(to("price.input", [raised("2", "4")[0], {**until, "from": "2026-03-01"}, then]), key=KEY)
    put(to("price.input", raised("2", "3")), key="acme/rocket-2")

    assert [title.partition(",")[0] for title in told(START - DAY)] == [
        f"{KEY} on 2026-03-01", f"{KEY} on 2026-03-09", "acme/rocket-2 on 2026-03-01",
    ]  # fmt: skip


def test_what_is_not_accepted_and_what_is_not_listed_is_nothing_to_tell() -> None:
    put(to("price.input", listed("2")), key=KEY)
    put(to("price.input", raised("2", "3")), key="acme/rocket-2")
    row = Offering.objects.get(key=KEY)
    row.provenance["price.input"]["announced"] = [{"source": "list", "prices": raised("2", "3")[1:]}]
    row.save()
    Offering.objects.filter(key="acme/rocket-2").update(missing_since=NOW)

    assert told(START - DAY) == []


def test_a_withdrawn_price_is_told_once_with_its_day(client: Any, admin_user: Any) -> None:
    put(to("price.input", raised("2", "3")), to("price.output", raised("10", "15")), key=KEY)
    put(
        to("price.input", listed("2"), old=raised("2", "3")),
        to("price.output", listed("10"), old=raised("10", "15")),
        key=KEY, at=NOW + 9 * DAY,
    )  # fmt: skip

    told(NOW + 9 * DAY)
    (title,) = told(NOW + 15 * DAY)

    assert title == f"{KEY}, Input price: withdrawn: $3 from 2026-03-01"
    client.force_login(admin_user)
    page = client.get(Notice.objects.get(event=Event.PRICE).path, follow=True)
    assert "withdrawn: $3 from 2026-03-01" in page.content.decode()


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(raised("2", "3", "2026-04-01"), id="extended"),
        pytest.param(raised("2.5", "3"), id="another price until then"),
    ],
)
def test_what_is_still_announced_is_not_withdrawn(new: list[dict[str, Any]]) -> None:
    put(to("price.input", raised("2", "3")), key=KEY)
    put(to("price.input", new, old=raised("2", "3")), key=KEY, at=NOW + 9 * DAY)

    assert told(NOW + 10 * DAY) == []
