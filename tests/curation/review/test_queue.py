"""The queue: what is in it, in which groups, and what a person may say besides yes and no."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from curation.core.parts import Part
from curation.models import AuditEntry, Change, Pin, ReviewJob, SavedView
from curation.pins import pinning
from curation.pins.pin_current import pin_current
from curation.review import decisions, jobs, presence, queue, saved_views, times_seen
from curation.review.decisions import Refused
from curation.review.postpone import postpone, wake
from curation.rollback import undo_decision
from registry.models import LedgerEntry, Offering
from tests.builders import NOW, OFFERING, claim, curator, listed, offering, part, source, state, usd

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
DAY = timedelta(days=1)


def published(field: str = "price.input", key: str = OFFERING) -> object:
    return Offering.objects.get(key=key).facts.get(field)


def held(*keys: str, amount: str = "60") -> list[Change]:
    """A price of 3 that would become twenty times as much, waiting at each offering."""
    keys = keys or (OFFERING,)
    state(source(), *(claim(key, price_input=usd("3")) for key in keys))
    state(source(), *(claim(key, price_input=usd(amount)) for key in keys))
    return list(Change.objects.awaiting_review().order_by("offering_key"))


def shown(*changes: Change) -> dict[int, str]:
    return {change.pk: change.fingerprint for change in changes}


def waiting(**query: str) -> list[str]:
    return sorted(change.offering_key for change in queue.filtered(Change.objects.all(), query))


# -- postponing ------------------------------------------------------------------------------------


def test_what_is_postponed_leaves_the_queue_until_its_day():
    change = held()[0]
    outcome = postpone(shown(change), until=NOW + 7 * DAY, actor=curator(), at=NOW)

    assert outcome.done == [change.pk]
    changes = Change.objects.all()
    assert not queue.in_state(changes, queue.WAITING, NOW + 6 * DAY)
    assert list(queue.in_state(changes, queue.POSTPONED, NOW + 6 * DAY)) == [change]
    assert list(queue.in_state(changes, queue.WAITING, NOW + 8 * DAY)) == [change]


def test_what_moves_meanwhile_is_asked_at_once():
    change = held()[0]
    postpone(shown(change), until=NOW + 7 * DAY, actor=curator(), at=NOW)
    state(source(), claim(price_input=usd("90")))

    assert [part(c).new for c in queue.in_state(Change.objects.all(), queue.WAITING, NOW)] == [listed("90")]


@pytest.mark.parametrize(("until", "why"), [(NOW, "still to come"), (NOW + 400 * DAY, "within a year")])
def test_a_day_must_be_near_and_still_to_come(until, why):
    change = held()[0]

    with pytest.raises(Refused, match=why):
        postpone(shown(change), until=until, actor=curator(), at=NOW)


def test_what_is_postponed_can_be_woken():
    change = held()[0]
    postpone(shown(change), until=NOW + 7 * DAY, actor=curator(), at=NOW)

    assert wake([change.pk]) == [change.pk]
    assert waiting() == [OFFERING]


# -- pinning the old -------------------------------------------------------------------------------


def test_the_published_value_is_pinned_as_it_was_shown():
    change = held()[0]
    outcome = pin_current(shown(change), actor=curator(), reason="their page says 3", at=LATER)

    assert outcome.done == [change.pk]
    assert (published(), Pin.objects.get().value) == (listed("3"), listed("3"))
    change.refresh_from_db()
    assert (change.state, change.decided_by, change.reason) == (
        "rejected", "ada", "pinned as it was: their page says 3",
    )  # fmt: skip
    state(source(), claim(price_input=usd("90")))
    assert published() == listed("3")


def test_nothing_is_pinned_that_nobody_published():
    offering()
    change = Change(
        offering_key=OFFERING, provider_slug="acme", unit="license", kind="fill",
        policy="x", batch="0" * 32, first_seen_at=NOW, last_seen_at=NOW,
    )  # fmt: skip
    change.take([Part("license", "fill", None, "MIT", "list")])
    change.save()

    ((_pk, why),) = pin_current(shown(change), actor=curator(), reason="x").refused
    assert why.startswith("Nothing is published")
    assert not Pin.objects.exists()


def test_what_moved_is_not_pinned():
    change = held()[0]

    assert pin_current({change.pk: "stale"}, actor=curator(), reason="x").done == []
    assert not Pin.objects.exists()


# -- a second person -------------------------------------------------------------------------------


@pytest.fixture
def two_people(settings):
    settings.SECOND_PERSON_ABOVE = 10


def test_a_large_move_of_a_price_waits_for_another_person(two_people):
    change = held()[0]
    first = decisions.approve(shown(change), actor=curator("ada"), at=LATER)

    assert (first.done, first.waiting, first.refused, first.revision) == ([], [change.pk], [], None)
    assert published() == listed("3")
    again = decisions.approve(shown(change), actor=curator("ada"), at=LATER)
    assert "second person" in again.refused[0][1]
    assert "senior curator" in decisions.approve(shown(change), actor=curator("bob"), at=LATER).refused[0][1]
    User.objects.filter(username="bob").update(is_superuser=True)
    second = decisions.approve(shown(change), actor=User.objects.get(username="bob"), at=LATER)
    assert second.done == [change.pk]
    assert published() == listed("60")
    assert LedgerEntry.objects.latest("id").policy == "approved by ada and bob"


def test_a_first_approval_does_not_outlive_the_values_it_was_about(two_people):
    change = held()[0]
    decisions.approve(shown(change), actor=curator("ada"), at=LATER)
    state(source(), claim(price_input=usd("90")))
    newer = Change.objects.awaiting_review().get()

    assert decisions.approve(shown(newer), actor=curator("bob"), at=LATER).waiting == [newer.pk]
    assert published() == listed("3")


@pytest.mark.parametrize(
    ("values", "needed"),
    [
        ({"price_input": usd("29.9")}, False),
        ({"price_input": usd("30")}, True),
        ({"price_input": usd("0.3")}, True),
        ({"price_input": usd("0")}, True),
        ({"context_window": 2000}, False),
    ],
    ids=str,
)
def test_only_prices_that_move_that_far_need_two(two_people, values, needed):
    offering(price_input=usd("3"))
    state(source(), claim(**values))
    outcome = decisions.approve(shown(*Change.objects.awaiting_review()), actor=curator())

    assert bool(outcome.waiting) is needed
    assert bool(outcome.done) is not needed


def test_one_person_is_enough_unless_it_is_switched_on():
    assert decisions.approve(shown(*held()), actor=curator()).done


# -- how often it was seen -------------------------------------------------------------------------


def test_it_counts_good_readings_in_which_it_still_stood():
    change = held()[0]
    times_seen.seen_again("list", at=NOW)
    for hour in (1, 2):
        times_seen.seen_again("list", at=NOW + timedelta(hours=hour))
    times_seen.seen_again("other", at=NOW + DAY)

    change.refresh_from_db()
    assert (change.times_seen, change.last_seen_at) == (3, NOW + timedelta(hours=2))


def test_what_the_source_no_longer_lists_was_not_seen():
    change = held()[0]
    source().claims.update(missing_since=NOW)
    times_seen.seen_again("list", at=LATER)

    change.refresh_from_db()
    assert change.times_seen == 1


# -- filters and groups ----------------------------------------------------------------------------


def test_filters_leave_what_they_say():
    held("acme/one", "acme/two", "zeta/one")
    change = Change.objects.get(offering_key="acme/one")

    assert waiting(provider="acme") == ["acme/one", "acme/two"]
    assert waiting(field="price.input", source="list", group="price", kind="change") == waiting()
    assert waiting(same=f"token_prices:{change.fingerprint}") == waiting()
    assert waiting(run=str(change.batch)) == waiting()
    assert waiting(policy=change.policy, provider="zeta") == ["zeta/one"]
    assert waiting(run="no number") == waiting(source="nobody") == waiting(same="x") == waiting(state="applied") == []
    assert len(waiting(state="all")) == 3


@pytest.mark.parametrize("by", list(queue.GROUPINGS))
def test_every_count_of_a_group_is_the_length_of_the_list_it_leads_to(by):
    held("openai/gpt-4o", "openrouter/openai/gpt-4o", "acme/one")

    groups = queue.facets(queue.filtered(Change.objects.all(), {}), by)
    assert groups
    for facet in groups:
        assert facet.count == len(waiting(**{queue.GROUPINGS[by].filter: facet.value})), facet


def test_the_same_change_everywhere_is_one_group():
    held("acme/one", "acme/two", "zeta/one")
    state(source("other"), claim("acme/three", price_input=usd("1")))

    (same,) = queue.facets(queue.filtered(Change.objects.all(), {}), "same")
    assert (same.count, same.label) == (3, "Input price: $3 / 1M tokens → $60 / 1M tokens")


def test_blast_radius_takes_one_query():
    changes = held("acme/one", "acme/two", "zeta/one")

    with CaptureQueriesContext(connection) as queries:
        radii = queue.radii(changes)
    assert len(queries) == 1
    assert {(radius.same, radius.similar) for radius in radii.values()} == {(3, 3)}


# -- saved views -----------------------------------------------------------------------------------


def test_a_view_keeps_filters_and_nothing_else():
    view = saved_views.save("Mine", {"source": "list", "p": "3", "evil": "x", "by": "field"}, owner=curator())

    assert saved_views.query_of(view) == {"source": "list", "by": "field"}
    assert saved_views.save("Mine", {"source": "other"}, owner=curator()).pk == view.pk
    assert SavedView.objects.get().slug == "mine"


def test_a_private_view_is_for_its_owner_alone():
    for name, shared in (("Mine", False), ("Ours", True)):
        saved_views.save(name, {}, owner=curator("ada"), is_shared=shared)
    saved_views.save("Mine", {}, owner=curator("bob"))

    assert [view.slug for view in saved_views.visible_to(curator("bob"))] == ["mine-2", "ours"]
    assert saved_views.find("mine", person=curator("bob")) is None


def test_a_person_has_one_default_view():
    saved_views.save("One", {}, owner=curator(), is_default=True)
    saved_views.save("Two", {}, owner=curator(), is_default=True)

    assert [view.name for view in SavedView.objects.filter(is_default=True)] == ["Two"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_view_needs_a_name(name):
    with pytest.raises(Refused, match="name"):
        saved_views.save(name, {}, owner=curator())


# -- presence --------------------------------------------------------------------------------------


def test_others_see_who_is_looking_for_a_short_while():
    first, second = held("acme/one", "acme/two")
    presence.record(first.pk, person=curator("ada"), at=NOW)

    assert presence.others([first.pk, second.pk], than=curator("bob"), at=NOW) == {first.pk: ["ada"]}
    assert presence.others([first.pk], than=curator("ada"), at=NOW) == {}
    presence.record(second.pk, person=curator("ada"), at=NOW)
    assert presence.others([first.pk, second.pk], than=curator("bob"), at=NOW) == {second.pk: ["ada"]}
    assert presence.others([second.pk], than=curator("bob"), at=NOW + 2 * presence.LASTS) == {}
    presence.record(None, person=curator("ada"))
    assert presence.others([second.pk], than=curator("bob"), at=NOW) == {}


# -- taking back -----------------------------------------------------------------------------------


def decided(verdict: str, outcome: decisions.ReviewOutcome, **more: object) -> undo_decision.Decision:
    return undo_decision.Decision(verdict, outcome.done, outcome.waiting, outcome.revision, **more)  # type: ignore[arg-type]


def test_an_approval_taken_back_waits_again():
    change = held()[0]
    outcome = decisions.approve(shown(change), actor=curator(), at=LATER)
    back = undo_decision.retract(decided("approve", outcome), actor=curator(), at=LATER + timedelta(seconds=5))

    assert (back.done, back.refused) == ([change.pk], [])
    assert published() == listed("3")
    again = Change.objects.awaiting_review().get()
    assert again.fingerprint == change.fingerprint
    assert not Change.objects.filter(state=Change.State.REJECTED).exists()


def test_an_approval_that_something_newer_sits_on_stays():
    change = held()[0]
    outcome = decisions.approve(shown(change), actor=curator(), at=LATER)
    pinning.pin(offering=OFFERING, field="price.input", value=usd("5"), actor=curator("bob"), reason="x", at=LATER)
    back = undo_decision.retract(decided("approve", outcome), actor=curator())

    assert back.done == []
    assert len(back.refused) == 1
    assert published() == listed("5")


def test_a_rejection_and_a_postponement_taken_back_wait_again():
    change = held()[0]
    for verdict, outcome in (
        ("reject", decisions.reject(shown(change), actor=curator(), reason="no", at=LATER)),
        ("postpone", None),
    ):
        done = outcome or postpone(shown(change), until=LATER + 500 * DAY, actor=curator(), at=LATER + 300 * DAY)
        assert undo_decision.retract(decided(verdict, done), actor=curator()).done == [change.pk]
        assert waiting() == [OFFERING]


def test_a_pin_of_the_old_value_taken_back_publishes_nothing_and_asks_again():
    change = held()[0]
    pinned = undo_decision.to_be_pinned(shown(change))
    outcome = pin_current(shown(change), actor=curator(), reason="x", at=LATER)
    back = undo_decision.retract(decided("keep", outcome, pinned=pinned), actor=curator())

    assert back.done == [change.pk]
    assert published() == listed("3")
    assert Offering.objects.get().provenance["price.input"]["source"] == "list"
    assert Pin.objects.get().released_by == "ada"
    assert AuditEntry.objects.filter(kind="curation.pin", action="released").count() == 1
    assert [c.pk for c in Change.objects.awaiting_review()] == [change.pk]


def test_a_first_approval_taken_back_is_forgotten(two_people):
    change = held()[0]
    outcome = decisions.approve(shown(change), actor=curator(), at=LATER)

    assert undo_decision.retract(decided("approve", outcome), actor=curator()).done == [change.pk]
    change.refresh_from_db()
    assert change.first_approved_by == ""


# -- jobs ------------------------------------------------------------------------------------------


@pytest.fixture
def chief() -> User:
    person = curator("chief")
    person.user_permissions.add(Permission.objects.get(codename="decide_change"))
    return User.objects.get(pk=person.pk)


@pytest.fixture
def small_slices(monkeypatch):
    monkeypatch.setattr(jobs, "SLICE", 2)


def test_a_job_decides_all_that_was_shown_under_one_batch(chief, small_slices):
    changes = held(*(f"acme/model-{number}" for number in range(5)))
    job = jobs.draft("approve", shown(*changes) | {4711: "gone"}, person=chief)
    jobs.confirm(job.batch, person=chief, reason="announced")
    job = jobs.run(job.batch)

    assert (job.state, job.position, job.done) == ("done", 6, 5)
    assert job.refused == [[4711, "This change does not exist any more."]]
    assert {str(entry.revision.batch) for entry in LedgerEntry.objects.filter(actor="chief")} == {str(job.batch)}
    assert not Change.objects.awaiting_review().exists()


def test_a_job_goes_on_where_a_worker_died(chief, small_slices, monkeypatch):
    changes = held(*(f"acme/model-{number}" for number in range(5)))
    job = jobs.draft("reject", shown(*changes), person=chief)
    jobs.confirm(job.batch, person=chief, reason="no")
    jobs._slice(job.batch)
    assert Change.objects.filter(state=Change.State.REJECTED).count() == 2

    assert (jobs.run(job.batch).done, jobs.run(job.batch).done) == (5, 5)


def test_what_moved_since_the_preview_is_refused_by_the_job(chief):
    changes = held("acme/one", "acme/two")
    job = jobs.draft("approve", shown(*changes), person=chief)
    state(source(), claim("acme/one", price_input=usd("90")), claim("acme/two", price_input=usd("60")))
    jobs.confirm(job.batch, person=chief, reason="")
    job = jobs.run(job.batch)

    assert (job.done, len(job.refused)) == (1, 1)
    assert (published(key="acme/one"), published(key="acme/two")) == (listed("3"), listed("60"))


def test_a_job_is_confirmed_once_and_by_who_saw_it(chief):
    job = jobs.draft("approve", shown(*held()), person=chief)

    with pytest.raises(Refused, match="too old"):
        jobs.confirm(job.batch, person=curator("bob"), reason="")
    jobs.confirm(job.batch, person=chief, reason="")
    with pytest.raises(Refused, match="too old"):
        jobs.confirm(job.batch, person=chief, reason="")


def test_a_job_of_who_may_no_longer_decide_stops(chief):
    job = jobs.draft("approve", shown(*held()), person=chief)
    jobs.confirm(job.batch, person=chief, reason="")
    chief.user_permissions.clear()

    assert jobs.run(job.batch).state == ReviewJob.State.FAILED
    assert published() == listed("3")


def test_a_draft_is_forgotten_after_a_day(chief):
    jobs.draft("approve", {1: "x"}, person=chief, at=NOW)
    draft = jobs.draft("approve", {1: "x"}, person=chief, at=NOW + 2 * DAY)

    assert [job.pk for job in ReviewJob.objects.all()] == [draft.pk]
