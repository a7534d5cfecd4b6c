"""What was accepted of offerings at earlier revisions, read from their versions: also what lay behind pins, of which
the ledger does not tell.
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
    """What was accepted of one offering from a revision on."""

    since: int
    state: AcceptedState
    pinned: frozenset[str] = frozenset()
    """The fields that a pin held then."""
    not_kept: frozenset[str] = frozenset()
    """Those of them of which what lay behind the pin was not kept."""

    def value(self, name: str) -> Any:
        """The accepted value of a field, or `ABSENT`."""
        return self.state.facts.get(name, ABSENT)

    def account(self, name: str) -> Provenance:
        """The account of a field; empty where nothing was accepted."""
        return self.state.accounts.get(name, UNKNOWN)


NOTHING: Final = Accepted(0, AcceptedState())


@dataclass(frozen=True, slots=True)
class HiddenMove:
    """One accepted value that moved behind a pin."""

    revision: int
    field: str
    before: Any
    after: Any
    """Both in JSON form, or `ABSENT`."""
    source: str
    policy: str
    """Who states the new value, and what let it through; "" where none came."""
    ended_pin: bool
    """Whether the pin went in the same revision: then the new value is published."""


@dataclass(slots=True)
class Course:
    """The accepted states of one offering, one after the other."""

    states: list[Accepted] = field(default_factory=list)

    @property
    def now(self) -> Accepted:
        return self.states[-1] if self.states else NOTHING

    def at(self, revision: int) -> Accepted:
        """What was accepted at a revision; nothing before the first."""
        return next((state for state in reversed(self.states) if state.since <= revision), NOTHING)

    def hidden_moves(self) -> Iterator[HiddenMove]:
        """What moved behind pins, oldest first."""
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
    """What was accepted of some offerings at a revision and at all later ones. One query."""
    found: dict[str, Course] = defaultdict(Course)
    # Stretches of days share their content: the first one stands for all of a version.
    rows = OfferingVersion.objects.filter(key__in=keys, revision_to__gt=since, day_from=FIRST_DAY)
    for key, revision, facts, packed, behind in rows.order_by("key", "revision_from").values_list(*_COLUMNS):
        provenance = {name: one.provenance for name, one in accounts.unpack(packed).items()}
        published = PublishedState(facts, provenance, behind=behind_from_json(behind))
        pinned = frozenset(published.pinned)
        found[key].states.append(Accepted(revision, accepted(published), pinned, pinned - behind.keys()))
    return dict(found)
