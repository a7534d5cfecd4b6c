from __future__ import annotations

from decimal import Decimal

from curation.core.claim import Claim
from syncers.sources.catalogues.helicone import Helicone
from tests.syncers import sampled


def claims() -> dict[str, Claim]:
    return sampled.claims(Helicone, "helicone.json")


def test_it_takes_the_price_on_which_all_endpoints_agree() -> None:
    assert sampled.prices(claims()["helicone/claude-9.5-sonnet"]) == {
        "input": Decimal(3),
        "output": Decimal(15),
        "cache_read": Decimal("0.3"),
        "cache_write": Decimal("3.75"),
    }


def test_it_gives_prices_that_differ_endpoint_by_endpoint() -> None:
    assert sampled.prices(claims()["helicone/llama-9-70b"]) == {
        "input[detail=endpoint:groq]": Decimal("0.59"),
        "input[detail=endpoint:deepinfra]": Decimal("0.13"),
        "output": Decimal("0.79"),
    }


def test_it_does_not_take_what_is_paid_to_somebody_else() -> None:
    assert sampled.prices(claims()["helicone/only-own-keys"]) == {}


def test_it_leaves_out_prices_whose_unit_is_not_written() -> None:
    assert sampled.prices(claims()["helicone/gpt-9-audio"]) == {"input": Decimal("2.5"), "output": Decimal(10)}


def test_it_says_yes_for_what_is_listed_and_no_for_nothing() -> None:
    by_offering = claims()

    assert by_offering["helicone/claude-9.5-sonnet"].values["supports_tools"] is True
    assert "supports_tools" not in by_offering["helicone/llama-9-70b"].values
    assert "supports_tools" not in by_offering["helicone/gpt-9-audio"].values
