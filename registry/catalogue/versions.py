"""Writes the versions of offerings. Part of the one writer: called by `registry.catalogue.publish`, in its transaction.

A version begins with the revision in which something moved that its rows show: a value, its source, quality, reason or
policy, a pin or what was accepted behind it, another name, or whether the offering is listed. That other sources agree
or disagree now makes none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

import orjson

from registry.catalogue import stretches
from registry.database.chunks import CHUNK
from registry.domain import accounts
from registry.domain import columns as projection
from registry.domain.accounts import Account
from registry.domain.fields import Json
from registry.domain.spans import OPEN
from registry.models import Offering, OfferingContent, OfferingVersion
from registry.models.columns import OfferingColumns

_DAILY: Final = (*projection.PRICE_COLUMNS, "pricing", "regions")
_OF_TODAY: Final = ("source", "quality", "not_seen_since")
"""Columns of current rows that move without a version."""
COPIED: Final = (
    "key", "provider_id", "model_id", "pinned_fields",
    *(field.name for field in OfferingColumns._meta.get_fields() if field.name not in _DAILY),
)  # fmt: skip
"""Columns that a version has from its offering. Those of prices and regions follow from the values and
the day."""


@dataclass(frozen=True, slots=True)
class WrittenOffering:
    """An offering that a publication has written, and what of it moved."""

    offering: Offering
    fields: Collection[str] = ()
    """Fields whose value moved."""
    names: Collection[str] | None = ()
    """All its other names; None where they stay as they are."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A version to be written: one or more rows with the same content."""

    columns: Mapping[str, Any]
    facts: Mapping[str, Json]
    account: accounts.Packed
    behind: Mapping[str, Any] = field(default_factory=dict)

    def rows(self, content: int) -> Iterator[Mapping[str, Any]]:
        """The columns of each row, one for each stretch of days."""
        for stretch in stretches.cut(self.facts):
            days = {"day_from": stretch.day_from, "day_to": stretch.day_to}
            yield {**self.columns, **stretch.columns, **days, "content_id": content}


@dataclass(frozen=True, slots=True)
class _Current:
    names: str | None
    listing: tuple[datetime | None, datetime | None]
    accounts: Mapping[str, Account]
    behind: Mapping[str, Any]


def write(touched: Sequence[WrittenOffering], revision: int) -> int:
    """Ends the current version of each offering that moved, and begins its next. Returns how many rows were written."""
    current = _current([changed.offering.pk for changed in touched])
    drafts = [draft for changed in touched if (draft := _draft(changed, current.get(changed.offering.pk), revision))]
    if not drafts:
        return 0
    changed_ids = [draft.columns["offering_id"] for draft in drafts]
    ended = OfferingVersion.objects.filter(offering_id__in=changed_ids, revision_to=OPEN).update(revision_to=revision)
    contents = keep_contents(drafts, OfferingContent)
    rows = [
        OfferingVersion(**row)
        for draft, content in zip(drafts, contents, strict=True)
        for row in draft.rows(content)
    ]  # fmt: skip
    OfferingVersion.objects.bulk_create(rows, batch_size=CHUNK)
    return ended + len(rows)


def refresh(offerings: Sequence[Offering]) -> None:
    """Updates the columns of current rows that follow from provenance. Closed rows stay as they were."""
    wanted = {offering.pk: offering for offering in offerings}
    changed = []
    for row in OfferingVersion.objects.filter(offering_id__in=wanted, revision_to=OPEN).only("offering_id", *_OF_TODAY):
        offering = wanted[row.offering_id]
        if any(getattr(row, name) != getattr(offering, name) for name in _OF_TODAY):
            for name in _OF_TODAY:
                setattr(row, name, getattr(offering, name))
            changed.append(row)
    OfferingVersion.objects.bulk_update(changed, _OF_TODAY, batch_size=CHUNK)


def _current(offerings: Sequence[int]) -> dict[int, _Current]:
    open_rows = OfferingVersion.objects.filter(offering_id__in=offerings, revision_to=OPEN)
    columns = ("offering_id", "names", "missing_since", "not_seen_since", "content__account", "content__behind")
    return {
        offering: _Current(names, (missing, not_seen), accounts.unpack(account), behind)
        for offering, names, missing, not_seen, account, behind in open_rows.values_list(*columns)
    }


def _draft(changed: WrittenOffering, before: _Current | None, revision: int) -> Draft | None:
    """The version that begins now; None where nothing moved that makes one."""
    offering = changed.offering
    by_field = accounts.accounts(
        offering.provenance, revision=revision, changed=changed.fields, before=before.accounts if before else {}
    )
    names = before.names if before and changed.names is None else projection.names_column(changed.names or ())
    listing = offering.missing_since, offering.not_seen_since
    behind = accounts.behind(offering.behind)
    stays = before and not changed.fields and (before.names, before.listing) == (names, listing)
    if (
        before
        and stays
        and not (accounts.differ(before.accounts, by_field) or accounts.behind_differs(before.behind, behind))
    ):
        return None
    columns = {name: getattr(offering, name) for name in COPIED}
    span = {"offering_id": offering.pk, "names": names, "revision_from": revision, "revision_to": OPEN}
    return Draft(columns | span, offering.facts, accounts.pack(by_field), behind)


def keep_contents(drafts: Iterable[Draft], table: type[OfferingContent]) -> list[int]:
    """The ids of the contents of some versions, in their order. What is there already is not written again."""
    contents = [_content(draft) for draft in drafts]
    digests = [digest(content) for content in contents]
    wanted = dict(zip(digests, contents, strict=True))
    ids = dict(table._default_manager.filter(digest__in=wanted).values_list("digest", "id"))
    fresh = [table(digest=key, **content) for key, content in wanted.items() if key not in ids]
    ids |= {content.digest: content.pk for content in table._default_manager.bulk_create(fresh, batch_size=CHUNK)}
    return [ids[digest] for digest in digests]


def _content(draft: Draft) -> dict[str, Any]:
    """The columns of a content. What lies behind pins is left out where nothing does: the table has a default."""
    content = {"facts": draft.facts, "account": draft.account}
    return content | ({"behind": draft.behind} if draft.behind else {})


def digest(content: Mapping[str, Any]) -> str:
    """The key of a content: a digest of its columns."""
    parts = [content[name] for name in ("facts", "account", "behind") if name in content]
    return blake2b(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()
