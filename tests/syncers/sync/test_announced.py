"""Announced is not in force: dated pages are replayed, and asked for each day (`as_of`) by what was known on each day.

A table has a row for each day on which something was known, and in it the input price of each day asked for. `-` is an
unknown price.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import pytest
import time_machine
from django.test import Client

from curation.apply import due
from curation.models import Change
from registry.catalogue import per_revision
from syncers.models import Run
from syncers.registry import load
from syncers.sync.engine import sync
from tests.syncers.sources.pages.samples import body, copy_of, texts

pytestmark = pytest.mark.django_db
SLUG: Final = "anthropic-pricing"
VERSE: Final = "anthropic/claude-verse-7"
SONNET: Final = "anthropic/claude-sonnet-5"
Table = Mapping[str, str]
_MULTIPLES: Final = ("1", "1.25", "2", "0.1", "5")
"""Columns of the page as multiples of the input price."""


# -- the world ---------------------------------------------------------------------------------------------------------


def page(listed: str) -> dict[str, str]:
    """The sample with these rows of one model: `2 through August 31, 2027; 3 starting September 1, 2027`."""
    rows = [_row(*row.strip().partition(" ")[::2]) for row in listed.split(";")]
    before, _, rest = texts(SLUG)[""].partition("| Claude Verse 7 [through")
    after = rest.partition("| Claude Rhyme 4.5")[2]
    return {**texts(SLUG), "": f"{before}{''.join(rows)}| Claude Rhyme 4.5{after}"}


def _row(amount: str, when: str) -> str:
    cells = (f"${Decimal(amount) * Decimal(times):f} / MTok" for times in _MULTIPLES)
    return f"| Claude Verse 7 {when} | {' | '.join(cells)} |\n"


def moment(day: str, hour: int = 12) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)


def replay(pages: Mapping[str, Mapping[str, str]], *mornings: str) -> None:
    """Reads pages on their days; in the mornings what is due is decided, as the schedule does."""
    for day in sorted({*pages, *mornings}):
        with time_machine.travel(moment(day, 6), tick=False):
            due.decide_due(at=moment(day, 6))
        if day in pages:
            with time_machine.travel(moment(day), tick=False):
                sync(load(SLUG), body=body(SLUG, dict(pages[day])), at=moment(day))
                assert Run.objects.latest("pk").status in (Run.Status.OK, Run.Status.UNCHANGED)
    per_revision.forget_all()


# -- who is asked ------------------------------------------------------------------------------------------------------


def of_detail(client: Client, offering: str, when: Mapping[str, str]) -> str:
    answer = client.get(f"/api/v1/offerings/{offering}/", when).json()
    in_force = [rate["amount"] for rate in answer["rates"] if rate["rate"] == "input" and rate["in_force"]]
    assert in_force == [amount for amount in [answer["prices"]["input"]["amount"]] if amount]
    assert all(change["valid_from"] > when.get("as_of", "") for change in answer["announced"])
    return answer["prices"]["input"]["amount"] or "-"


def of_list(client: Client, offering: str, when: Mapping[str, str]) -> str:
    (row,) = client.get("/api/v1/offerings/", {"id": offering, **when}).json()["results"]
    amount = row["prices"]["input"]["amount"] or "-"
    if amount != "-":
        among = {"id": offering, "input_price__gte": amount, "input_price__lte": amount}
        assert client.get("/api/v1/offerings/", {**among, **when}).json()["results"]
    return amount


def of_catalogue(client: Client, offering: str, when: Mapping[str, str]) -> str:
    rows = client.get("/api/v1/catalogue/", when).json()["offerings"]
    (row,) = (row for row in rows if row["id"] == offering)
    return row["prices"]["input"]["amount"] or "-"


def of_cost(client: Client, offering: str, when: Mapping[str, str]) -> str:
    asked: dict[str, Any] = {"id": offering, "usage": {"input_tokens": 1_000_000}}
    if when:
        asked |= {"at": f"{when['as_of']}T12:00:00Z", "known_at": f"{when['known_at']}T23:59:59Z"}
    answer = client.post("/api/v1/cost/", json.dumps(asked), content_type="application/json")
    assert answer.status_code == 200, answer.content
    return _plain(answer.json()["total"] or "-")


def of_litellm(client: Client, offering: str, when: Mapping[str, str]) -> str:
    entry = client.get("/exports/litellm.json", when).json()[offering.partition("/")[2]]
    amount = entry.get("input_cost_per_token")
    return _plain(Decimal(str(amount)) * 1_000_000) if amount is not None else "-"


def of_genai_prices(client: Client, offering: str, when: Mapping[str, str]) -> str:
    (provider,) = client.get("/exports/genai-prices/data.json", when).json()
    models = {model["id"]: model for model in provider["models"]}
    model = models.get(offering.partition("/")[2])
    return _plain(model["prices"]["input_mtok"]) if model else "-"


def of_csv(client: Client, offering: str, when: Mapping[str, str]) -> str:
    header, *rows = client.get("/exports/catalogue.csv", when).content.decode().splitlines()
    place = header.split(",").index("input_per_1m")
    (row,) = (row for row in rows if offering in row)
    return _plain(row.split(",")[place] or "-")


def _plain(amount: Any) -> str:
    return amount if amount == "-" else f"{Decimal(str(amount)).normalize():f}"


ASKED: Final = (of_detail, of_list, of_catalogue, of_cost, of_litellm, of_genai_prices, of_csv)


def wrong(offering: str, days: str, table: Table, now: str) -> Iterator[str]:
    """The cells of all answers that differ from the table."""
    with time_machine.travel(moment(now), tick=False):
        client = Client()
        for known_at, row in table.items():
            for as_of, expected in zip(days.split(), row.split(), strict=True):
                for ask in ASKED:
                    answer = ask(client, offering, {"as_of": as_of, "known_at": known_at})
                    if answer != expected:
                        yield f"{ask.__name__} of {as_of}, known at {known_at}: {answer}, not {expected}"


# -- made up -----------------------------------------------------------------------------------------------------------

RAISED: Final = "2 through August 31, 2027; 3 starting September 1, 2027"
LATER: Final = "2 through September 30, 2027; 3 starting October 1, 2027"
DAYS: Final = "2027-08-30 2027-08-31 2027-09-01 2027-09-04 2027-10-01"


@pytest.mark.parametrize(
    ("pages", "table"),
    [
        pytest.param(
            {"2027-07-01": "2", "2027-07-20": RAISED, "2027-09-02": "3"},
            {
                "2027-07-19": "2 2 2 2 2", "2027-07-20": "2 2 3 3 3", "2027-08-31": "2 2 3 3 3",
                "2027-09-01": "2 2 3 3 3", "2027-09-02": "2 2 3 3 3", "2027-10-06": "2 2 3 3 3",
            },
            id="in force",
        ),
        pytest.param(
            {"2027-07-20": RAISED},
            {"2027-08-31": "2 2 3 3 3", "2027-09-01": "2 2 3 3 3", "2027-10-06": "2 2 3 3 3"},
            id="in force though nobody has read the page since",
        ),
        pytest.param(
            {"2027-07-20": RAISED, "2027-08-11": LATER, "2027-10-01": LATER, "2027-10-05": "3"},
            {
                "2027-08-10": "2 2 3 3 3", "2027-08-11": "2 2 2 2 3", "2027-09-01": "2 2 2 2 3",
                "2027-10-01": "2 2 2 2 3", "2027-10-06": "2 2 2 2 3",
            },
            id="extended",
        ),
        pytest.param(
            {"2027-07-20": RAISED, "2027-09-02": LATER, "2027-10-02": LATER},
            {
                "2027-09-01": "2 2 3 3 3", "2027-09-02": "2 2 3 2 3", "2027-10-01": "2 2 3 2 3",
                "2027-10-06": "2 2 3 2 3",
            },
            id="extended, and read a day late: published days are not rewritten",
        ),
        pytest.param(
            {"2027-07-20": RAISED, "2027-08-11": "2", "2027-09-05": "2"},
            {
                "2027-08-10": "2 2 3 3 3", "2027-08-11": "2 2 2 2 2", "2027-08-31": "2 2 2 2 2",
                "2027-09-01": "2 2 2 2 2", "2027-10-06": "2 2 2 2 2",
            },
            id="withdrawn",
        ),
        pytest.param(
            {"2027-07-20": RAISED, "2027-08-11": "2", "2027-08-20": RAISED},
            {"2027-08-10": "2 2 3 3 3", "2027-08-11": "2 2 2 2 2", "2027-08-20": "2 2 3 3 3"},
            id="withdrawn, and announced again",
        ),
        pytest.param(
            {"2027-07-20": "2 through August 31, 2027", "2027-09-02": "3"},
            {
                "2027-07-20": "2 2 - - -", "2027-08-31": "2 2 - - -", "2027-09-01": "2 2 - - -",
                "2027-09-02": "2 2 - 3 3",
            },
            id="a promotion through a day, with nothing stated after it",
        ),
        pytest.param(
            {"2027-07-20": "2 through August 31, 2027", "2027-08-30": "2 through September 30, 2027"},
            {"2027-08-29": "2 2 - - -", "2027-08-30": "2 2 2 2 -", "2027-10-06": "2 2 2 2 -"},
            id="an extended promotion",
        ),
        pytest.param(
            {"2027-07-20": "2", "2027-08-10": "2 (at least through August 31, 2027)"},
            {"2027-07-20": "2 2 2 2 2", "2027-08-10": "2 2 2 2 2", "2027-10-06": "2 2 2 2 2"},
            id="a floor is no date: its row is held",
        ),
        pytest.param(
            {
                "2027-06-01": "1 through July 9, 2027; 2 starting July 10, 2027", "2027-07-20": RAISED,
                "2027-09-01": RAISED,
            },
            {"2027-07-09": "2 2 2 2 2", "2027-07-20": "2 2 3 3 3", "2027-09-02": "2 2 3 3 3"},
            id="one after another",
        ),
    ],
)  # fmt: skip
def test_a_day_has_the_price_in_force_on_it(pages: Mapping[str, str], table: Table) -> None:
    replay({day: page(listed) for day, listed in pages.items()}, *DAYS.split())

    assert list(wrong(VERSE, DAYS, table, "2027-10-20")) == []
    assert not Change.objects.awaiting_review().exists()


def test_today_is_the_day_of_an_announced_price_though_nothing_was_read_since() -> None:
    replay({"2027-07-20": page(RAISED)})

    for day, expected in (("2027-08-31", "2"), ("2027-09-01", "3")):
        with time_machine.travel(moment(day, 0), tick=False):
            due.decide_due(at=moment(day, 0))
            client = Client()
            assert {ask.__name__: ask(client, VERSE, {}) for ask in ASKED} == {ask.__name__: expected for ask in ASKED}


def test_what_is_announced_says_so_until_it_is_withdrawn() -> None:
    replay({"2027-07-20": page(RAISED), "2027-08-11": page("2")})

    with time_machine.travel(moment("2027-08-12"), tick=False):
        client = Client()
        before = client.get(f"/api/v1/offerings/{VERSE}/", {"known_at": "2027-08-10"}).json()["announced"]
        history = client.get(f"/api/v1/offerings/{VERSE}/history/").json()
        assert client.get(f"/api/v1/offerings/{VERSE}/").json()["announced"] == []
    assert {"rate": "input", "valid_from": "2027-09-01", "amount": "3", "state": "priced", "currency": "USD",
            "unit": "1M tokens", "source": SLUG, "accepted": True} in before  # fmt: skip
    revoked = {point["valid_from"]: point["revoked"] for point in history["prices"]["price.input"]}
    assert revoked == {None: None, "2027-09-01": "withdrawn"}


def test_the_feed_has_a_withdrawal_as_a_change_with_its_days() -> None:
    replay({"2027-07-20": page(RAISED), "2027-08-11": page("2")})

    with time_machine.travel(moment("2027-08-12"), tick=False):
        changes = Client().get("/api/v1/changes/", {"field": "price.input", "limit": "1000"}).json()["results"]
    lines = [
        [[(point["amount"], point["valid_from"]) for point in side or ()] for side in (change["old"], change["new"])]
        for change in changes
        if change["offering"] == VERSE
    ]
    raised = [("2", None), ("3", "2027-09-01")]
    assert lines == [[[], raised], [raised, [("2", None)]]]


# -- as it was ---------------------------------------------------------------------------------------------------------


def test_the_increase_of_sonnet_5_was_announced_and_never_in_force() -> None:
    """It stands on the pages until 7 August 2026, and is gone on the 11th."""
    models = copy_of("anthropic", "models-2026-08-05.md")
    days = ("2026-07-20", "2026-08-07", "2026-08-11", "2026-08-12", "2026-08-21")
    pages = {day: {"": copy_of("anthropic", f"pricing-{day}.md"), "models": models} for day in days}
    replay(pages, "2026-09-01", "2026-09-02")

    asked = "2026-07-21 2026-08-07 2026-08-11 2026-08-31 2026-09-01 2026-09-02"
    raised, stays = "2 2 2 2 3 3", "2 2 2 2 2 2"
    table = {
        "2026-07-20": raised, "2026-08-07": raised, "2026-08-10": raised, "2026-08-11": stays, "2026-08-12": stays,
        "2026-08-21": stays, "2026-09-01": stays, "2026-09-02": stays,
    }  # fmt: skip
    assert list(wrong(SONNET, asked, table, "2026-09-20")) == []
