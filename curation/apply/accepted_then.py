"""The accepted values of offerings at earlier revisions, read from their versions. They include the values behind pins,
which the ledger does not record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from curation.apply.ledger_state import ABSENT
from curation.core.accepted import AcceptedState, accepted
from curation.core.inputs import PublishedState
from registry.domain import accounts
from registry.domain.provenance import UNKNOWN, Provenance, behind_from_json
from registry.domain.spans import FIRST_DAY
from registry.models import OfferingVersion

_COLUMNS: Final = ("key", "revision_from", "content__facts", "content__account", "content__behind")


@dataclass(frozen=True, slots=True)
class Accepted:
    """The accepted values of one offering from a revision on."""

    since: int
    state: AcceptedState
    pinned: frozenset[str] = frozenset()
    """The fields that were pinned then."""
    not_kept: frozenset[str] = frozenset()
    """Those of them whose value behind the pin was not stored."""

    def value(self, name: str) -> Any:
        """The accepted value of a field, or `ABSENT`."""
        return self.state.facts.get(name, ABSENT)

    def account(self, name: str) -> Provenance:
        """The account of a field; empty where nothing was accepted."""
        return self.state.accounts.get(name, UNKNOWN)


NOTHING: Final = Accepted(0, AcceptedState())


@dataclass(frozen=True, slots=True)
class HiddenMove:
    """A change of one accepted value behind a pin."""

    revision: int
    field: str
    before: Any
    after: Any
    """Both in JSON form, or `ABSENT`."""
    source: str
    policy: str
    """The source of the new value and the policy that applied it; "" where there is no new value."""
    ended_pin: bool
    """Whether the pin ended in the same revision. The new value is published then."""


@dataclass(slots=True)
class Course:
    """The accepted states of one offering in order."""

    states: list[Accepted] = field(default_factory=list)

    @property
    def now(self) -> Accepted:
        return self.states[-1] if self.states else NOTHING

    def at(self, revision: int) -> Accepted:
        """The accepted state at a revision; `NOTHING` before the first."""
        return next((state for state in reversed(self.states) if state.since <= revision), NOTHING)

    def hidden_moves(self) -> Iterator[HiddenMove]:
        """The changes behind pins, oldest first."""
        for earlier, later in pairwise(self.states):
            for name in sorted((earlier.pinned | later.pinned) - earlier.not_kept - later.not_kept):
                if earlier.value(name) != later.value(name):
                    account = later.account(name)
                    yield HiddenMove(
                        later.since,
                        name,
                        earlier.value(name),
                        later.value(name),
                        account.source,
                        account.policy,
                        name not in later.pinned,
                    )


def courses(keys: Collection[str], since: int) -> dict[str, Course]:
    """The accepted states of offerings at a revision and at all later ones. One query."""
    by_offering: dict[str, Course] = defaultdict(Course)
    # The rows of one version for different days share their content, so the first row is enough.
    rows = OfferingVersion.objects.filter(key__in=keys, revision_to__gt=since, day_from=FIRST_DAY)
    for key, revision, facts, packed, behind in rows.order_by("key", "revision_from").values_list(*_COLUMNS):
        provenance = {name: accounted.provenance for name, accounted in accounts.unpack(packed).items()}
        published = PublishedState(facts, provenance, behind=behind_from_json(behind))
        pinned = frozenset(published.pinned)
        by_offering[key].states.append(Accepted(revision, accepted(published), pinned, pinned - behind.keys()))
    return dict(by_offering)
