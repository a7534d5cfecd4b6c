"""Law 1: the unit is a list. All token prices of an offering are decided, held, refused and undone together.

The id in a docstring is that of the row in the design's table of counter-examples.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from curation.models import Policy
from tests.builders import usd
from tests.curation.decision.world import (
    HOUR,
    OFFERING,
    TODAY,
    account,
    approve,
    base,
    conflicts,
    earlier_rules_published,
    fact,
    lead,
    newest,
    passes,
    pins,
    published,
    puts_first,
    refused_values,
    reject,
    releases,
    says,
    undoes,
    units,
    upgrade,
    waiting,
    written_in,
)  # fmt: skip

pytestmark = pytest.mark.django_db

INPUT_AND_OUTPUT = frozenset({"price.input", "price.output"})
BATCH = frozenset({"price.input[tier=batch]", "price.output[tier=batch]"})


def test_half_a_price_list_is_never_published():
    """U1: one rate moves far, the other a little; both wait, measured by the one that moves most."""
    base("L", "0.10/0.50")
    says("L", "0.075/0.30")

    assert published() == "0.1/0.5"
    assert [(unit.parts, unit.size) for unit in units()] == [(INPUT_AND_OUTPUT, Decimal("1.67"))]


def test_a_list_that_moves_a_little_is_published_in_one_revision():
    """U2"""
    base("L", "5/25")
    says("L", "4.5/22.5")

    assert (published(), waiting()) == ("4.5/22.5", set())
    assert written_in(newest()) == INPUT_AND_OUTPUT


def test_a_first_list_that_cannot_be_right_waits_whole_and_the_other_fields_do_not():
    """U3: siblings cost 0.2 to 1.8."""
    for number, price in enumerate(("0.2/0.8", "0.5/1.2", "0.9/1.8")):
        base("L", price, key=f"host{number}/openai/gpt-oss-20b")
    key = "groq/openai/gpt-oss-20b"
    says("M", "500/2000", key=key, context_window=131_072)

    assert (published(key), fact("context_window", key)) == ("-", 131_072)
    assert [unit.parts for unit in units(key)] == [INPUT_AND_OUTPUT]


def test_a_catalogue_adds_batch_prices_to_the_list_that_it_repeats():
    """U4"""
    base("O", "5/25")
    says("L", "5/25 batch=2.5/12.5")

    assert (published(), waiting()) == ("5/25 batch=2.5/12.5", set())
    assert (lead(), lead("price.input[tier=batch]")) == ("O", "L")


def test_an_added_rate_says_that_its_source_states_the_same_list():
    """U4: the account of the batch price."""
    base("O", "5/25")
    says("L", "5/25 batch=2.5/12.5")

    assert account("price.input[tier=batch]")["reason"] == "same list"


def test_an_added_rate_leaves_with_the_list_that_it_belonged_to():
    """U5: in the same change, and nobody is asked."""
    base("O", "5/25")
    base("L", "5/25 batch=2.5/12.5")
    says("O", "4/20")

    assert (published(), waiting()) == ("4/20", set())
    assert written_in(newest()) == INPUT_AND_OUTPUT | BATCH


def test_a_catalogue_whose_ordinary_prices_are_accepted_adds_the_rest():
    """U6"""
    base("O", "4/20")
    says("L", "4/20 batch=2/10")

    assert (published(), waiting()) == ("4/20 batch=2/10", set())


def test_a_rate_of_another_list_is_neither_added_nor_asked_about():
    """U7"""
    base("O", "4/20")
    says("L", "5/25 write=8")

    assert (published(), waiting()) == ("4/20", set())


def test_the_comparison_of_sources_shows_the_list_that_is_not_published():
    """U7: what the catalogue says stands in its claim."""
    from curation.explanation.explain import explain
    from registry.models import Offering

    base("O", "4/20")
    says("L", "5/25 write=8")
    stories = {story.name: story for story in explain(Offering.objects.get(key=OFFERING))}

    assert "litellm" in {statement.source for statement in stories["price.input"].statements}
    assert "litellm" in {statement.source for statement in stories["price.cache_write[ttl=1h]"].statements}


def test_a_part_list_adds_and_never_leads():
    """U8"""
    base("L", "3/15")
    says("M", "-/- region=3.3")

    assert (published(), waiting(), lead()) == ("3/15 region=3.3", set(), "L")


def test_another_catalogue_completes_a_list_whose_input_it_repeats():
    """U9: embeddings have no output price until somebody says that it is free."""
    base("L", "0.02")
    says("M", "0.02/free")

    assert (published(), waiting()) == ("0.02/free", set())


def test_another_catalogue_does_not_complete_a_list_that_it_contradicts():
    """U9, second half"""
    base("L", "0.02")
    says("M", "0.03/free")

    assert (published(), waiting()) == ("0.02", set())


def test_a_price_per_image_waits_and_the_token_prices_are_left_alone():
    """U10"""
    image = "price.output[modality=image;unit=image]"
    cheap: dict[str, Any] = {image: usd("0.04")}
    dear: dict[str, Any] = {image: usd("0.4")}
    base("O", "5/25")
    base("O2", **cheap)
    says("O2", **dear)

    assert (published(), fact(image)[0]["amount"], waiting()) == ("5/25", "0.04", {image})


def test_a_pin_replaces_one_rate_of_the_accepted_list():
    """U11"""
    base("L", "5/25")
    pin = pins("price.output", "30")
    for letter in ("L", "M"):
        says(letter, "4.5/22.5 cache=0.45", at=TODAY + HOUR)
    pin.refresh_from_db()

    assert published() == "4.5/30 cache=0.45"
    assert pin.drift == pin.Drift.MOVED


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param("released"),
        pytest.param("expired"),
        "undone",
    ],
)
def test_what_waits_stays_out_when_a_pin_ends(ends):
    """U12, U13: the end of a pin shows what was accepted behind it."""
    base("L", "5/25")
    over = TODAY + 2 * HOUR
    pin = pins("price.output", "30", expires_at=over)
    says("L", "2.5/10", at=TODAY + HOUR)
    if ends == "released":
        releases(pin, at=over - HOUR / 2)
    elif ends == "undone":
        undoes("price.output", at=over - HOUR / 2)
    else:
        passes(over)

    assert (published(), waiting()) == ("5/25", set(INPUT_AND_OUTPUT))


def test_a_batch_price_is_part_of_the_list_that_waits():
    """U14"""
    base("L", "5/25")
    says("L", "2.5/10 batch=1.25/5")

    assert published() == "5/25"
    assert [unit.parts for unit in units()] == [INPUT_AND_OUTPUT | BATCH]


def test_a_rate_is_added_to_the_accepted_list_while_a_newer_one_waits():
    """U15: the lead has left the accepted list, another source still states it."""
    base("L", "5/25")
    says("L", "2.5/10")
    says("M", "5/25 cache=0.5", at=TODAY + HOUR)

    assert published() == "5/25 cache=0.5"
    assert waiting() == INPUT_AND_OUTPUT
    assert "models-dev" in account()["agree"]


def test_a_list_takes_the_strictest_verdict_of_its_parts():
    """U16: a curator's policy would let the cache price pass."""
    puts_first("apply cache prices", verdict="apply", fields=["price.cache_read"])
    base("L", "5/25 cache=0.5")
    says("L", "12/60 cache=1.2")

    assert published() == "5/25 cache=0.5"
    assert [(unit.parts, unit.policy) for unit in units()] == [
        (INPUT_AND_OUTPUT | {"price.cache_read"}, "price moves by half")
    ]


def test_a_list_in_another_currency_waits_whole():
    """U17"""
    from registry.domain import rates

    base("L", "2/8")
    says("O", price_input=rates.price("14", currency="CNY"), price_output=rates.price("56", currency="CNY"))

    assert (published(), waiting()) == ("2/8", set(INPUT_AND_OUTPUT))


def test_one_list_is_undone_whole():
    """U18: whoever undoes the output price undoes the list, and what is undone is remembered as refused."""
    base("L", "5/25")
    says("L", "4/20")
    before = newest()
    undoes("price.output")

    assert published() == "5/25"
    assert newest() == before + 1
    assert refused_values() == INPUT_AND_OUTPUT


def test_a_refused_list_is_not_asked_again_while_it_holds_a_refused_value():
    """U19: a cache price beside it makes it no other list."""
    base("L", "5/25")
    says("L", "2.5/10")
    reject(at=TODAY + HOUR)
    says("L", "2.5/10 cache=0.2", at=TODAY + 2 * HOUR)

    assert (published(), waiting()) == ("5/25", set())


def test_a_list_without_the_refused_values_is_decided_like_any_other():
    """U19, second half"""
    base("L", "5/25")
    says("L", "2.5/10")
    reject(at=TODAY + HOUR)
    says("L", "4.8/24", at=TODAY + 2 * HOUR)

    assert (published(), waiting()) == ("4.8/24", set())


def test_a_rate_far_from_others_is_not_asked_about_without_its_refused_list():
    """U19: the list was refused while a policy held it, and the rate that came since belongs to that list."""
    base("O", context_window=200_000)
    puts_first("first prices", verdict="hold", kinds=["fill"])
    says("O", "2.5/10", context_window=200_000)
    reject(at=TODAY + HOUR)
    Policy.objects.filter(name="first prices").delete()
    says("L", "2.5/10 audio=2.5", at=TODAY + 2 * HOUR)
    says("O", "2.5/10 audio=40", at=TODAY + 3 * HOUR)

    assert (published(), waiting()) == ("-", set())


def test_an_upgrade_puts_the_last_whole_list_in_place_of_a_mixture():
    """U20"""
    base("L", "1.25/10")
    earlier_rules_published("1.25/5", by="L")

    assert OFFERING in upgrade()
    assert published() == "1.25/10"


def test_a_flag_that_repeats_a_modality_stands_beside_the_modalities_of_its_source():
    """U21"""
    base("L", input_modalities=("text",), supports_pdf_input=False)
    says("M", input_modalities=("text", "pdf"), supports_pdf_input=True)

    assert (fact("input_modalities"), fact("supports_pdf_input")) == (["text"], False)
    assert len(conflicts()) == 1


def test_what_waits_can_be_approved_at_once():
    """U14: the whole list is published by one approval."""
    base("L", "5/25")
    says("L", "2.5/10 batch=1.25/5")
    approve()

    assert (published(), waiting()) == ("2.5/10 batch=1.25/5", set())
