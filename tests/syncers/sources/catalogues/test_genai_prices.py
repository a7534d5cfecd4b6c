from __future__ import annotations

import copy
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from genai_prices.data import providers
from genai_prices.data_units import unit_data

from curation.core.claim import Claim, InvalidClaim
from registry.domain.rates import Amounts, PricePoint, RateKey, point_on
from syncers.sources.catalogues.genai_prices import GenaiPrices
from syncers.sources.catalogues.genai_rates import UNITS, price_fields
from tests.syncers.sources.samples import SAMPLES


def claims() -> dict[str, Claim]:
    return {claim.offering: claim for claim in GenaiPrices().parse(SAMPLES["genai-prices"].body()).claims}


def amount(claim: Claim, name: str, day: date = date(2026, 11, 1)) -> Decimal | None:
    point = point_on(claim.values[name], day)
    return point.amount if point else None


def test_it_knows_every_unit_of_the_package() -> None:
    assert {unit["price_key"] for unit in unit_data.values()} <= UNITS.keys()


def test_it_keeps_serving_providers_behind_hugging_face_apart() -> None:
    assert "huggingface-together/Qwen/Qwen3-VL-8B" in claims()


def test_it_cleans_prices_that_went_through_binary_arithmetic() -> None:
    assert amount(claims()["huggingface-together/Qwen/Qwen3-VL-8B"], "price.input") == Decimal("0.18")


def test_it_takes_equal_names_for_aliases_but_no_prefixes() -> None:
    assert claims()["anthropic/claude-opus-9"].aliases == ("claude-opus-9-latest",)


def test_it_says_deprecated_only_of_what_is_marked() -> None:
    assert claims()["anthropic/claude-1"].values["status"] == "deprecated"
    assert "status" not in claims()["anthropic/claude-opus-9"].values


def test_it_has_no_opinion_on_a_model_without_prices() -> None:
    assert claims()["huggingface-together/unpriced:free"].values == {}


def test_it_takes_a_stated_zero_for_free() -> None:
    assert claims()["groq/gifted"].values["price.input"] == (PricePoint(None, Amounts.FREE),)


def test_it_converts_prices_per_thousand() -> None:
    assert amount(claims()["perplexity/sonar"], "price.request") == Decimal("0.012")
    assert amount(claims()["perplexity/sonar"], "price.search[detail=search_type:fast]") == Decimal("0.001")


def test_it_reads_batch_and_fast_variants() -> None:
    claim = claims()["anthropic/claude-opus-9"]

    assert amount(claim, "price.input[tier=batch]") == Decimal("2.5")
    assert amount(claim, "price.output[tier=fast]") == 50
    assert "price.cache_read[tier=batch]" not in claim.values  # the variant does not state it


def test_it_states_one_price_for_two_keys_that_say_the_same() -> None:
    values = claims()["groq/whisper-large-v3"].values

    assert list(values) == ["price.input[modality=audio;unit=hour]"]


def test_it_keeps_the_history_of_a_price() -> None:
    claim = claims()["google/gemini-9"]

    assert amount(claim, "price.output", date(2026, 3, 13)) == 10
    assert amount(claim, "price.output", date(2026, 3, 14)) == 9


def test_it_ends_a_context_tier_which_a_later_price_does_not_repeat() -> None:
    tier = claims()["google/gemini-9"].values["price.input[above=200000]"]

    assert tier == (PricePoint(Decimal("2.5"), valid_to=date(2026, 3, 14)),)


def test_it_lets_the_first_active_variant_hold_for_each_price_by_itself() -> None:
    claim = claims()["google/gemini-9"]

    assert claim.values["price.input[tier=batch]"] == (
        PricePoint(Decimal("0.5"), valid_from=date(2026, 10, 15), valid_to=date(2027, 1, 1)),
        PricePoint(Decimal(1), valid_from=date(2027, 1, 1)),
    )
    assert claim.values["price.output[tier=batch]"] == (PricePoint(Decimal(4), valid_from=date(2026, 10, 15)),)


def test_it_gives_a_price_by_time_of_day_its_window() -> None:
    claim = claims()["deepseek/deepseek-chat"]

    assert amount(claim, "price.input") == Decimal("0.135")
    assert amount(claim, "price.input[schedule=00:30-16:30Z]") == Decimal("0.27")


@pytest.mark.parametrize("start", ["0830", "08", "T08:30", "24:00:00"])
def test_it_takes_no_other_form_of_a_time_of_day(start: str) -> None:
    window = {"constraint": {"start_time": start, "end_time": "16:30:00Z"}, "prices": {"input_mtok": 2}}

    with pytest.raises(InvalidClaim, match="time of day"):
        price_fields([{"prices": {"input_mtok": 1}}, window])


def test_it_turns_windows_of_other_zones_into_utc() -> None:
    window = {"constraint": {"start_time": "08:30:00+08:00", "end_time": "00:30:00+08:00"}, "prices": {"input_mtok": 2}}

    by_rate = price_fields([{"prices": {"input_mtok": 1}}, window])

    assert RateKey("input", schedule="00:30-16:30Z").field in by_rate


def test_it_ends_a_window_with_a_later_price_for_the_whole_day() -> None:
    window = {"constraint": {"start_time": "00:30:00Z", "end_time": "16:30:00Z"}, "prices": {"input_mtok": 2}}
    later = {"constraint": {"start_date": "2026-01-01"}, "prices": {"input_mtok": 3}}

    (point,) = price_fields([{"prices": {"input_mtok": 1}}, window, later])["price.input[schedule=00:30-16:30Z]"]

    assert point.valid_to == date(2026, 1, 1)


def test_it_drops_a_price_that_never_held() -> None:
    listed = [{"constraint": {"start_date": "2026-05-01"}, "prices": {"input_mtok": 1}}, {"prices": {"input_mtok": 2}}]

    assert price_fields(listed)["price.input"] == (PricePoint(Decimal(2)),)


def test_it_reports_what_it_does_not_understand() -> None:
    document = SAMPLES["genai-prices"].document()
    document[0]["models"][0]["prices"]["moon_dust_kg"] = 3
    document[0]["models"][0]["price_variants"].append({"when": {"mood": "good"}, "prices": {"input_mtok": 1}})

    parsed = GenaiPrices().parse(json.dumps(document).encode())

    assert parsed.notices == {"price key moon_dust_kg": 1, "variant mood=good": 1}


class TestTheEmbeddedList:
    def test_it_holds_every_model_of_the_package_once(self) -> None:
        parsed = GenaiPrices().parse(GenaiPrices().embedded() or b"")

        assert len(parsed.claims) == sum(len(provider.models) for provider in providers) > 2_000
        assert not parsed.rejected, parsed.rejected
        assert not parsed.notices, parsed.notices

    def test_it_is_the_same_every_time(self) -> None:
        assert GenaiPrices().embedded() is GenaiPrices().embedded()

    def test_it_wins_over_an_address_that_answers_with_old_data_for_ever(self) -> None:
        """genai-prices#703"""
        embedded = json.loads(GenaiPrices().embedded() or b"")
        frozen = [provider | {"models": provider["models"][::2]} for provider in copy.deepcopy(embedded)]
        frozen[0]["models"].append({"id": "long-gone", "prices": {}})

        assert GenaiPrices().is_older(frozen, embedded)

    def test_it_gives_way_to_a_list_with_news(self) -> None:
        embedded = json.loads(GenaiPrices().embedded() or b"")
        fetched = copy.deepcopy(embedded)
        fetched[0]["models"] += [{"id": "brand-new-1", "prices": {}}, {"id": "brand-new-2", "prices": {}}]
        del fetched[0]["models"][0]

        assert not GenaiPrices().is_older(fetched, embedded)
        assert not GenaiPrices().is_older(embedded, embedded)

    @pytest.mark.parametrize("document", [None, {}, [], [None], [{"id": "x", "models": [{"prices": [None]}]}]])
    def test_it_compares_whatever_was_fetched(self, document: Any) -> None:
        assert GenaiPrices().is_older(document, json.loads(GenaiPrices().embedded() or b""))
