"""Applies the benchmark scores of a run."""

from __future__ import annotations

from registry.catalogue.publish import Publication
from registry.catalogue.publish.scores import publish_scores
from registry.models import Benchmark, Model
from syncers.kinds.benchmarks import BenchmarkList, ParsedScores
from syncers.payload import store as payloads
from syncers.sync.size_guard import check_count, check_shrink
from syncers.sync.state import RunState


def match_again(state: RunState) -> None:
    """Matches stored scores again: a model that was unknown then may be published now."""
    if isinstance(state.source, BenchmarkList) and state.before:
        state.parsed = parsed = state.source.parse(payloads.body_of(state.before))
        state.run.seen = parsed.seen
        apply_scores(state, parsed)


def apply_scores(state: RunState, parsed: ParsedScores) -> None:
    """Publishes the scores of known models."""
    source, run = state.source, state.run
    if not isinstance(source, BenchmarkList):
        raise TypeError(f"{state.row.slug} has scores but is not a BenchmarkList")
    with state.transaction():
        scores = source.match(parsed, set(Model.objects.values_list("key", flat=True)))
        before = Benchmark.objects.filter(source=state.row.slug, model__isnull=False).count()
        check_count(state, len(parsed.scores), "scores")
        check_shrink(state, before, len(scores), "scores")
        reason = f"benchmarks of {state.row.slug} from {run.origin}"
        done = publish_scores(state.row.slug, scores, actor=run.actor, reason=reason, batch=run.batch, at=state.at)
    run.rejected = len(parsed.rejected)
    run.new, run.changed, run.missing = done.new, done.changed, done.gone
    changes = done.new + done.changed + done.gone
    state.outcome.applied, state.outcome.rows = changes, done.rows
    state.outcome.published = Publication(done.revision, changes, done.rows)
