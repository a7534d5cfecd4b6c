from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from syncers import http
from syncers.errors import NotConfigured, Unreachable
from syncers.payload.fetch import envelope, fetch
from syncers.sources.hosts.fal_prices import FalPrices
from tests.syncers import sampled
from tests.syncers.sources.samples import SAMPLES

SAMPLE = "fal_prices.json"


def prices() -> dict[str, dict[str, Any]]:
    return {name: sampled.prices(claim) for name, claim in sampled.claims(FalPrices, SAMPLE).items()}


def test_it_reads_what_each_unit_counts() -> None:
    assert prices() == {
        "fal/fal-ai/flux-9/dev": {"output[modality=image;unit=megapixel]": Decimal("0.025")},
        "fal/fal-ai/flux-9/edit": {"output[modality=image;unit=image]": Decimal("0.04")},
        "fal/fal-ai/kling/v9/image-to-video": {"output[modality=video;unit=second]": Decimal("0.14")},
        "fal/fal-ai/wizper-9": {"input[modality=audio;unit=minute]": Decimal("0.0005")},
        "fal/fal-ai/kokoro-9": {"character": 20},
        "fal/fal-ai/song-9": {"request": Decimal("0.15")},
    }


def test_it_counts_units_that_it_is_not_sure_of_and_takes_none_of_them() -> None:
    assert sampled.parse(FalPrices, SAMPLE).notices == {
        "unit second of video-to-video": 1,
        "unit compute second of text-to-image": 1,
    }


def test_it_does_not_take_zero_for_free() -> None:
    document = SAMPLES["fal-prices"].document()
    document["prices"][0]["unit_price"] = 0

    assert "fal/fal-ai/flux-9/dev" not in sampled.claims(FalPrices, document)


def test_it_keeps_the_currency_of_the_row() -> None:
    document = SAMPLES["fal-prices"].document()
    document["prices"][5]["currency"] = "EUR"

    assert sampled.claims(FalPrices, document)["fal/fal-ai/song-9"].values["price.request"][0].currency == "EUR"


# -- the list, then the prices -----------------------------------------------------------------------------------------


class Fal:
    """fal as far as it matters: a list of 120 endpoints in two pages, and prices for up to fifty of them at a time."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, list[str]], str]] = []
        self.prices_fail = False

    def fetch(self, url: str, *, headers: dict[str, str], **_: Any) -> http.Response:
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        self.asked.append((parts.path, query, headers["Authorization"]))
        if parts.path == "/v1/models":
            start = int(query.get("cursor", ["0"])[0])
            rows = [
                {"endpoint_id": f"fal-ai/m{n}/edit", "metadata": {"category": "text-to-image"}}
                for n in range(start, start + 60)
            ]
            return self.page({"models": rows, "next_cursor": "60" if not start else None, "has_more": not start})
        if self.prices_fail:
            raise Unreachable("api.fal.ai: answers 503")
        idents = query["endpoint_id"][0].split(",")
        prices = [{"endpoint_id": ident, "unit_price": 0.02, "unit": "images", "currency": "USD"} for ident in idents]
        return self.page({"prices": prices, "next_cursor": None, "has_more": False})

    @staticmethod
    def page(document: Any) -> http.Response:
        return http.Response(json.dumps(document).encode(), etag='"v1"')


@pytest.fixture
def fal(monkeypatch: pytest.MonkeyPatch) -> Fal:
    fake_fal = Fal()
    monkeypatch.setattr(http, "fetch", fake_fal.fetch)
    monkeypatch.setattr(FalPrices, "pause", 0.0)
    monkeypatch.setenv("FAL_KEY", "secret")
    return fake_fal


def test_it_asks_for_the_prices_of_all_that_the_list_names_fifty_at_a_time(fal: Fal) -> None:
    parsed = FalPrices().parse(fetch(FalPrices()).body)

    batches = [query["endpoint_id"][0].split(",") for path, query, _ in fal.asked if path == "/v1/models/pricing"]
    assert [len(idents) for idents in batches] == [50, 50, 20]
    assert {key for _, _, key in fal.asked} == {"Key secret"}
    assert len(parsed.claims) == 120
    assert parsed.rejected == []


def test_what_it_fetched_can_be_read_again(fal: Fal) -> None:
    fetched = fetch(FalPrices())
    first, again = (FalPrices().parse(fetched.body).claims for _ in range(2))

    assert [claim.digest() for claim in first] == [claim.digest() for claim in again]
    assert (fetched.etag, fetched.unchanged) == ("", False), "an unchanged list does not mean unchanged prices"


def test_it_fails_as_a_whole_when_the_prices_cannot_be_had(fal: Fal) -> None:
    """A list without its prices would withdraw them all."""
    fal.prices_fail = True

    with pytest.raises(Unreachable, match="503"):
        fetch(FalPrices())


def test_it_needs_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FAL_KEY", raising=False)

    with pytest.raises(NotConfigured, match="set FAL_KEY"):
        fetch(FalPrices())


def test_it_reads_the_pages_of_list_and_prices_together() -> None:
    document = SAMPLES["fal-prices"].document()
    models, rows = document["models"], document["prices"]
    pages = {
        "": [{"models": models[:4]}, {"models": models[4:]}],
        "prices 1": [{"prices": rows[:5]}],
        "prices 2": [{"prices": rows[5:]}],
    }
    body = envelope({part: [json.dumps(page).encode() for page in listed] for part, listed in pages.items()})

    whole = {claim.offering: claim.digest() for claim in sampled.claims(FalPrices, SAMPLE).values()}
    assert {claim.offering: claim.digest() for claim in FalPrices().parse(body).claims} == whole
