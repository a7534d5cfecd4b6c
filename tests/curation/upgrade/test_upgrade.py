"""The upgrade of a database that earlier rules have decided: what goes back, what stays, and what is only listed."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command

from curation import upgrade as module
from curation.models import AuditEntry, Change, Conflict, Pin, Policy, StoredClaim
from curation.policies.history import history
from curation.policies.installed import ensure_defaults
from curation.rollback.selection import Selection
from curation.rollback.undo import roll_back
from curation.upgrade import Finding, Kind, upgrade
from registry.models import LedgerEntry, Offering, Revision
from tests.builders import curator
from tests.curation.decision.world import (
    BEFORE,
    DAY,
    HOUR,
    OFFERING,
    TODAY,
    account,
    base,
    conflicts,
    earlier_rules_published,
    fact,
    lead,
    newest,
    passes,
    pins,
    prices,
    published,
    puts_first,
    reject,
    releases,
    says,
    undoes,
    units,
    waiting,
)

pytestmark = pytest.mark.django_db

LATER = TODAY + 2 * HOUR
LIST = {"price.input", "price.output"}


@pytest.fixture(autouse=True)
def _policies(db: None) -> None:
    ensure_defaults()


def upgraded(**options: Any) -> list[Finding]:
    """What an upgrade finds, once it is done."""
    return upgrade(at=LATER, **options).findings


def kinds(**options: Any) -> list[Kind]:
    return [finding.kind for finding in upgraded(**options)]


def half_passed() -> None:
    """As earlier rules left it: L moves both prices, the input passed and the output waits."""
    base("L", "0.1/0.5")
    says("L", "0.075/0.3", at=BEFORE + DAY)
    earlier_rules_published("0.075/0.5", by="L", reason="only source", at=BEFORE + DAY)


# -- mixtures ------------------------------------------------------------------------------------------------------


def test_a_pair_of_a_new_and_an_old_price_goes_back_to_the_last_whole_list():
    half_passed()

    (finding,) = upgraded()

    assert (finding.kind, finding.source, finding.new) == (Kind.MIXTURE, "litellm", _facts("0.1/0.5"))
    assert published() == "0.1/0.5"
    assert [unit.parts for unit in units()] == [LIST], "the newer list waits whole"


def test_the_ledger_says_that_it_was_the_upgrade():
    half_passed()
    upgraded()

    entry = LedgerEntry.objects.filter(field="price.input").latest("id")
    assert (entry.actor, entry.policy) == ("registry", "upgrade: a price list that no source stated whole")
    assert "upgrade" in entry.revision.reason
    assert entry.note == "the last whole list, of revision 1"


def test_what_the_upgrade_put_right_stays_with_the_next_reading_of_that_day():
    half_passed()
    upgraded()
    says("L", "0.075/0.3 cache=0.03", at=LATER + HOUR)

    assert published() == "0.1/0.5"


def test_a_backtest_of_policies_leaves_out_what_the_upgrade_did():
    half_passed()
    upgraded()

    policies = [case.decided.policy for case in history(BEFORE - DAY).cases]
    assert [policy for policy in policies if policy.startswith("upgrade")] == []


def test_special_rates_that_came_with_half_a_list_leave_with_it():
    base("L", "0.1/0.5 cache=0.05")
    says("L", "0.075/0.3 cache=0.03 batch=0.04/0.15")
    earlier_rules_published("0.075/0.5 cache=0.03 batch=0.04/0.15", by="L", reason="only source", at=TODAY)
    upgraded()

    assert published() == "0.1/0.5 cache=0.05"


def test_a_list_that_was_stated_whole_stays_though_nobody_states_it_any_more():
    """One price of it moved alone, and nothing waited: so the pair was stated."""
    base("L", "5/25")
    says("L", "5/20", at=BEFORE + DAY)
    says("L", "2/8")

    assert (kinds(), published(), waiting()) == ([], "5/20", LIST)


def test_a_list_that_a_source_states_today_stays():
    half_passed()
    says("G", "0.075/0.5", at=TODAY + HOUR)

    assert (kinds(), published()) == ([], "0.075/0.5")


def test_where_no_whole_list_was_published_the_claims_of_today_decide():
    base("L", context_window=128_000)
    puts_first("wait", verdict="hold", fields=["price.output"])
    says("L", "4/10", at=BEFORE + DAY, context_window=128_000)
    earlier_rules_published("4/25", by="L", at=BEFORE + DAY)
    Policy.objects.get(name="wait").delete()

    assert (kinds(), published()) == ([Kind.MIXTURE], "4/10")


def test_half_a_list_of_which_the_other_half_waits_is_listed_and_stays():
    base("L", context_window=128_000)
    says("L", "150/600", context_window=128_000)
    earlier_rules_published("150", by="L", at=TODAY)

    assert (kinds(), published()) == ([Kind.LEFT], "150")


def test_what_a_person_approved_stays():
    half_passed()
    _as_if_approved("price.input")

    assert (kinds(), published()) == ([Kind.LEFT], "0.075/0.5")


def test_what_a_person_rejected_stays_rejected_and_nothing_moves():
    half_passed()
    reject()

    assert (kinds(), published(), waiting()) == ([Kind.LEFT], "0.075/0.5", set())


def test_a_first_approval_that_waits_for_a_second_person_stays():
    half_passed()
    Change.objects.update(first_approved_by="ada", first_approved_at=TODAY)

    assert (kinds(), published()) == ([Kind.LEFT], "0.075/0.5")
    assert Change.objects.awaiting_review().get().first_approved_by == "ada"


def test_what_was_undone_stays_undone():
    base("L", "5/25")
    says("L", "4/20", at=BEFORE + DAY)
    undoes("price.output", at=BEFORE + 2 * DAY)

    assert (kinds(), published(), waiting()) == ([], "5/25", set())


def test_a_pin_stays_and_the_list_behind_it_goes_back():
    half_passed()
    pin = pins("price.output", "30", at=TODAY + HOUR)

    assert kinds() == [Kind.MIXTURE]
    assert published() == "0.1/30"
    releases(pin, at=LATER + HOUR)
    assert published() == "0.1/0.5"


# -- seats ---------------------------------------------------------------------------------------------------------


def fresher_won(listed: str = "4.5/22", *, was: str = "5/25") -> None:
    """As earlier rules left it: M was read later than L, and took its seat."""
    base("L", was)
    says("M", listed, at=BEFORE)
    earlier_rules_published(listed, by="M")


def test_a_seat_that_was_lost_by_the_day_of_reading_goes_back():
    fresher_won()

    assert kinds() == [Kind.SEAT]
    assert (published(), lead(), account()["reason"]) == ("5/25", "L", "incumbent")
    assert conflicts()["price.input"] == {"L", "M"}


def test_special_rates_of_a_list_go_with_its_seat():
    fresher_won("4.5/22 batch=2.2/11", was="5/25 batch=2.5/12.5 cache=0.5")
    upgraded()

    assert published() == "5/25 cache=0.5 batch=2.5/12.5"


def test_a_value_of_another_kind_goes_back_alike():
    base("L", max_output_tokens=8_192)
    says("M", max_output_tokens=16_384, at=BEFORE)
    _publish_as_before("max_output_tokens", 8_192, 16_384, by="M")
    upgraded()

    assert (fact("max_output_tokens"), lead("max_output_tokens")) == (8_192, "L")


def test_rates_that_are_stated_together_go_back_together():
    base("L", "5/25 batch=2.5/12.5")
    says("M", "5/25 batch=2.2/11", at=BEFORE)
    earlier_rules_published("5/25 batch=2.2/11", by="M")

    assert kinds() == [Kind.SEAT]
    assert published() == "5/25 batch=2.5/12.5"


def test_whoever_lost_the_seat_first_gets_it_back():
    base("L", "5/25")
    says("M", "4.5/22", at=BEFORE + DAY)
    says("G", "4.8/23", at=BEFORE + DAY)
    earlier_rules_published("4.5/22", by="M", at=BEFORE + 2 * DAY)
    earlier_rules_published("4.8/23", by="G", at=BEFORE + 3 * DAY)
    upgraded()

    assert (published(), lead()) == ("5/25", "L")


def test_a_seat_stays_where_two_equals_outnumber_who_lost_it():
    fresher_won()
    says("G", "4.5/22")

    assert (kinds(), published(), lead()) == ([], "4.5/22", "M")


def test_a_seat_stays_where_who_lost_it_says_something_else_by_now():
    fresher_won()
    says("L", "5.5/27")

    assert (kinds(), lead()) == ([], "M")


def test_a_value_that_was_better_for_another_reason_stays():
    base("L", "5/25")
    says("M", "4.5/22", at=BEFORE)
    earlier_rules_published("4.5/22", by="M", reason="most independent sources")

    assert (kinds(), published()) == ([], "4.5/22")


def test_a_seat_that_a_person_gave_stays():
    fresher_won()
    _as_if_approved("price.output")

    assert (kinds(), published()) == ([Kind.LEFT], "4.5/22")


# -- what is only listed, and pins -----------------------------------------------------------------------------------


def test_a_rate_that_nobody_states_is_listed_and_stays():
    base("L", "5/25")
    earlier_rules_published("5/25 cache=0.5", by="L", reason="only source")

    (finding,) = upgraded()
    assert (finding.kind, finding.old, finding.source) == (Kind.UNSTATED, _facts("- cache=0.5"), "litellm")
    assert published() == "5/25 cache=0.5"


@pytest.mark.parametrize("ends", ["released", "expired before the upgrade"])
def test_the_value_behind_a_pin_is_the_last_one_that_no_pin_published(ends):
    base("L", "5/25")
    over = TODAY + HOUR
    pin = pins("price.output", "30", expires_at=over if ends != "released" else None)
    says("L", "2.5/10", at=TODAY + HOUR / 2)
    Offering.objects.update(behind={})

    (finding,) = upgraded()
    assert (finding.kind, finding.new, published()) == (Kind.PIN, _facts("-/25"), "5/30")
    if ends == "released":
        releases(pin, at=LATER + HOUR)
    else:
        passes(LATER)
    assert (published(), waiting()) == ("5/25", LIST)


def test_behind_a_pin_of_what_was_never_published_is_nothing():
    base("L", "5/25")
    pin = pins("price.cache_read", "0.5")
    Offering.objects.update(behind={})

    assert kinds() == [Kind.PIN]
    assert Offering.objects.get().behind == {"price.cache_read": None}
    releases(pin, at=LATER + HOUR)
    assert published() == "5/25"


def test_keeping_a_value_behind_a_pin_leaves_all_else_as_it_is():
    base("L", "5/25")
    pins("price.output", "30")
    Offering.objects.update(behind={}, missing_since=TODAY)
    before = Offering.objects.values("facts", "provenance", "missing_since", "updated_at").get()
    upgraded()

    assert Offering.objects.values("facts", "provenance", "missing_since", "updated_at").get() == before


# -- the command -----------------------------------------------------------------------------------------------------


def run(*options: str) -> str:
    out = io.StringIO()
    call_command("upgrade_decisions", *options, stdout=out)
    return out.getvalue()


def _all_rows() -> list[Any]:
    tables = (Offering, LedgerEntry, Revision, Change, Conflict, Pin, StoredClaim, AuditEntry)
    return [list(table._default_manager.order_by("pk").values()) for table in tables]


def test_a_dry_run_says_what_would_be_done_and_leaves_everything_as_it_was():
    half_passed()
    before = _all_rows()

    output = run("--dry-run")
    assert _all_rows() == before
    assert OFFERING in output
    assert "1 would be brought to what holds now" in output
    assert "1 brought to what holds now" in run()


def test_a_second_run_finds_nothing_to_do():
    fresher_won()
    pins("price.cache_read", "0.5")
    Offering.objects.update(behind={})
    upgraded()
    before = newest()

    assert (kinds(), newest()) == ([], before)


def test_what_policies_let_through_at_once_is_told_beside():
    half_passed()
    puts_first("cheaper", verdict="apply", fields=["price.input", "price.output"])
    output = run()

    assert published() == "0.075/0.3"
    assert "by policy since" in output
    assert "policies applied 1 more change" in output


def test_an_installation_is_upgraded_once_when_it_is_prepared():
    half_passed()
    first, second = io.StringIO(), io.StringIO()
    call_command("prepare", stdout=first)
    earlier_rules_published("0.075/0.5", by="L", reason="only source", at=LATER)
    call_command("prepare", stdout=second)

    assert OFFERING in first.getvalue()
    assert (second.getvalue(), published()) == ("", "0.075/0.5")
    assert (AuditEntry.objects.get(action=module.ACTION).after or {})["mixture"] == 1


def test_a_new_installation_is_upgraded_without_a_word():
    out = io.StringIO()
    call_command("prepare", stdout=out)

    assert (out.getvalue(), module.is_done()) == ("", True)


def test_an_upgrade_can_be_undone_as_one_batch():
    fresher_won()
    upgraded()
    batch = AuditEntry.objects.get(action=module.ACTION).batch
    roll_back(Selection(batch=batch), actor=curator(), reason="M was right", at=LATER + HOUR)

    assert published() == "4.5/22"
    upgraded()
    assert published() == "4.5/22", "a person decided"


# -- helpers ---------------------------------------------------------------------------------------------------------


def _facts(listed: str) -> dict[str, Any]:
    from registry.domain import fields

    return {name: fields.field(name).encode(value) for name, value in prices(listed).items()}


def _as_if_approved(name: str) -> None:
    """The newest entry of a field was approved by a person. The ledger is append-only, so this goes around it."""
    newest_entry = LedgerEntry.objects.filter(field=name).latest("id")
    LedgerEntry.objects.filter(pk=newest_entry.pk).update(policy="approved by ada")


def _publish_as_before(name: str, old: Any, new: Any, *, by: str) -> None:
    from uuid import uuid4

    from registry.catalogue.publish import publish
    from registry.domain.changeset import FieldChange, OfferingChange
    from registry.domain.provenance import Provenance
    from tests.curation.decision.world import who

    change = FieldChange(name, old, new, Provenance.of(who(by).slug, "partial", "freshest", policy="x"))
    publish([OfferingChange(OFFERING, [change])], actor="sync", reason="earlier", batch=uuid4(), at=BEFORE + HOUR)
