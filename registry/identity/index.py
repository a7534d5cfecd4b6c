"""An index of a revision's offerings by every name, and the choice between several offerings of one name.

A model's name resolves to the author's own offering, else to that of the only provider that lists it, else to none: no
other price would be *the* price. Listed offerings precede delisted ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Protocol

from registry.identity import affixes, names
from registry.identity.normalise import canonical_name
from registry.identity.platforms import HOME_PROVIDERS


class Findable(Protocol):
    """What the finder needs of an offering."""

    @property
    def key(self) -> str: ...
    @property
    def provider(self) -> str: ...
    @property
    def native_id(self) -> str: ...
    @property
    def model(self) -> str | None: ...
    @property
    def is_listed(self) -> bool: ...
    @property
    def aliases(self) -> Sequence[str]: ...
    @property
    def alias_sources(self) -> Mapping[str, str]: ...


class Index:
    """Dictionaries from names to ids of offerings. The keys of `folded`, `native` and `aliases` are case-folded.

    `slugs` maps a model's key to the spelling in which it is shown.
    """

    def __init__(self, offerings: Iterable[Findable], slugs: Mapping[str, str]) -> None:
        self.slugs = slugs
        self.offerings = {offering.key: offering for offering in offerings}
        self.folded: dict[str, list[str]] = defaultdict(list)
        self.aliases: dict[str, list[str]] = defaultdict(list)
        self.native: dict[str, list[str]] = defaultdict(list)
        self.at_provider: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.of_model: dict[str, list[str]] = defaultdict(list)
        self.models_named: dict[str, list[str]] = defaultdict(list)
        for offering in self.offerings.values():
            self.folded[offering.key.casefold()].append(offering.key)
            self.native[offering.native_id.casefold()].append(offering.key)
            self.at_provider[offering.provider, normalised_id(offering.native_id)].append(offering.key)
            for alias in dict.fromkeys(alias.casefold() for alias in offering.aliases):
                self.aliases[alias].append(offering.key)
            if offering.model:
                self.of_model[offering.model].append(offering.key)
        for key in slugs:
            self.models_named[key.partition("/")[2]].append(key)

    @cached_property
    def providers(self) -> set[str]:
        return {offering.provider for offering in self.offerings.values()} | set(names.PROVIDER_ALIASES.values())

    def is_provider(self, slug: str) -> bool:
        return slug in self.providers

    @cached_property
    def aliases_named(self) -> Mapping[str, Sequence[str]]:
        """Ids by the canonical name of their aliases."""
        by_name: dict[str, dict[str, None]] = defaultdict(dict)
        for alias, keys in self.aliases.items():
            by_name[canonical_name(alias)].update(dict.fromkeys(keys))
        return {name: list(keys) for name, keys in by_name.items()}

    def called(self, native_id: str) -> Sequence[str]:
        """Offerings with this native id, ignoring case."""
        return self.native.get(native_id.casefold(), ())

    def offerings_of(self, model: str) -> Sequence[str]:
        return self.of_model.get(model, ())

    # -- choosing between several -------------------------------------------------------------------------------------

    def listed(self, keys: Sequence[str]) -> Sequence[str]:
        """Those that are listed today; all of them when none is."""
        return [key for key in keys if self.offerings[key].is_listed] or keys

    def variants(self, key: str) -> frozenset[str]:
        """The serving variants that an offering's id names."""
        return affixes.serving_variants(self.offerings[key].provider, self.offerings[key].native_id)

    def is_authors_own(self, key: str) -> bool:
        """Whether an offering is the author's own offering of the model."""
        offering = self.offerings[key]
        return bool(offering.model) and offering.provider in HOME_PROVIDERS.get(
            (offering.model or "").partition("/")[0], ()
        )

    def only_user(self, keys: Sequence[str]) -> str | None:
        """The only offering, or the only listed one, unless it would replace the author's own delisted offering."""
        users = self.listed(keys)
        is_delisted_by_author = any(self.is_authors_own(key) for key in keys if key not in users)
        return users[0] if len(users) == 1 and not is_delisted_by_author else None

    def chosen(self, query: str, model: str, keys: Sequence[str]) -> str | None:
        """The author's own offering among some of a model, else that of the only provider; listed ones first.

        None when the author has delisted it and others have not: their price is not the author's price.
        """
        by_provider: dict[str, list[str]] = defaultdict(list)
        for key in (listed := self.listed(keys)):
            by_provider[self.offerings[key].provider].append(key)
        for home in HOME_PROVIDERS.get(model.partition("/")[0], ()):
            if own := by_provider.get(home):
                return own[0] if len(own) == 1 else self._narrowed(query, model, own)
        is_delisted_by_author = any(self.is_authors_own(key) for key in keys)
        return self._narrowed(query, model, listed) if len(by_provider) == 1 and not is_delisted_by_author else None

    def _narrowed(self, query: str, model: str, keys: Sequence[str]) -> str | None:
        """The only one of a provider's offerings with the queried id, or the model's name, or without variants."""
        native = {key: self.offerings[key].native_id for key in keys}
        own_id = query if query in native.values() else query.rpartition("/")[2]
        name = model.partition("/")[2]
        fitting = (
            [key for key in keys if native[key] == own_id],
            [key for key in keys if native[key].casefold() == own_id.casefold()],
            [key for key in keys if normalised_id(native[key]) == name],
            [key for key in keys if not self.variants(key)],
        )
        return next((narrowed[0] for narrowed in fitting if len(narrowed) == 1), None)


def normalised_id(native_id: str) -> str:
    """A normalised native id, for comparing within one provider."""
    return canonical_name(native_id.lower())
