"""Makes the versions of a database that was written before versions were kept: folds the ledger once. For a migration.

The ledger holds values with their source, quality, reason and policy, and not the other names of an offering, which of
its values were pinned, and since when it was not listed: of these versions that is not known (`from_ledger`). The
newest version of an offering comes from its row and is complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, pairwise
from typing import Any, Final

from registry.catalogue import versions
from registry.catalogue.versions import Draft
from registry.domain import accounts
from registry.domain import columns as projection
from registry.domain.accounts import Account
from registry.domain.fields import Json
from registry.domain.spans import OPEN

REMOVED: Final = frozenset({"no longer stated", "withdrawn"})
"""The reasons of an entry that removed a field. The second is the word of before: this runs before it is renamed."""
_CHUNK: Final = 200
_ENTRY: Final = ("offering_key", "revision_id", "field", "new", "source", "quality", "reason", "policy")


@dataclass(slots=True)
class LedgerState:
    """What the ledger says of an offering up to some revision."""

    facts: dict[str, Json] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)

    def enter(self, name: str, new: Json, account: Account) -> None:
        if new is None and account.reason in REMOVED:
            self.facts.pop(name, None)
            self.accounts.pop(name, None)
        else:
            self.facts[name] = new
            self.accounts[name] = account


class Backfill:
    """Writes all versions, some hundred offerings at a time. Takes the tables from `apps`, as a migration has them."""

    def __init__(self, apps: Any) -> None:
        self.offerings = apps.get_model("registry", "Offering")
        self.ledger = apps.get_model("registry", "LedgerEntry")
        self.aliases = apps.get_model("registry", "Alias")
        self.versions = apps.get_model("registry", "OfferingVersion")
        self.contents = apps.get_model("registry", "OfferingContent")
        self.columns = {column.attname for column in self.versions._meta.concrete_fields}
        revisions = apps.get_model("registry", "Revision").objects.order_by()
        self.dates: dict[int, datetime] = dict(revisions.values_list("number", "created_at"))
        self.models = set(apps.get_model("registry", "Model").objects.values_list("key", flat=True))

    def run(self) -> int:
        """Returns how many rows were written."""
        count, last = 0, 0
        while some := list(self.offerings.objects.filter(pk__gt=last).order_by("pk")[:_CHUNK]):
            count += self._write(some)
            last = some[-1].pk
        return count

    def _write(self, offerings: Sequence[Any]) -> int:
        entries = self._entries([offering.key for offering in offerings])
        names = self._names([offering.pk for offering in offerings])
        drafts = [
            draft
            for offering in offerings
            for draft in self._drafts(offering, entries.get(offering.key, ()), names.get(offering.pk, ()))
        ]
        contents = versions.keep_contents(drafts, self.contents)
        rows = [
            self.versions(**{name: value for name, value in row.items() if name in self.columns})
            for draft, content in zip(drafts, contents, strict=True)
            for row in draft.rows(content)
        ]
        self.versions.objects.bulk_create(rows, batch_size=_CHUNK)
        return len(rows)

    def _entries(self, keys: Sequence[str]) -> dict[str, list[tuple[Any, ...]]]:
        """The ledger of some offerings, in the order in which it was written."""
        entries: dict[str, list[tuple[Any, ...]]] = {}
        for key, *entry in self.ledger.objects.filter(offering_key__in=keys).order_by("id").values_list(*_ENTRY):
            entries.setdefault(key, []).append(tuple(entry))
        return entries

    def _names(self, offerings: Sequence[int]) -> dict[int, list[str]]:
        names: dict[int, list[str]] = {}
        rows = self.aliases.objects.filter(offering_id__in=offerings).order_by()
        for offering, name in rows.values_list("offering_id", "name"):
            names.setdefault(offering, []).append(name)
        return names

    def _drafts(self, offering: Any, entries: Sequence[tuple[Any, ...]], names: Iterable[str]) -> Iterator[Draft]:
        """The versions of an offering: those of the ledger until it was written last, and the one of its row."""
        newest = max(offering.revision, entries[-1][0] if entries else 0)
        account: Mapping[str, Account] = {}
        for revision, end, state in _states(entries, newest):
            account = dict(state.accounts)
            if revision < newest:
                yield self._of_ledger(offering, state, (entries[0][0], revision, end))
        changed = [name for revision, name, *_ in entries if revision == newest]
        yield self._of_row(offering, account, changed, newest, names)

    def _of_ledger(self, offering: Any, state: LedgerState, span: tuple[int, int, int]) -> Draft:
        first, revision, end = span
        facts = dict(state.facts)
        provenance = {name: account._asdict() for name, account in state.accounts.items()}
        model = facts.get("model")
        columns = {
            **projection.lasting(facts, provenance),
            "offering_id": offering.pk,
            "key": offering.key,
            "provider_id": offering.provider_id,
            "native_id": offering.native_id,
            "model_id": model if model in self.models else None,
            "created_at": self.dates[first],
            "updated_at": self.dates[revision],
            "names": None,
            "pinned_fields": None,
            "from_ledger": True,
            "revision_from": revision,
            "revision_to": end,
        }
        return Draft(columns, facts, accounts.pack(state.accounts))

    def _of_row(
        self, offering: Any, before: Mapping[str, Account], changed: Sequence[str], revision: int, names: Iterable[str]
    ) -> Draft:
        by_field = accounts.accounts(offering.provenance, revision=revision, changed=changed, before=before)
        columns = {
            # Columns that came after this migration are not there yet.
            **{name: getattr(offering, name) for name in versions.COPIED if name in self.columns},
            "offering_id": offering.pk,
            "names": projection.names_column(names),
            "revision_from": revision,
            "revision_to": OPEN,
        }
        return Draft(columns, offering.facts, accounts.pack(by_field))


def _states(entries: Sequence[tuple[Any, ...]], newest: int) -> Iterator[tuple[int, int, LedgerState]]:
    """What the ledger says after each revision that changed an offering, and until which one that holds.

    The same state is yielded each time and then updated: copy it to keep it.
    """
    state = LedgerState()
    steps = [(revision, list(group)) for revision, group in groupby(entries, key=lambda entry: entry[0])]
    for (revision, group), (end, _) in pairwise([*steps, (newest, [])]):
        for _, name, new, source, quality, reason, policy in group:
            state.enter(name, new, Account(source, quality, reason, policy, None, revision))
        yield revision, end, state
