from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.changeset import FieldChange, OfferingChange
from registry.models import Alias, Benchmark, LedgerEntry, Model, Offering, Provider, Rate, Revision
from registry.publish import Published, StaleBase, publish, sole_writer
from tests.builders import NOW, OFFERING, listed
from tests.random_courses import count

pytestmark = pytest.mark.django_db

TABLES = (Offering, Provider, Model, Rate, Benchmark, Alias, LedgerEntry)
BATCH = UUID(int=1)


def to(field: str, new: Any, *, old: Any = None, gone: bool = False, **said: Any) -> FieldChange:
    """A change of one field that one catalogue states."""
    complete = {"source": "list", "quality": "partial", "reason": "only source", "since": "2026-01-01", "policy": "new"}
    return FieldChange(field, old, new, complete | said, gone)


def put(*changes: FieldChange, key: str = OFFERING, actor: str = "ada", **more: Any) -> Published:
    """Publishes changes of one offering."""
    at = more.pop("at", NOW)
    with sole_writer():
        return publish([OfferingChange(key, list(changes), **more)], actor=actor, reason="why", batch=BATCH, at=at)


def rows() -> dict[str, int]:
    return {table.__name__: table._default_manager.count() for table in TABLES}


# -- one revision per publication ------------------------------------------------------------------


def test_it_publishes_a_new_offering_with_all_that_belongs_to_it():
    done = put(
        to("name", "Rocket 1"),
        to("model", "acme/rocket-1"),
        to("price.input", listed("3")),
        to("benchmark.mmlu", "88.7"),
        aliases={"rocket": "list"},
    )

    offering = Offering.objects.get(key=OFFERING)
    assert (offering.provider_id, offering.native_id, offering.model_id) == ("acme", "rocket-1", "acme/rocket-1")
    assert (offering.name, str(offering.input_price.normalize()), offering.revision) == ("Rocket 1", "3", 1)
    assert [(rate.meter, rate.amount) for rate in offering.rates.all()] == [("input", Decimal(3))]
    assert [str(score.score.normalize()) for score in offering.benchmarks.all()] == ["88.7"]
    assert [alias.name for alias in offering.aliases.all()] == ["rocket"]
    assert (done.revision, done.entries) == (1, 4)


def test_it_makes_one_revision_per_publication():
    with sole_writer():
        changes = [OfferingChange(f"acme/r{n}", [to("name", "R"), to("context_window", 9)]) for n in range(3)]
        publish(changes, actor="ada", reason="why", batch=BATCH, at=NOW)

    (revision,) = Revision.objects.filter(number__gt=0)
    assert (revision.number, revision.entries_count, revision.actor, revision.reason) == (1, 6, "ada", "why")
    assert set(LedgerEntry.objects.values_list("revision_id", flat=True)) == {1}


def test_it_numbers_revisions_without_gaps():
    numbers = [put(to("context_window", n + 1, old=n or None)).revision for n in range(4)]

    assert numbers == [1, 2, 3, 4]


def test_it_makes_no_revision_for_nothing():
    with sole_writer():
        done = publish([], actor="ada", reason="why", batch=BATCH, at=NOW)

    assert done == Published(None)
    assert list(Revision.objects.values_list("number", flat=True)) == [0]


def test_it_publishes_more_offerings_than_go_into_one_statement():
    with sole_writer():
        changes = [OfferingChange(f"acme/r{n}", [to("price.input", listed("3"))]) for n in range(1101)]
        publish(changes, actor="ada", reason="why", batch=BATCH, at=NOW)

    assert rows() | {"Provider": 0} == {
        "Offering": 1101,
        "Provider": 0,
        "Model": 0,
        "Rate": 1101,
        "Benchmark": 0,
        "Alias": 0,
        "LedgerEntry": 1101,
    }


# -- stale base ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seen", [None, 100_000, "200000"])
def test_it_writes_nothing_when_the_published_value_is_another_than_was_seen(seen):
    put(to("context_window", 200_000))
    before = rows()

    with sole_writer(), pytest.raises(StaleBase, match="context_window: published is 200000"):
        publish(
            [
                OfferingChange("other/new-1", [to("name", "New")]),
                OfferingChange(OFFERING, [to("name", "Rocket"), to("context_window", 1, old=seen)]),
            ],
            actor="ada",
            reason="why",
            batch=BATCH,
            at=NOW,
        )

    assert rows() == before
    assert Revision.objects.count() == 2
    assert Offering.objects.get().facts == {"context_window": 200_000}


def test_it_refuses_a_change_of_an_offering_that_is_not_there():
    with pytest.raises(StaleBase):
        put(to("context_window", 1, old=200_000))


# -- the ledger ------------------------------------------------------------------------------------


def test_it_enters_every_change_with_who_and_why():
    put(to("context_window", 200_000), actor="sync:list")
    put(
        to("context_window", 128_000, old=200_000, policy="approved by ada", quality="verified", reason="best standing")
    )

    entry = LedgerEntry.objects.latest("id")
    assert (entry.offering_key, entry.field, entry.old, entry.new) == (OFFERING, "context_window", 200_000, 128_000)
    assert (entry.actor, entry.source, entry.quality, entry.reason) == ("ada", "list", "verified", "best standing")
    assert entry.policy == "approved by ada"


def test_its_ledger_is_append_only():
    put(to("name", "Rocket 1"))
    entry = LedgerEntry.objects.get()

    with pytest.raises(TypeError, match="append-only"):
        entry.save()
    with pytest.raises(TypeError, match="append-only"):
        entry.delete()


def test_it_keeps_long_names_within_their_columns():
    put(to("name", "Rocket 1", policy=f"approved by {'x' * 150}"), actor="y" * 150)

    entry = LedgerEntry.objects.get()
    assert len(entry.policy) <= 80
    assert entry.actor == "y" * 150


def test_it_tells_gone_from_stated_to_be_none():
    put(to("name", "Rocket 1"), to("license", "MIT"), to("quantization", "fp8"))
    put(to("license", None, old="MIT"), to("quantization", None, old="fp8", gone=True))

    offering = Offering.objects.get()
    assert offering.facts == {"name": "Rocket 1", "license": None}
    assert set(offering.provenance) == {"name", "license"}


# -- rates: closed, never changed ------------------------------------------------------------------


def test_it_closes_a_rate_and_writes_another():
    put(to("price.input", listed("3")))
    put(to("price.input", listed("2.5"), old=listed("3")))

    found = Rate.objects.order_by("revision_from").values_list("amount", "revision_from", "revision_to")
    assert list(found) == [(Decimal(3), 1, 2), (Decimal("2.5"), 2, None)]


def test_it_leaves_other_rates_open():
    put(to("price.input", listed("3")), to("price.output", listed("15")))
    put(to("price.input", listed("2"), old=listed("3")))

    assert Rate.objects.get(field="price.output").revision_to is None


@pytest.mark.parametrize("gone", [True, False])
def test_it_closes_the_rate_of_a_price_that_is_gone(gone):
    put(to("price.input", listed("3")))
    put(to("price.input", None, old=listed("3"), gone=gone))

    assert list(Rate.objects.values_list("revision_from", "revision_to")) == [(1, 2)]
    assert Offering.objects.get().input_price is None


def test_it_keeps_two_clocks_apart():
    """When a price holds, and when the registry said so."""
    first = [{"amount": "3", "currency": "USD"}]
    later = [
        {"amount": "3", "currency": "USD", "to": "2026-03-01"},
        {"amount": "2", "currency": "USD", "from": "2026-03-01"},
    ]
    put(to("price.input", first))
    put(to("price.input", later, old=first))

    def told(revision: int) -> list[tuple[Any, ...]]:
        asked = Rate.objects.filter(revision_from__lte=revision).exclude(revision_to__lte=revision)
        return sorted((str(r.valid_from), str(r.valid_to), str(r.amount).rstrip("0.")) for r in asked)

    assert told(1) == [("None", "None", "3")]
    assert told(2) == [("2026-03-01", "None", "2"), ("None", "2026-03-01", "3")]


def test_its_database_refuses_a_negative_price():
    put(to("price.input", listed("3")))

    with pytest.raises(IntegrityError), transaction.atomic():
        Offering.objects.update(input_price=-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rate.objects.update(amount=0)


# -- what stays and what moves ---------------------------------------------------------------------


def test_it_keeps_the_date_of_the_last_change_when_only_the_account_of_it_moves():
    put(to("name", "Rocket 1"))
    put(provenance={"name": {"source": "list", "quality": "verified", "agree": ["other"]}}, at=NOW + timedelta(days=1))

    offering = Offering.objects.get()
    assert (offering.updated_at, offering.revision) == (NOW, 2)
    assert offering.provenance["name"]["agree"] == ["other"]
    assert LedgerEntry.objects.count() == 1


def test_it_leaves_aliases_alone_unless_told():
    put(to("name", "Rocket 1"), aliases={"rocket": "list", "r1": "list"})
    put(to("license", "MIT"))
    assert sorted(Alias.objects.values_list("name", flat=True)) == ["r1", "rocket"]

    put(to("task", "chat"), aliases={"rocket": "list", "rkt": "other"})
    assert sorted(Alias.objects.values_list("name", "source")) == [("rkt", "other"), ("rocket", "list")]


def test_it_shows_a_model_as_the_plainest_of_its_offerings_spells_it():
    with sole_writer():
        changes = [
            OfferingChange(key, [to("model", "acme/rocket-4-5")])
            for key in ("shop/acme/rocket-4-5:free", "shop/acme/rocket-4-5", "other/acme/rocket-4.5")
        ]
        publish(changes, actor="ada", reason="why", batch=BATCH, at=NOW)

    assert list(Model.objects.values_list("key", "slug", "author")) == [("acme/rocket-4-5", "acme/rocket-4.5", "acme")]


# -- replay ----------------------------------------------------------------------------------------

_values = {
    "name": st.sampled_from(["Rocket", "Rocket 1", None]),
    "context_window": st.sampled_from([1000, 2000, None]),
    "input_modalities": st.sampled_from([["text"], ["image", "text"], []]),
    "supports_tools": st.sampled_from([True, False, None]),
    "benchmark.mmlu": st.sampled_from(["88.7", "90", None]),
    "price.input": st.sampled_from(
        [
            listed("3"),
            listed("0.15"),
            [{"state": "free", "currency": "USD"}],
            [{"amount": "1", "currency": "CNY", "to": "2026-02-01"}],
            None,
        ]
    ),
    "price.output[tier=batch]": st.sampled_from([listed("15"), None]),
}
_GONE = object()
_moves = st.fixed_dictionaries({}, optional={name: st.just(_GONE) | values for name, values in _values.items()}).filter(
    len
)
_publications = st.lists(
    st.dictionaries(st.sampled_from(["acme/a", "acme/b"]), _moves, min_size=1), min_size=1, max_size=6
)


def replay(up_to: int) -> dict[str, dict[str, Any]]:
    """The catalogue, rebuilt from nothing but the ledger."""
    facts: dict[str, dict[str, Any]] = {}
    for entry in LedgerEntry.objects.filter(revision__lte=up_to).order_by("id"):
        mine = facts.setdefault(entry.offering_key, {})
        assert mine.get(entry.field) == entry.old
        mine[entry.field] = entry.new
    return {key: known(mine) for key, mine in facts.items()}


def known(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value is not None}


@settings(max_examples=count(30))
@given(_publications)
def test_its_ledger_rebuilds_every_offering_at_every_revision(publications):
    with transaction.atomic():
        states: dict[int, dict[str, dict[str, Any]]] = {}
        for publication in publications:
            changes = []
            for key, moves in publication.items():
                offering = Offering.objects.filter(key=key).first()
                facts = offering.facts if offering else {}
                made = [
                    to(name, None if new is _GONE else new, old=facts.get(name), gone=new is _GONE)
                    for name, new in moves.items()
                ]
                changes.append(OfferingChange(key, made))
            with sole_writer():
                done = publish(changes, actor="ada", reason="why", batch=BATCH, at=NOW)
            states[done.revision or 0] = {o.key: known(o.facts) for o in Offering.objects.all()}

        for revision, state in states.items():
            assert known(replay(revision)) | {k: {} for k in state.keys() - replay(revision)} == state
        for offering in Offering.objects.all():
            open_rates = Rate.objects.filter(offering=offering, revision_to__isnull=True)
            assert {rate.field for rate in open_rates} == {
                name for name in known(offering.facts) if name.startswith("price.")
            }
        transaction.set_rollback(True)
