"""Finds values in the published catalogue that present rules would not accept. Changes nothing.

* *mixtures*: ordinary token prices that no source ever stated together, half of an old list and half of a new one;
* *seats*: values that an equal source replaced only because it was read later, while the incumbent still states
  its own;
* *unstated*: published rates that nobody states any more;
* *pins* whose value behind was never stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final

from django.db.models import Q

from curation.apply.ledger_state import ABSENT, wrote
from curation.apply.load import gather, published_states
from curation.apply.proposals import BY_POLICY
from curation.core.accepted import AcceptedState, accepted
from curation.core.inputs import Inputs, PublishedState
from curation.core.merge import PIN_SOURCE, Accepted, Listing, SourceClaim, is_frozen, merge
from curation.core.price_lists import ORDINARY, TOKEN_PRICES, group_of, is_of_list, unit_of
from curation.core.token_list import stated
from curation.models import Change
from curation.upgrade.finding import Finding, Kind, accepted_again
from curation.upgrade.pins import values_behind, with_value
from curation.upgrade.price_history import ListState, is_of_a_person, price_lists_of, same_prices, same_value
from registry.domain import fields
from registry.domain.offering_ids import provider_of
from registry.domain.provenance import UNKNOWN, AccountedValue
from registry.domain.rates import PREFIX
from registry.models import LedgerEntry

FRESHEST: Final = "freshest"
"""Why earlier rules took the later read of two equal sources."""


def find(keys: Collection[str], *, at: datetime) -> list[Finding]:
    """The findings about some offerings, in order of their ids. Writes nothing."""
    inputs, published = gather(keys, at=at), published_states(keys)
    behind = values_behind(inputs, published)
    for finding in behind:
        published[finding.offering] = with_value(published[finding.offering], finding.restored)
    checks = [_OfferingCheck(key, inputs[key], published[key], at.date()) for key in sorted(published)]
    history_fields = {check.key: names for check in checks if (names := check.needs_history_of)}
    history = _History(history_fields)
    return behind + [finding for check in checks for finding in check.findings(history)]


class _History:
    """Ledger history of the fields that checks ask for. Five queries, none where nothing is asked."""

    def __init__(self, fields_by_offering: Mapping[str, Collection[str]]) -> None:
        self.entries: dict[tuple[str, str], list[LedgerEntry]] = defaultdict(list)
        self.lists: Mapping[str, list[ListState]] = {}
        self.decided: set[tuple[str, str]] = set()
        """(offering, unit) of which a person rejected a change, or gave a first approval that still waits."""
        if not fields_by_offering:
            return
        names = {name for some in fields_by_offering.values() for name in some}
        ledger = LedgerEntry.objects.filter(offering_key__in=fields_by_offering, field__in=names).exclude(
            source=PIN_SOURCE
        )
        for entry in ledger.order_by("id"):
            self.entries[entry.offering_key, entry.field].append(entry)
        self.lists = price_lists_of(
            [key for key, some in fields_by_offering.items() if not set(some).isdisjoint(ORDINARY)]
        )
        rejected = Q(state=Change.State.REJECTED) & ~Q(decided_by=BY_POLICY)
        approved_once = Q(state=Change.State.PROPOSED) & ~Q(first_approved_by="")
        rows = Change.objects.filter(rejected | approved_once, offering_key__in=fields_by_offering)
        self.decided = set(rows.values_list("offering_key", "unit"))


class _OfferingCheck:
    """The checks of one offering."""

    def __init__(self, key: str, inputs: Inputs, published: PublishedState, on: date) -> None:
        self.key, self.inputs, self.published, self.on = key, inputs, published, on
        self.provider = provider_of(key)
        self.accepted: AcceptedState = accepted(published)
        self.ordinary = {name: self.accepted.facts[name] for name in ORDINARY if name in self.accepted.facts}

    @property
    def needs_history_of(self) -> set[str]:
        """The fields whose history the checks need."""
        mixed = set(ORDINARY) if self.ordinary and not self._is_stated_whole() else set()
        return mixed | self._lost_to_fresher()

    def findings(self, history: _History) -> Iterator[Finding]:
        """The findings, with how to fix them."""
        lists = history.lists.get(self.key, [])
        mixture = self._mixture(lists, history) if self.ordinary and not self._is_stated_whole() else None
        if mixture:
            yield mixture
        is_settled = mixture is not None
        for names in self._seats_in_doubt():
            is_of_tokens = unit_of(names[0]) == TOKEN_PRICES
            if not (is_of_tokens and is_settled) and (seat := self._seat(names, lists, history)):
                yield seat
                is_settled = is_settled or not set(names).isdisjoint(ORDINARY)
        yield from self._unstated()

    # -- mixtures -------------------------------------------------------------------------------------------------

    def _is_stated_whole(self) -> bool:
        """Whether sources state the accepted ordinary prices together: one all of them, or several in parts."""
        covered: set[str] = set()
        for claim in self.inputs.claims:
            ordinary = stated(claim)
            if all(name in self.ordinary and self._is_value(name, value) for name, value in ordinary.items()):
                covered |= ordinary.keys()
        return covered == self.ordinary.keys()

    def _is_value(self, name: str, value: Any) -> bool:
        """Whether a value is the accepted one."""
        return fields.agrees(name, fields.field(name).decode(self.accepted.facts[name]), value, on=self.on)

    def _mixture(self, lists: Sequence[ListState], history: _History) -> Finding | None:
        if any(state.is_whole and same_prices(state.ordinary, self.ordinary, on=self.on) for state in lists):
            return None
        finding = Finding(Kind.MIXTURE, self.key, TOKEN_PRICES, self.ordinary)
        if (lists and lists[-1].is_of_a_person) or (self.key, TOKEN_PRICES) in history.decided:
            return replace(finding, kind=Kind.LEFT, why="no source states these prices together, and a person decided")
        if whole := next((state for state in reversed(lists) if state.is_whole and state.ordinary), None):
            return self._with_list(finding, whole, lists[-1], f"the last whole list, of revision {whole.revision}")
        if len(self.ordinary) < len(ORDINARY):
            return replace(finding, kind=Kind.LEFT, why="one half of a list, the other waits or is not stated any more")
        if not any(stated(claim) for claim in self.inputs.claims) or is_frozen(self.provider, self.inputs.claims):
            return replace(finding, kind=Kind.LEFT, why="no whole list of it is known")
        gone = dict.fromkeys(name for name in self.accepted.facts if _is_token_price(name))
        return replace(finding, why="no whole list was published: decided anew by what is stated today", restored=gone)

    def _with_list(self, finding: Finding, whole: ListState, last: ListState, why: str) -> Finding:
        """A finding that is fixed by a price list that was published before. A person's special rates stay."""
        restored: dict[str, AccountedValue | None] = {
            name: accepted_again(entry)
            for name, entry in whole.entries.items()
            if self.accepted.facts.get(name) != entry.new
        }
        for name in self.accepted.facts:
            if _is_token_price(name) and name not in whole.entries and not self._belongs(name, whole.ordinary):
                restored[name] = None
        theirs = {n for n, entry in last.entries.items() if n not in ORDINARY and is_of_a_person(entry)}
        restored = {name: back for name, back in restored.items() if name not in theirs}
        source = next(entry.source for name, entry in whole.entries.items() if name in ORDINARY)
        return replace(finding, new=whole.ordinary, source=source, why=why, restored=restored)

    def _belongs(self, name: str, ordinary: Mapping[str, fields.Json]) -> bool:
        """Whether a source states an accepted special rate together with these ordinary prices."""
        decided = {rate: fields.field(rate).decode(data) for rate, data in ordinary.items()}
        return any(
            name in claim.values
            and self._is_value(name, claim.values[name])
            and is_of_list(name, claim.values, decided, on=self.on)
            for claim in self.inputs.claims
        )

    # -- seats ----------------------------------------------------------------------------------------------------

    def _lost_to_fresher(self) -> set[str]:
        """The fields whose accepted value won by its later reading alone, without texts."""
        later_read = {name for name, account in self.accepted.accounts.items() if account.reason == FRESHEST}
        return {name for name in later_read if name != "name" and fields.field(name).group is not fields.Group.TEXT}

    def _seats_in_doubt(self) -> list[list[str]]:
        """The same fields, grouped by what is stated together; the ordinary prices first."""
        groups: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._lost_to_fresher(), key=lambda name: (name not in ORDINARY, name)):
            is_special = unit_of(name) == TOKEN_PRICES and name not in ORDINARY
            groups[group_of(name) if is_special else unit_of(name)].append(name)
        return list(groups.values())

    def _seat(self, names: Sequence[str], lists: Sequence[ListState], history: _History) -> Finding | None:
        """The values of the source that would have stayed the incumbent."""
        lost = {name: _lost_seats(history.entries[self.key, name]) for name in names}
        unit = unit_of(names[0])
        for source in dict.fromkeys(entry.source for entries in lost.values() for entry in entries):
            claim = next((claim for claim in self.inputs.claims if claim.source.slug == source), None)
            entries = [entry for some in lost.values() for entry in some if entry.source == source]
            back = [entry for entry in entries if claim and self._still_states(claim, entry)]
            if claim is None or not back or all(self._is_value(e.field, claim.values[e.field]) for e in back):
                continue
            finding = Finding(Kind.SEAT, self.key, unit, {e.field: self.accepted.facts[e.field] for e in back})
            finding = replace(finding, source=source, new={entry.field: entry.new for entry in back})
            if back[0].field in ORDINARY:
                finding = self._list_of_seat(finding, claim, lists)
            else:
                finding = replace(finding, restored={entry.field: accepted_again(entry) for entry in back})
            if not finding.restored or not self._keeps_seat(finding):
                continue
            by_person = any(is_of_a_person(history.entries[self.key, name][-1]) for name in names)
            if by_person or (self.key, unit) in history.decided:
                return replace(finding, kind=Kind.LEFT, why="taken by a later reading alone, and a person decided")
            return replace(finding, why=f"{source} still states it, and lost its seat to a later reading alone")
        return None

    def _still_states(self, claim: SourceClaim, lost: LedgerEntry) -> bool:
        if claim.listing is Listing.GONE or lost.field not in claim.values:
            return False
        stated_now = fields.field(lost.field).encode(claim.values[lost.field])
        return same_value(lost.field, stated_now, lost.new, on=self.on)

    def _list_of_seat(self, finding: Finding, claim: SourceClaim, lists: Sequence[ListState]) -> Finding:
        """The whole list of a source that lost the lead, where it was published and is still stated."""
        stated_prices = {name: fields.field(name).encode(value) for name, value in stated(claim).items()}
        state = next(
            (listed for listed in reversed(lists) if same_prices(listed.ordinary, stated_prices, on=self.on)), None
        )
        if state is None:
            return finding
        back = self._with_list(replace(finding, old=self.ordinary), state, lists[-1], "")
        led_by = {
            name: AccountedValue(restored.value, restored.account.with_source(finding.source))
            if restored and name in ORDINARY
            else restored
            for name, restored in back.restored.items()
        }
        return replace(back, source=finding.source, restored=led_by)

    def _keeps_seat(self, finding: Finding) -> bool:
        """Whether the present rules keep the restored source as the incumbent."""
        base = self.accepted.incumbents()
        for name, data in finding.new.items():
            base[name] = Accepted(fields.field(name).decode(data), finding.source)
        merged = merge(self.provider, self.inputs.claims, on=self.on, base=base).decided
        return all(name in merged and merged[name].source == finding.source for name in finding.new)

    # -- what nobody states ---------------------------------------------------------------------------------------

    def _unstated(self) -> Iterator[Finding]:
        if is_frozen(self.provider, self.inputs.claims):
            return
        heard = [claim for claim in self.inputs.claims if claim.listing is not Listing.GONE]
        for name, data in sorted(self.accepted.facts.items()):
            if name.startswith(PREFIX) and not any(name in claim.values for claim in heard):
                source = self.accepted.accounts.get(name, UNKNOWN).source
                yield Finding(Kind.UNSTATED, self.key, unit_of(name), {name: data}, source=source)


def _lost_seats(entries: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """The last entry of each source that was replaced by a later reading alone, the first to be replaced first."""
    lost: list[LedgerEntry] = []
    for earlier, later in reversed(list(pairwise(entries))):
        if earlier.source == later.source:
            continue
        if later.reason != FRESHEST or wrote(earlier) is ABSENT or not earlier.source:
            break
        lost.append(earlier)
    return lost[::-1]


def _is_token_price(name: str) -> bool:
    return unit_of(name) == TOKEN_PRICES
