"""The values of an offering in words, each with its source: for public pages, `manage.py lookup` and the admin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from registry import display
from registry.domain import fields
from registry.domain.fields import Json
from registry.domain.provenance import Provenance

V = TypeVar("V", bound="ExplainedValue")


@dataclass(frozen=True, slots=True)
class ExplainedValue:
    """One field of an offering as people read it, and the account of its value."""

    name: str
    label: str
    text: str
    account: Provenance

    @property
    def group(self) -> fields.Group:
        return fields.field(self.name).group

    @property
    def source(self) -> str:
        return self.account.source

    @property
    def quality(self) -> str:
        return self.account.quality

    @property
    def since(self) -> str:
        """Since when its source has stated it, as an ISO day; "" where that is not known."""
        return self.account.since or ""


def explain(facts: Mapping[str, Json], provenance: Mapping[str, Mapping[str, Json]]) -> Iterator[ExplainedValue]:
    """All published values of an offering, prices first. What is not among them is unknown."""
    for name in sorted(facts, key=display.position):
        if name != "model":
            text, account = display.text(name, facts[name]), Provenance(provenance.get(name, {}))
            yield ExplainedValue(name, display.label(name, facts), text, account)


def by_group(values: Iterable[V]) -> dict[str, list[V]]:
    """Values under the titles of their groups, in order."""
    grouped: dict[str, list[V]] = defaultdict(list)
    for value in values:
        grouped[str(display.GROUPS[value.group])].append(value)
    return dict(grouped)
