"""The audit trail: every decision that publishes nothing leaves an entry, and no entry is ever changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from curation.audit import trail
from curation.models import AuditEntry, Change, Conflict, Policy, Source
from curation.pins import pinning
from curation.review import decisions, notes
from curation.statements import aliases
from registry.api import tokens
from registry.domain import rates
from registry.models import Offering
from tests.builders import listed
from tests.curation.admin import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


def last(**about) -> AuditEntry:
    newest = AuditEntry.objects.filter(**about).first()
    assert newest is not None, [str(entry) for entry in AuditEntry.objects.all()]
    return newest


# -- append-only -----------------------------------------------------------------------------------


def test_an_entry_is_never_changed_or_deleted(ada):
    entry = trail.record("looked", ada, actor=ada)

    entry.reason = "another"
    for attempt in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(reason="x"),
    ):
        with pytest.raises(TypeError, match="append-only"):
            attempt()
    assert AuditEntry.objects.get(pk=entry.pk).reason == ""


def test_the_database_refuses_a_change_too(ada):
    entry = trail.record("looked", ada, actor=ada)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE curation_auditentry SET actor = 'eve' WHERE id = %s", [entry.pk])
    assert AuditEntry.objects.get(pk=entry.pk).actor == "ada"


@pytest.mark.postgres
def test_postgresql_refuses_a_deletion_too(ada):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite cannot refuse it, see curation.audit.guard")
    entry = trail.record("looked", ada, actor=ada)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM curation_auditentry WHERE id = %s", [entry.pk])
    assert AuditEntry.objects.filter(pk=entry.pk).exists()


def test_it_outlives_the_person_and_the_object(ada):
    eve = User.objects.create_user("eve")
    trail.record("looked", eve, actor=ada, reason="why not")
    eve.delete()
    ada.delete()

    entry = last(action="looked")
    assert (entry.actor, entry.label, entry.reason) == ("ada", "eve", "why not")


# -- what leaves an entry --------------------------------------------------------------------------


def test_a_rejection(ada):
    world.a_held_change("acme/one", price="25")
    change = Change.objects.get()

    decisions.reject({change.pk: change.fingerprint}, actor=ada, reason="a slip of theirs")

    entry = last(kind="curation.change")
    assert (entry.action, entry.actor, entry.reason) == ("rejected", "ada", "a slip of theirs")
    assert (entry.offering_key, entry.key) == ("acme/one", str(change.pk))
    assert (entry.before, entry.after) == ({"price.input": listed("2.5")}, {"price.input": listed("25")})


def test_a_batch_of_rejections_has_one_batch_id(ada):
    world.a_held_change("acme/one", price="25")
    world.a_held_change("acme/two", price="25")

    decisions.reject({c.pk: c.fingerprint for c in Change.objects.all()}, actor=ada, reason="both")

    entries = AuditEntry.objects.filter(action="rejected")
    assert entries.count() == 2
    assert len({entry.batch for entry in entries}) == 1


def test_a_pin_made_released_and_expired(ada):
    key, now = world.an_offering(), timezone.now()
    pin = pinning.pin(offering=key, field="context_window", value=100_000, actor=ada, reason="measured")
    created = last(kind="curation.pin")
    assert (created.action, created.actor, created.reason, created.offering_key) == ("made", "ada", "measured", key)
    assert created.after is not None
    assert created.after["value"] == 100_000

    pinning.release(pin, actor=ada, reason="over")
    assert (last(kind="curation.pin").action, last(kind="curation.pin").actor) == ("released", "ada")

    pinning.pin(
        offering=key, field="context_window", value=1, actor=ada, reason="x", expires_at=now + timedelta(hours=1)
    )
    pinning.end_expired_pins(at=now + timedelta(hours=2))
    assert (last(kind="curation.pin").action, last(kind="curation.pin").actor) == ("released", "expiry")


def test_a_policy_changed_by_whatever_code():
    world.an_offering()
    policy = Policy.objects.order_by("position")[0]

    policy.enabled = False
    policy.save()

    entry = last(kind="curation.policy")
    assert (entry.action, entry.before, entry.after) == ("switched off", {"enabled": True}, {"enabled": False})


def test_default_policies_are_nobodys_decision():
    world.an_offering()

    assert not AuditEntry.objects.filter(kind="curation.policy").exists()


def test_a_source_switched_off():
    source: Source = world.source()
    source.enabled = False
    source.save(update_fields=["enabled"])

    assert last(kind="curation.source").action == "switched off"


def test_a_token_made_and_revoked_without_its_secret(ada):
    row, text = tokens.make("billing", ada, ["read"])
    tokens.revoke(row)

    created, revoked = AuditEntry.objects.filter(kind="registry.apitoken").order_by("pk")
    assert (created.action, created.actor, revoked.action) == ("made", "ada", "revoked")
    assert text[-40:] not in str(list(AuditEntry.objects.values()))


def test_a_person_and_the_groups_they_are_put_in(ada):
    group = Group.objects.create(name="night shift")
    ada.groups.add(group)
    ada.set_password("a longer secret")
    ada.save()
    ada.groups.remove(group)

    grant = last(action="given", kind="auth.user")
    assert grant.after == {"group": ["night shift"]}
    assert last(action="taken away").before == {"group": ["night shift"]}
    changed = last(action="password changed")
    assert changed.after == {"password": "…"}


def test_a_stated_alias_withdrawn(ada):
    key = world.an_offering()
    alias = aliases.state(name="uno", offering=key, actor=ada, reason="so they call it")
    aliases.withdraw(alias, actor=ada, reason="no longer")

    entries = AuditEntry.objects.filter(kind="curation.statedalias").values_list("action", "actor", "reason")
    assert list(entries) == [("withdrawn", "ada", "no longer"), ("made", "ada", "so they call it")]


def test_a_conflict_that_was_left(ada):
    from curation.review import conflicts

    now = timezone.now()
    row = Conflict.objects.create(
        offering_key="acme/one", provider_slug="acme", field="context_window", first_seen_at=now, changed_at=now
    )
    conflicts.leave([row.pk], actor=ada, reason="both are right")

    assert (last().action, last().reason, last().offering_key) == ("left", "both are right", "acme/one")


def test_a_schedule_is_watched_but_not_what_it_notes_for_itself(client):
    every = IntervalSchedule.objects.create(every=1, period="hours")
    task = PeriodicTask.objects.create(name="a task", task="x", interval=every)
    task.last_run_at = timezone.now()
    task.total_run_count = 5
    task.save()
    assert not AuditEntry.objects.exclude(kind="auth.group").exists()

    task.enabled = False
    task.save()
    assert last().action == "switched off"


def test_a_note_written_and_closed(ada):
    key = world.an_offering()
    note = notes.write(about="offering", key=key, text="Look twice.", actor=ada)
    notes.close(note, actor=ada)

    entries = AuditEntry.objects.filter(kind="curation.note").values_list("action", "actor")
    assert list(entries) == [("closed", "ada"), ("made", "ada")]


def test_what_is_published_is_left_to_the_ledger():
    key = world.an_offering(price__input=rates.price("3"))

    assert Offering.objects.filter(key=key).exists()
    assert not AuditEntry.objects.exclude(kind="auth.group").exists()


# -- from a request --------------------------------------------------------------------------------


def test_a_form_of_the_admin_tells_who_and_why(enter):
    world.source("a")

    enter("curator").post("/admin/curation/source/act/", {"pause": "a", "reason": "their prices are wrong"})

    entry = last(kind="curation.source")
    assert (entry.actor, entry.reason, entry.action) == ("curator", "their prices are wrong", "switched off")
