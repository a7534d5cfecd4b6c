from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.catalogue.publish import Publication, StaleBase, publish, sole_writer
from registry.domain.changeset import FieldChange, OfferingChange
from registry.domain.provenance import Provenance, behind_from_json, of_fields
from registry.domain.spans import OPEN
from registry.models import Alias, Benchmark, LedgerEntry, Model, Offering, OfferingVersion, Provider, Revision
from tests.builders import NOW, OFFERING, listed
from tests.random_courses import count

pytestmark = pytest.mark.django_db

TABLES = (Offering, Provider, Model, OfferingVersion, Benchmark, Alias, LedgerEntry)
BATCH = UUID(int=1)


def to(field: str, new: Any, *, old: Any = None, gone: bool = False, **origin: Any) -> FieldChange:
    """A change of one field that one catalogue states."""
    complete = {"source": "list", "quality": "partial", "reason": "only source", "since": "2026-01-01", "policy": "new"}
    return FieldChange(field, old, new, Provenance(complete | origin), gone)


def put(*changes: FieldChange, key: str = OFFERING, actor: str = "ada", **more: Any) -> Publication:
    """Publishes changes of one offering. Provenance, and what lies behind pins, are given as JSON."""
    at = more.pop("at", NOW)
    readers = {"provenance": of_fields, "behind": behind_from_json}
    more = {name: readers[name](value) if name in readers else value for name, value in more.items()}
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

    assert done == Publication(None)
    assert list(Revision.objects.values_list("number", flat=True)) == [0]


def test_it_publishes_more_offerings_than_go_into_one_statement():
    with sole_writer():
        changes = [OfferingChange(f"acme/r{n}", [to("price.input", listed("3"))]) for n in range(1101)]
        publish(changes, actor="ada", reason="why", batch=BATCH, at=NOW)

    assert rows() | {"Provider": 0} == {
        "Offering": 1101,
        "Provider": 0,
        "Model": 0,
        "OfferingVersion": 1101,
        "Benchmark": 0,
        "Alias": 0,
        "LedgerEntry": 1101,
    }


# -- stale base ------------------------------------------------------------------------------------


@pytest.mark.parametrize("expected", [None, 100_000, "200000"])
def test_it_writes_nothing_when_the_published_value_is_another_than_was_seen(expected):
    put(to("context_window", 200_000))
    before = rows()

    with sole_writer(), pytest.raises(StaleBase, match="context_window: published is 200000"):
        publish(
            [
                OfferingChange("other/new-1", [to("name", "New")]),
                OfferingChange(OFFERING, [to("name", "Rocket"), to("context_window", 1, old=expected)]),
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
        to(
            "context_window",
            128_000,
            old=200_000,
            policy="approved by ada",
            quality="verified",
            reason="best source type",
        )
    )

    entry = LedgerEntry.objects.latest("id")
    assert (entry.offering_key, entry.field, entry.old, entry.new) == (OFFERING, "context_window", 200_000, 128_000)
    assert (entry.actor, entry.source, entry.quality, entry.reason) == ("ada", "list", "verified", "best source type")
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


# -- what the table refuses --------------------------------------------------------------------------


def test_its_database_refuses_a_negative_price():
    put(to("price.input", listed("3")))

    with pytest.raises(IntegrityError), transaction.atomic():
        Offering.objects.update(input_price=-1)


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
                scores = [
                    to(name, None if new is _GONE else new, old=facts.get(name), gone=new is _GONE)
                    for name, new in moves.items()
                ]
                changes.append(OfferingChange(key, scores))
            with sole_writer():
                done = publish(changes, actor="ada", reason="why", batch=BATCH, at=NOW)
            states[done.revision or 0] = {o.key: known(o.facts) for o in Offering.objects.all()}

        for revision, state in states.items():
            assert known(replay(revision)) | {k: {} for k in state.keys() - replay(revision)} == state
        open_rows = OfferingVersion.objects.filter(revision_to=OPEN).values_list("key", "content__facts").distinct()
        assert dict(open_rows) == {offering.key: offering.facts for offering in Offering.objects.all()}
        transaction.set_rollback(True)
