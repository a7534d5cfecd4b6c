"""The one writer of the published catalogue.

Everything that changes what is published (syncs, approvals, pins, imports, undo) comes through `publish`, in one
transaction: offerings with their versions, benchmarks and aliases, the append-only ledger, and the next revision.
What is rendered from it is made afterwards, see `registry.exports.rendering`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import transaction
from django.dispatch import Signal

from registry.catalogue import columns, versions
from registry.database.chunks import CHUNK, chunks
from registry.domain import fields
from registry.domain.changeset import OfferingChange
from registry.domain.offering_ids import OfferingId, provider_of
from registry.domain.provenance import behind_as_json
from registry.identity.affixes import parse
from registry.identity.normalise import canonical_name
from registry.models import Alias, Benchmark, LedgerEntry, Model, Offering, Provider, Revision

_UPDATED: Final = (
    "model", "facts", "provenance", "behind", "updated_at", "missing_since", "not_seen_since", "revision", "serial",
    *columns.COLUMNS,
)  # fmt: skip
_ACCOUNT: Final = ("provenance", "behind", "not_seen_since", "serial", *columns.OF_ACCOUNTS)
_SCORED: Final = ("score", "scale", "named", "measured_on", "evidence")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


published: Final = Signal()
"""Sent once for each publication, after it was committed."""


class StaleBase(Exception):
    """A change was made against a value that is no longer the published one."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What came of a publication. `revision` is None when there was nothing to do."""

    revision: int | None
    entries: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """One score of a model, as a publisher of benchmarks states it."""

    model: str
    """Key of a published model."""
    name: str
    score: Decimal
    variant: str = ""
    scale: str = ""
    named: str = ""
    """The model as the publisher calls it."""
    measured_on: date | None = None
    evidence: str = ""

    @property
    def place(self) -> tuple[str, str, str]:
        """What one publisher states one score for."""
        return self.model, self.name, self.variant


@dataclass(frozen=True, slots=True)
class ScorePublication:
    """What came of publishing scores. `revision` is None when there was nothing to do."""

    revision: int | None
    new: int = 0
    changed: int = 0
    gone: int = 0
    rows: int = 0


@contextmanager
def sole_writer() -> Iterator[None]:
    """A transaction in which nobody else publishes: what is read inside is what will be published upon.

    Inside another one it asks for nothing.
    """
    if _is_sole_writer.get():
        yield
        return
    with transaction.atomic():
        if Revision.objects.select_for_update().filter(number=0).first() is None:
            _make_empty_catalogue()
        token = _is_sole_writer.set(True)
        try:
            yield
        finally:
            _is_sole_writer.reset(token)


def is_sole_writer() -> bool:
    """Whether nobody else publishes until the present transaction ends."""
    return _is_sole_writer.get()


_is_sole_writer: ContextVar[bool] = ContextVar("is_sole_writer", default=False)


def _make_empty_catalogue() -> None:
    """Writes revision 0, which is the lock, and takes it."""
    empty = {"created_at": _EPOCH, "actor": "registry", "batch": UUID(int=0), "reason": "the empty catalogue"}
    Revision.objects.get_or_create(number=0, defaults=empty)
    Revision.objects.select_for_update().get(number=0)


def publish(changes: Sequence[OfferingChange], *, actor: str, reason: str, batch: UUID, at: datetime) -> Publication:
    """Publishes changes as the next revision. Must run inside `sole_writer`. Raises StaleBase, and then writes nothing.

    Accounts that move alone make no revision: they are shown from now on, under another serial number.
    `actor` is a person's name or `sync:<source>`; `batch` groups everything that one action did, for undo.
    """
    if not changes:
        return Publication(None)
    with transaction.atomic():
        return _publish(changes, actor=actor, reason=reason, batch=batch, at=at)


def _publish(changes: Sequence[OfferingChange], *, actor: str, reason: str, batch: UUID, at: datetime) -> Publication:
    moving = [change for change in changes if not change.account_only]
    entries = sum(len(change.changes) for change in moving)
    rows, number = 1, None
    if moving:
        revision = _next_revision(actor=actor, reason=reason, batch=batch, at=at, entries=entries)
        number = revision.number
    else:
        revision = _newest_revision()
        revision.serial, revision.shown_at = revision.serial + 1, at
        revision.save(update_fields=["serial", "shown_at"])
    for chunk in chunks(moving):
        rows += _publish_chunk(chunk, revision, actor, at)
    accounts = [change for change in changes if change.account_only]
    for chunk in chunks(accounts):
        rows += _write_accounts(chunk, revision.serial, at)
    transaction.on_commit(_tell)
    return Publication(number, entries, rows)


def _tell() -> None:
    published.send(sender=None)


def _newest_revision() -> Revision:
    return Revision.objects.order_by("-number")[0]


def _next_revision(*, actor: str, reason: str, batch: UUID, at: datetime, entries: int) -> Revision:
    newest = _newest_revision()
    return Revision.objects.create(
        number=newest.number + 1,
        serial=newest.serial + 1,
        created_at=at,
        actor=actor,
        reason=reason[:500],
        batch=batch,
        entries_count=entries,
    )


def _write_accounts(changes: Sequence[OfferingChange], serial: int, at: datetime) -> int:
    """Brings accounts up to date. The rows of today show them; versions keep those of their revision."""
    offerings = {o.key: o for o in Offering.objects.filter(key__in=[change.key for change in changes])}
    for change in changes:
        offering = offerings[change.key]
        _apply(change, offering, offering.revision, at)
        offering.serial = serial
    Offering.objects.bulk_update(offerings.values(), list(_ACCOUNT), batch_size=200)
    versions.refresh(list(offerings.values()))
    return len(offerings)


def _publish_chunk(changes: Sequence[OfferingChange], revision: Revision, actor: str, at: datetime) -> int:
    offerings = {o.key: o for o in Offering.objects.filter(key__in=[c.key for c in changes])}
    fresh = [c.key for c in changes if c.key not in offerings]
    rows = _ensure_providers(fresh) if fresh else 0
    rows += _ensure_models(changes, at)
    ledger: list[LedgerEntry] = []
    for change in changes:
        offering = offerings.get(change.key)
        if offering is None:
            offering = offerings[change.key] = _new_offering(change.key, at)
        _apply(change, offering, revision.number, at)
        offering.serial = revision.serial
        ledger += _ledger_entries(change, revision, actor)
    changed = [offerings[change.key] for change in changes]
    Offering.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["key"], update_fields=list(_UPDATED), batch_size=CHUNK
    )
    ids = {key: offering.pk for key, offering in offerings.items() if offering.pk}
    ids |= dict(Offering.objects.filter(key__in=fresh).values_list("key", "id")) if fresh else {}
    LedgerEntry.objects.bulk_create(ledger, batch_size=2000)
    rows += len(changed) + len(ledger)
    rows += _write_benchmarks(changes, ids)
    rows += _write_aliases(changes, ids)
    return rows + versions.write([_touched(change, offerings[change.key], ids) for change in changes], revision.number)


def _touched(change: OfferingChange, offering: Offering, ids: Mapping[str, int]) -> versions.WrittenOffering:
    offering.pk = ids[change.key]
    return versions.WrittenOffering(offering, {field_change.field for field_change in change.changes}, change.aliases)


def publish_scores(
    source: str, scores: Sequence[Score], *, actor: str, reason: str, batch: UUID, at: datetime
) -> ScorePublication:
    """Makes these the scores of models that a source states. Must run inside `sole_writer`.

    What is the same is not written. Scores have no ledger: publishers stay apart, so that nothing is ever decided
    between them. The revision says of which source they are, and how many moved.
    """
    rows = Benchmark.objects.filter(source=source, model__isnull=False)
    existing = {(row.model_id, row.name, row.variant): row for row in rows}
    wanted = {score.place: score for score in scores}
    fresh = [_score_row(source, score) for place, score in wanted.items() if place not in existing]
    changed = [row for place, row in existing.items() if place in wanted and _score_moves(row, wanted[place])]
    gone = [row.pk for place, row in existing.items() if place not in wanted]
    if not (fresh or changed or gone):
        return ScorePublication(None)
    count = len(fresh) + len(changed) + len(gone)
    number = _next_revision(actor=actor, reason=reason, batch=batch, at=at, entries=count).number
    Benchmark.objects.bulk_create(fresh, batch_size=CHUNK)
    Benchmark.objects.bulk_update(changed, list(_SCORED), batch_size=CHUNK)
    for chunk in chunks(gone):
        Benchmark.objects.filter(pk__in=chunk).delete()
    transaction.on_commit(_tell)
    return ScorePublication(number, len(fresh), len(changed), len(gone), count + 1)


def _score_row(source: str, score: Score) -> Benchmark:
    values = {name: getattr(score, name) for name in _SCORED}
    return Benchmark(source=source, model_id=score.model, name=score.name, variant=score.variant, **values)


def _score_moves(row: Benchmark, score: Score) -> bool:
    """Brings a row to a score. Whether it was another before."""
    before = [getattr(row, name) for name in _SCORED]
    for name in _SCORED:
        setattr(row, name, getattr(score, name))
    return before != [getattr(score, name) for name in _SCORED]


def _new_offering(key: str, at: datetime) -> Offering:
    provider, native_id = OfferingId.of(key)
    return Offering(key=key, provider_id=provider, native_id=native_id, created_at=at)


def _apply(change: OfferingChange, offering: Offering, revision: int, at: datetime) -> None:
    facts, provenance = dict(offering.facts), dict(offering.provenance)
    for field_change in change.changes:
        now = facts.get(field_change.field)
        if now != field_change.old:
            raise StaleBase(
                f"{change.key} {field_change.field}: published is {now!r}, not {field_change.old!r}"
            )
        if field_change.gone:
            facts.pop(field_change.field, None)
            provenance.pop(field_change.field, None)
        else:
            facts[field_change.field] = field_change.new
            provenance[field_change.field] = field_change.provenance.as_json()
    for name, account in change.provenance.items():
        if name in facts:
            provenance[name] = account.as_json()
    offering.facts, offering.provenance = facts, provenance
    offering.behind = behind_as_json(change.behind) if change.behind is not None else offering.behind
    offering.model_id = facts.get("model")
    offering.missing_since, offering.not_seen_since = change.listing(offering.missing_since)
    offering.revision = revision
    if change.changes:
        offering.updated_at = at
    for column, value in columns.columns(facts, provenance, at.date()).items():
        setattr(offering, column, value)


def _ledger_entries(change: OfferingChange, revision: Revision, actor: str) -> list[LedgerEntry]:
    return [
        LedgerEntry(
            revision=revision,
            offering_key=change.key,
            field=field_change.field,
            old=field_change.old,
            new=field_change.new,
            source=field_change.provenance.source,
            quality=field_change.provenance.quality,
            reason=field_change.provenance.reason,
            policy=(field_change.policy or field_change.provenance.policy)[:80],
            actor=actor,
            note=field_change.note[:500],
        )
        for field_change in change.changes
    ]


def _ensure_providers(keys: Iterable[str]) -> int:
    wanted = set(map(provider_of, keys))
    fresh = wanted - set(Provider.objects.filter(slug__in=wanted).values_list("slug", flat=True))
    Provider.objects.bulk_create([Provider(slug=slug, name=slug) for slug in sorted(fresh)])
    return len(fresh)


def _ensure_models(changes: Collection[OfferingChange], at: datetime) -> int:
    """Makes the models that are linked to for the first time, spelt as the offering's own id spells them."""
    spelt: dict[str, str] = {}
    for change in changes:
        for field_change in change.changes:
            if field_change.field == "model" and field_change.new:
                author, _, name = field_change.new.partition("/")
                tail = parse(*OfferingId.of(change.key)).base.rpartition("/")[2]
                spelling = f"{author}/{tail}"
                same = canonical_name(tail) == name
                spelt[field_change.new] = min(
                    filter(None, (spelt.get(field_change.new), spelling if same else field_change.new)), key=_plainness
                )
    existing = set(Model.objects.filter(key__in=spelt).values_list("key", flat=True))
    fresh = [key for key in spelt if key not in existing]
    used_slugs = set(Model.objects.filter(slug__in=[spelt[key] for key in fresh]).values_list("slug", flat=True))
    Model.objects.bulk_create(
        Model(
            key=key,
            slug=key if spelt[key] in used_slugs else spelt[key],
            author=key.partition("/")[0],
            created_at=at,
        )
        for key in fresh
    )
    return len(fresh)


def _plainness(spelling: str) -> tuple[bool, int, str]:
    """Sorts spellings: without service suffixes first, then with dots in version numbers, then short."""
    return (":" in spelling or "@" in spelling, -spelling.count("."), spelling)


def _write_benchmarks(changes: Sequence[OfferingChange], ids: Mapping[str, int]) -> int:
    rows = 0
    for change in changes:
        for field_change in change.changes:
            if not field_change.field.startswith(fields.BENCHMARK_PREFIX):
                continue
            name = field_change.field.removeprefix(fields.BENCHMARK_PREFIX)
            Benchmark.objects.filter(offering_id=ids[change.key], name=name).delete()
            if field_change.new is not None and not field_change.gone:
                Benchmark.objects.create(
                    offering_id=ids[change.key],
                    name=name,
                    score=fields.field(field_change.field).decode(field_change.new),
                    source=field_change.provenance.source,
                    measured_on=field_change.provenance.since_day,
                )
            rows += 1
    return rows


def _write_aliases(changes: Sequence[OfferingChange], ids: Mapping[str, int]) -> int:
    wanted = {
        (ids[change.key], name): source
        for change in changes
        if change.aliases is not None
        for name, source in change.aliases.items()
    }
    listed = {ids[change.key] for change in changes if change.aliases is not None}
    have = {(a.offering_id, a.name): a for a in Alias.objects.filter(offering_id__in=listed)}
    gone = [alias.pk for key, alias in have.items() if wanted.get(key) != alias.source]
    if gone:
        Alias.objects.filter(pk__in=gone).delete()
    fresh = [
        Alias(offering_id=pk, name=name, source=source)
        for (pk, name), source in wanted.items()
        if (pk, name) not in have or have[pk, name].source != source
    ]
    Alias.objects.bulk_create(fresh, batch_size=2000)
    return len(gone) + len(fresh)
