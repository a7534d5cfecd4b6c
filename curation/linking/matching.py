"""Unlinked offerings: those whose model the rules could not derive, each with candidate models.

Candidates are searched for an offering without a model, or whose model only its provider serves when that is not the
author's own. The linked models of a hub are left out: there, an id is a repository of weights, and a fine-tune
resembles what it was made of. Candidates wait for a person; accepting one pins the offering's model, a refusal is
remembered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from curation.audit import trail
from curation.core.similarity import Candidates, Named, Similarity, author_of
from curation.models import Match
from curation.pins import pinning
from curation.review import decisions
from curation.review.stale_check import reason_for
from registry.catalogue.publish import sole_writer
from registry.database.chunks import chunks
from registry.identity import affixes
from registry.identity.families import without_author
from registry.identity.normalise import canonical_name
from registry.identity.platforms import HOME_PROVIDERS, HUBS
from registry.models import Offering

_COLUMNS: Final = ("key", "provider_id", "native_id", "model_id", "task", "output_modalities")


@dataclass(slots=True)
class MatchSearch:
    """Result of a search for candidates."""

    unsure: int = 0
    """Offerings that were looked at."""
    new: int = 0
    gone: int = 0
    """Candidates that were removed, since the rules derive or a source states the model now."""
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class _Row:
    key: str
    provider: str
    native_id: str
    model: str | None
    gives: frozenset[str]

    def named(self) -> Named:
        author_path, _, last = affixes.parse(self.provider, self.native_id).base.rpartition("/")
        name = without_author(canonical_name(last))
        return Named(self.model or "", name, author_of(name, author_path.rpartition("/")[2]), self.gives)


@dataclass(slots=True)
class _Served:
    providers: set[str] = field(default_factory=set)
    gives: set[str] = field(default_factory=set)


def find_matches(*, at: datetime | None = None) -> MatchSearch:
    """Searches for candidates again. Decisions of people stay."""
    at, rows = at or timezone.now(), list(_rows())
    served: dict[str, _Served] = defaultdict(_Served)
    for row in rows:
        if row.model:
            served[row.model].providers.add(row.provider)
            served[row.model].gives |= row.gives
    candidates = Candidates(_models(served))
    unsure = [row for row in rows if _is_unsure(row, served)]
    wanted = {(row.key, like.candidate): (row, like) for row in unsure for like in candidates.best(row.named())}
    search = _store(wanted, at)
    search.unsure = len(unsure)
    return search


def _rows() -> Iterator[_Row]:
    for key, provider, native_id, model, task, gives in Offering.objects.order_by("key").values_list(*_COLUMNS):
        words = {*filter(None, gives.split("|")), *([f"task:{task}"] if task else [])}
        yield _Row(key, provider, native_id, model, frozenset(words))


def _models(served: dict[str, _Served]) -> Iterator[Named]:
    for key, serving in served.items():
        author, _, name = key.partition("/")
        # A model that only one other provider serves is as uncertain as the unlinked offering itself.
        if len(serving.providers) > 1 or serving.providers & set(HOME_PROVIDERS.get(author, ())):
            yield Named(key, name, author, frozenset(serving.gives))


def _is_unsure(row: _Row, served: dict[str, _Served]) -> bool:
    if not row.model:
        return True
    if row.provider in HUBS:
        return False
    author = row.model.partition("/")[0]
    return len(served[row.model].providers) == 1 and row.provider not in HOME_PROVIDERS.get(author, ())


def _store(wanted: dict[tuple[str, str], tuple[_Row, Similarity]], at: datetime) -> MatchSearch:
    with transaction.atomic():
        rows = {(row.offering_key, row.candidate): row for row in Match.objects.all()}
        gone = [row.pk for place, row in rows.items() if row.state == Match.State.OPEN and place not in wanted]
        for chunk in chunks(gone):
            Match.objects.filter(pk__in=chunk).delete()
        fresh = [_match(row, like, at) for place, (row, like) in wanted.items() if place not in rows]
        Match.objects.bulk_create(fresh, batch_size=500)
        rescored = [
            _moved(rows[place], like)
            for place, (_, like) in wanted.items()
            if place in rows and rows[place].state == Match.State.OPEN and rows[place].score != like.score
        ]
        Match.objects.bulk_update(rescored, ["score", "evidence"], batch_size=500)
        return MatchSearch(new=len(fresh), gone=len(gone), waiting=Match.objects.filter(state=Match.State.OPEN).count())


def _match(row: _Row, like: Similarity, at: datetime) -> Match:
    return Match(
        offering_key=row.key,
        native_id=row.native_id,
        candidate=like.candidate,
        score=like.score,
        evidence=dict(like.evidence),
        found_at=at,
    )


def _moved(match: Match, like: Similarity) -> Match:
    match.score, match.evidence = like.score, dict(like.evidence)
    return match


# -- deciding --------------------------------------------------------------------------------------


def accept_match(
    *, match: Match, actor: User, reason: str = "", everywhere: bool = False, at: datetime | None = None
) -> list[str]:
    """Pins the candidate as the offering's model, or as that of all unsure offerings with the very same id.

    Returns the offerings that were pinned. Raises `review.Refused`.
    """
    at = at or timezone.now()
    with sole_writer():
        held = _open(match)
        identical = Match.objects.filter(native_id=held.native_id, candidate=held.candidate, state=Match.State.OPEN)
        accepted = list(identical) if everywhere else [held]
        why = f"matched: {reason.strip() or 'same model'} (score {held.score})"
        for accepted_match in accepted:
            pinning.pin(
                offering=accepted_match.offering_key,
                field="model",
                value=accepted_match.candidate,
                actor=actor,
                reason=why[:500],
                at=at,
            )
        _decide(accepted, Match.State.ACCEPTED, actor, reason, at)
        keys = [accepted_match.offering_key for accepted_match in accepted]
        Match.objects.filter(offering_key__in=keys, state=Match.State.OPEN).delete()
    return sorted(keys)


def refuse_match(*, match: Match, actor: User, reason: str, at: datetime | None = None) -> None:
    """Refuses a candidate: it is not suggested again. A reason is required."""
    reason = reason_for(reason)
    with transaction.atomic():
        _decide([_open(match)], Match.State.REFUSED, actor, reason, at or timezone.now())


def _open(match: Match) -> Match:
    held = Match.objects.select_for_update().filter(pk=match.pk).first()
    if held is None:
        raise decisions.Refused("This match does not wait any more: its model is known by now.")
    if held.state != Match.State.OPEN:
        raise decisions.Refused(f"This match is {held.get_state_display()} already.")
    return held


def _decide(matches: Iterable[Match], state: Match.State, actor: User, reason: str, at: datetime) -> None:
    rows = list(matches)
    for row in rows:
        row.state, row.decided_at = state, at
        row.decided_by, row.reason = actor.get_username(), reason.strip()[:500]
    Match.objects.bulk_update(rows, ["state", "decided_at", "decided_by", "reason"])
    trail.record_all(str(state), rows, actor=actor, reason=reason, at=at)
