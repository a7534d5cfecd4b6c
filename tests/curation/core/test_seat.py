"""Whose word is taken among several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from curation.core.authority import SourceType
from curation.core.authority import origins as origins_of_sources
from curation.core.candidates import Candidate, candidate_of
from curation.core.seat import MAJORITY, Choice, choose
from curation.core.statements import Accepted, Listing, PastMove, Reason
from tests.builders import TODAY, source_facts, statement
from tests.random_courses import count

FIELD = "context_window"
law = settings(max_examples=count(80))


def same(left: Any, right: Any) -> bool:
    return bool(left == right)


def candidate(
    slug: str, value: int, *, days_since_move: int = 0, listed: bool = True, dropped: bool = False, **declared: Any
) -> Candidate:
    """What a source says; so many days before today it was seen to move away from 0."""
    claim = statement(
        source_facts(slug, **declared),
        values={FIELD: value},
        moves={FIELD: (PastMove(0, date.fromordinal(TODAY.toordinal() - days_since_move)),)} if days_since_move else {},
        listing=Listing.LISTED if listed else Listing.MISSING,
        dropped=frozenset({FIELD}) if dropped else frozenset(),
    )
    return candidate_of(FIELD, "acme", claim, TODAY)


@st.composite
def sets_of_candidates(draw: st.DrawFn) -> list[Candidate]:
    slugs = draw(st.sets(st.sampled_from("abcdef"), min_size=1))
    return [
        candidate(
            slug,
            draw(st.integers(0, 3)),
            days_since_move=draw(st.sampled_from([0, 0, 3, 9])),
            listed=draw(st.booleans()),
            dropped=draw(st.sampled_from([False, False, True])),
            origin=draw(st.sampled_from(["", "", "a", "b", "c"])),
            source_type=draw(st.sampled_from([SourceType.CATALOGUE, SourceType.CATALOGUE, SourceType.COMMUNITY])),
            preference=draw(st.sampled_from([50, 100])),
        )
        for slug in sorted(slugs)
    ]


bases = st.none() | st.builds(Accepted, st.integers(0, 3), st.sampled_from("abcdefx"))


def chosen(candidates: Sequence[Candidate], base: Accepted | None = None) -> Choice:
    return choose(candidates, same, base)


@law
@given(
    sets_of_candidates().flatmap(lambda candidates: st.tuples(st.just(candidates), st.permutations(candidates))), bases
)
def test_the_order_of_candidates_does_not_matter(orders, base):
    choice, choice_of_permuted = (chosen(candidates, base) for candidates in orders)

    assert choice == choice_of_permuted


@law
@given(sets_of_candidates(), bases)
def test_the_winner_has_the_best_rank_of_all_that_are_no_copies(candidates, base):
    originals = [candidate for candidate in candidates if not candidate.claim.is_copy]
    ranked = originals or candidates

    assert chosen(candidates, base).winner.rank <= min(candidate.rank for candidate in ranked)


@law
@given(sets_of_candidates(), st.integers(0, 3))
def test_an_incumbent_of_the_best_rank_leaves_its_seat_to_a_majority_or_to_one_that_says_the_same(candidates, value):
    for sitting in candidates:
        choice = chosen(candidates, Accepted(value, sitting.slug))
        if choice.winner is sitting or sitting.rank > choice.winner.rank or sitting.claim.is_copy:
            continue
        if choice.reason is Reason.MAJORITY:
            supporters = {v.claim.counted_as for v in candidates if v.counts and v.value == choice.winner.value}
            assert len(supporters) >= MAJORITY
        else:
            assert sitting.is_dropped
            assert choice.winner.value == sitting.value


@law
@given(sets_of_candidates(), bases)
def test_a_choice_is_kept_when_it_is_made_again(candidates, base):
    first = chosen(candidates, base)
    again = chosen(candidates, Accepted(first.winner.value, first.winner.slug))

    assert again.winner.value == first.winner.value
    assert again.contested == ()


@law
@given(sets_of_candidates())
def test_only_those_that_say_something_else_contest_a_first_choice(candidates):
    choice = chosen(candidates)

    assert all(equal.value != choice.winner.value for equal in choice.contested)
    assert all(equal.rank == choice.winner.rank for equal in choice.contested)


@law
@given(sets_of_candidates(), bases)
def test_news_is_what_an_equal_says_since_it_left_the_accepted_value(candidates, base):
    if news := chosen(candidates, base).news:
        assert base is not None
        assert base.value in news.earlier
        assert news.value != base.value or news.value != chosen(candidates, base).winner.value
        assert news.counts


@law
@given(sets_of_candidates(), bases, st.integers(0, 3))
def test_no_number_of_copies_changes_what_is_taken(candidates, base, value):
    """Beside the source that they copy, whatever they say."""
    originals = [original for original in candidates if not original.claim.is_copy]
    if not originals:
        return
    first = originals[0]
    copies = [candidate(f"z{n}", value, origin=first.slug) for n in range(4)]

    assert chosen([*originals, *copies], base).winner == chosen(originals, base).winner


def test_two_sources_that_copy_each_other_are_heard_all_the_same():
    assert chosen([candidate("a", 1, origin="b"), candidate("b", 2, origin="a")]).winner.slug == "a"


def test_copies_of_copies_are_counted_as_their_origin():
    facts = {
        facts.slug: facts
        for facts in (
            source_facts("a", speaks_for="acme"),
            source_facts("b", origin="a"),
            source_facts("c", origin="b"),
            source_facts("d", origin="unknown"),
            source_facts("e", origin="f"),
            source_facts("f", origin="e"),
        )
    }

    assert origins_of_sources(facts) == {
        "a": "provider:acme", "b": "provider:acme", "c": "provider:acme", "d": "unknown", "e": "e", "f": "e",
    }  # fmt: skip


def test_a_copy_counts_with_the_provider_that_it_copies():
    """Its origin is what it is counted as: all sources of one provider are one."""
    own = candidate("own", 1, speaks_for="other")
    copy = candidate("copy", 1, origin="provider:other")
    third = candidate("third", 2)

    assert chosen([own, copy, third]).reason is Reason.PREFERRED
    assert chosen([third, own, replace(copy, value=2)]).winner.slug == "own"


def test_the_later_move_decides_before_preference_and_after_support():
    early, late, liked = (
        candidate("a", 1, days_since_move=9),
        candidate("b", 2, days_since_move=3),
        candidate("c", 3, preference=1),
    )

    assert (chosen([early, late, liked]).winner.slug, chosen([early, late, liked]).reason) == ("b", Reason.LATEST_MOVE)
    assert chosen([early, late, candidate("d", 1)]).winner.slug == "a"
