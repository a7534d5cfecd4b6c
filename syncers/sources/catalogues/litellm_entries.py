"""The entries of the LiteLLM map about one offering, and the values on which they agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property, partial
from typing import Any, Final

from curation.core.claim import Claim, InvalidClaim
from registry.domain import rates
from syncers.kinds.partial import without_unreadable
from syncers.payload.parse import Repeated
from syncers.sources.catalogues.litellm_entry import statement, statements
from syncers.sources.catalogues.litellm_ids import Place, is_size_class, place, provider_of, unknown_condition
from syncers.sources.catalogues.litellm_modalities import reconciled

#: Documentation and rules, not models.
_RESERVED: Final = frozenset({"sample_spec", "fallback_generalizations"})
_AGAIN: Final = " (again "


class Entries(dict[str, tuple[Place, dict[str, Any]]]):
    """All entries about one offering by key: the plain one, one for each region, one for each image size."""

    @cached_property
    def read(self) -> dict[str, Claim]:
        """The claim of each entry, as far as it can be read."""
        claims = {}
        for key, (where, entry) in self.items():
            with suppress(InvalidClaim):
                claims[key] = statement(key, where, without_unreadable(entry, partial(statements, key, where)))
        return claims

    def agreed(self, own: Mapping[str, Claim]) -> tuple[dict[str, Any], list[str]]:
        """The values on which all entries agree, and the names of those on which they do not; `own` replaces
        the claims of its entries.

        LiteLLM lists some offerings twice (`deepseek-chat` and `deepseek/deepseek-chat`) with different values:
        choosing one would be a guess. Conditional entries count for fields other than prices only if there is no plain
        entry.
        """
        read = {**self.read, **own}
        plain = [claim for key, claim in read.items() if not self[key][0].conditions]
        agreed: dict[str, Any] = {}
        disputed: list[str] = []
        for name in dict.fromkeys(name for claim in read.values() for name in claim.values):
            is_price = name.startswith(rates.PREFIX)
            claims: Iterable[Claim] = read.values() if is_price else plain or read.values()
            values = [claim.values[name] for claim in claims if name in claim.values]
            if values and all(value == values[0] for value in values):
                agreed[name] = values[0]
            elif values:
                disputed.append(name)
        return reconciled(agreed), disputed


def entries(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The entries with their keys, a repeated one as `key (again 1)`."""
    for key, entry in document.items():
        if key in _RESERVED:
            continue
        for turn, repeated in enumerate(entry if isinstance(entry, Repeated) else (entry,)):
            yield f"{key}{_AGAIN}{turn})" if turn else key, repeated


def _provider(entry: Any) -> str:
    name = entry.get("litellm_provider") if isinstance(entry, dict) else None
    return name if isinstance(name, str) and provider_of(name) else ""


def groups(document: dict[str, Any]) -> Mapping[str, Entries]:
    """Key → all entries about its offering."""
    by_key: dict[str, Entries] = {}
    by_offering: dict[str, Entries] = defaultdict(Entries)
    unknown = unknown_conditions(document)
    for key, (where, entry) in _placed(document).items():
        if key not in unknown:
            by_key[key] = group = by_offering[where.offering]
            group[key] = where, entry
    return by_key


def _placed(document: dict[str, Any]) -> dict[str, tuple[Place, dict[str, Any]]]:
    return {
        key: (place(key.partition(_AGAIN)[0], name), entry)
        for key, entry in entries(document)
        if not is_size_class(key) and (name := _provider(entry))
    }


def unknown_conditions(document: dict[str, Any]) -> dict[str, str]:
    """Key → the word in it, for entries whose prices hold under a condition that is not understood."""
    placed = _placed(document)
    listed = {where.offering for where, _ in placed.values()}
    words_in = ((key, unknown_condition(where, listed)) for key, (where, _) in placed.items())
    return {key: word for key, word in words_in if word}
