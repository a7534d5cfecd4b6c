"""What a cost is compared over: the offerings that some filters of the list match, or some ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from registry.api import filtering
from registry.api.filtering import PAGING
from registry.api.problems import BadParameters, ParameterError
from registry.catalogue import queries
from registry.catalogue.filters.kinds import ONLY_UNSURE
from registry.catalogue.public_keys.offering_keys import OfferingFilterSet
from registry.cost.costing import CostComparison, Question, compare_ids, compare_offerings
from registry.domain.words import nearest

USUAL: Final = 100
MOST: Final = 1_000
"""Most answers, and most ids in a request."""
MOST_MATCHING: Final = 20_000
_PLACE: Final = "compare.filter"
_LEFT_OUT: Final = (*PAGING, "ordering", ONLY_UNSURE)


@dataclass(frozen=True, slots=True)
class Over:
    """What to compare over: filters as the list of offerings takes them, or ids."""

    filters: Mapping[str, str] | None = None
    ids: tuple[str, ...] = ()
    limit: int = USUAL


def compared(question: Question, over: Over, revision: int | None) -> CostComparison:
    """The usage of the question priced at every offering of the comparison. A fixed number of queries. Raises
    BadParameters.
    """
    if over.filters is None:
        return compare_ids(question, over.ids, revision=revision)
    keys, unknown = matching(over.filters)
    return compare_offerings(question, keys, revision=revision, limit=over.limit)._replace(unknown=unknown)


def matching(filters: Mapping[str, str]) -> tuple[list[str], int]:
    """Ids of the offerings that match filters, as `/api/v1/offerings/` reads them, and of how many that is not known.

    Raises BadParameters.
    """
    names = [name for name in OfferingFilterSet.base_filters if name not in _LEFT_OUT]
    wrong = [
        ParameterError(f"{_PLACE}.{name[:100]}", "no such filter here", nearest(name, names))
        for name in filters
        if name not in names
    ]
    if wrong:
        raise BadParameters(wrong)
    request = filtering.as_request(filters.items())
    try:
        rows = queries.offerings(timezone.now().date())
        narrowed = filtering.narrow(request, rows, OfferingFilterSet, newest=queries.latest())
    except BadParameters as error:
        raise BadParameters(
            ParameterError(f"{_PLACE}.{member['parameter']}", member["detail"], member["nearest"])
            for member in error.members["errors"]
        ) from error
    keys = list(narrowed.rows.order_by("key").values_list("key", flat=True)[: MOST_MATCHING + 1])
    if len(keys) > MOST_MATCHING:
        raise BadParameters([ParameterError(_PLACE, f"matches more than {MOST_MATCHING:,} offerings; narrow it")])
    return keys, narrowed.unknown_count(len(keys))
