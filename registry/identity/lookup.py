"""Any way to write a model, to the offering and the model meant: exact → alias → model → normalised → suggestions.

The first rule that finds something answers, and the answer names the rule. Two equally good finds are an answer of
their own (`ambiguous`), and a miss comes with suggestions. There is never a fallback to some other model: a bare name
which is a provider's very own id means that, whatever else somebody calls by this name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Protocol

from rapidfuzz import fuzz, process

from registry.identity import names
from registry.identity.normalise import HOME_PROVIDERS, canonical_name, identify, model_key, spelt_name

SUGGESTIONS: Final = 5
LEAST_LIKENESS: Final = 60.0
LONGEST_QUERY: Final = 400


class Findable(Protocol):
    """What the finder needs to know of an offering."""

    @property
    def key(self) -> str: ...
    @property
    def provider(self) -> str: ...
    @property
    def native_id(self) -> str: ...
    @property
    def model(self) -> str | None: ...
    @property
    def aliases(self) -> Sequence[str]: ...
    @property
    def alias_sources(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What an id means. `offering` and `model` are ids or None; `candidates` are what it might have meant."""

    query: str
    matched_by: str
    """exact, alias, model, normalised, ambiguous or none."""
    offering: str | None = None
    model: str | None = None
    candidates: tuple[Mapping[str, Any], ...] = ()
    source: str | None = None
    """Who states the alias that was found: a source's slug, or `curator`."""

    @property
    def found(self) -> bool:
        return self.offering is not None or self.model is not None

    def as_json(self) -> dict[str, Any]:
        return {
            "query": self.query,
            "offering": self.offering,
            "model": self.model,
            "matched_by": self.matched_by,
            "candidates": [dict(candidate) for candidate in self.candidates],
            "source": self.source,
        }


class Finder:
    """Dictionaries from every known spelling to offerings and models, made once per revision.

    `slugs` maps a model's key to the spelling in which it is shown.
    """

    def __init__(self, offerings: Iterable[Findable], slugs: Mapping[str, str]) -> None:
        self.slugs = slugs
        self._offerings = {one.key: one for one in offerings}
        self._folded: dict[str, list[str]] = defaultdict(list)
        self._aliases: dict[str, list[str]] = defaultdict(list)
        self._native: dict[str, list[str]] = defaultdict(list)
        self._at_provider: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._of_model: dict[str, list[str]] = defaultdict(list)
        self._models_named: dict[str, list[str]] = defaultdict(list)
        for one in self._offerings.values():
            self._folded[one.key.casefold()].append(one.key)
            self._native[one.native_id.casefold()].append(one.key)
            self._at_provider[one.provider, _tail(one.native_id)].append(one.key)
            for alias in dict.fromkeys(alias.casefold() for alias in one.aliases):
                self._aliases[alias].append(one.key)
            if one.model:
                self._of_model[one.model].append(one.key)
        for key in slugs:
            self._models_named[key.partition("/")[2]].append(key)

    def find(self, text: str, *, suggest: bool = True) -> Answer:
        """The answer for one id. Never raises on odd text. Suggestions for a miss are the one slow part of it."""
        query = text.strip()[:LONGEST_QUERY]
        for rule in (self._exact, self._own_id, self._alias, self._model, self._normalised):
            if query and (answer := rule(query)):
                return answer
        return Answer(query, "none", candidates=self._suggestions(query) if suggest else ())

    def offerings_of(self, model_key: str) -> Sequence[str]:
        """Ids of all offerings of a model."""
        return self._of_model.get(model_key, ())

    # -- the rules, in order --------------------------------------------------------------------------------------

    def _exact(self, query: str) -> Answer | None:
        if query in self._offerings:
            return self._answer(query, "exact", [query])
        return self._answer(query, "exact", self._folded.get(query.casefold(), ()))

    def _own_id(self, query: str) -> Answer | None:
        """What providers themselves call so, when all who do mean one model."""
        keys = self._native.get(query.casefold(), ())
        models = {self._offerings[key].model for key in keys}
        if len(models) == 1 and (only := next(iter(models))):
            return self._model_answer(query, "model", only)
        return self._answer(query, "model", keys) if len(keys) == 1 else None

    def _alias(self, query: str) -> Answer | None:
        """Another name, anywhere or at the provider it is asked for; or the provider under another name of its own."""
        if known := self._aliases.get(query.casefold()):
            return self._stated(query, query, known)
        word, separator, rest = query.partition("/")
        provider = names.provider(word)
        if not separator:
            return None
        if respelt := self._folded.get(f"{provider}/{rest}".casefold()):
            return self._answer(query, "alias", respelt)
        there = [key for key in self._aliases.get(rest.casefold(), ()) if self._offerings[key].provider == provider]
        return self._stated(query, rest, there)

    def _model(self, query: str) -> Answer | None:
        """A model by its id."""
        author, _, rest = query.partition("/")
        key = model_key(author, rest)
        return self._model_answer(query, "model", key) if key in self.slugs else None

    def _normalised(self, query: str) -> Answer | None:
        provider, separator, rest = query.partition("/")
        if separator:
            known = self._at_provider.get((names.provider(provider), _tail(rest)), ())
            return self._answer(query, "normalised", known) or self._identified(query, names.provider(provider), rest)
        models = self._models_named.get(canonical_name(query)) or self._models_named.get(spelt_name(query)) or []
        if len(models) == 1:
            return self._model_answer(query, "normalised", models[0])
        if aliased := self._aliases_named.get(canonical_name(query)):
            return self._answer(query, "normalised", aliased)
        if not models:
            return self._identified(query, "bedrock", query)
        shown = tuple({"id": self.slugs[key], "kind": "model"} for key in sorted(models)[:20])
        return Answer(query, "ambiguous", candidates=shown)

    def _identified(self, query: str, provider: str, native_id: str) -> Answer | None:
        """An id that a known provider may well use, though nobody lists it: its model is known, its offering is not."""
        identity = identify(provider, native_id) if provider in self._providers else None
        if identity is None or identity.key not in self.slugs:
            return None
        keys = sorted(self._of_model.get(identity.key, ()), key=lambda key: self._offerings[key].provider != provider)
        others = tuple({"id": key, "kind": "offering"} for key in keys[:20])
        return Answer(query, "normalised", None, self.slugs[identity.key], others)

    @cached_property
    def _providers(self) -> set[str]:
        return {one.provider for one in self._offerings.values()} | set(names.PROVIDER_ALIASES.values())

    @cached_property
    def _aliases_named(self) -> dict[str, list[str]]:
        named: dict[str, list[str]] = defaultdict(list)
        for alias, keys in self._aliases.items():
            named[canonical_name(alias)].extend(key for key in keys if key not in named[canonical_name(alias)])
        return named

    # -- answers --------------------------------------------------------------------------------------------------

    def _answer(self, query: str, rule: str, keys: Sequence[str]) -> Answer | None:
        if not keys:
            return None
        if len(keys) > 1:
            models = {self._offerings[key].model for key in keys}
            only = next(iter(models)) if len(models) == 1 else None
            return self._model_answer(query, rule, only, among=keys) if only else self._ambiguous(query, keys)
        model = self._offerings[keys[0]].model
        return Answer(query, rule, keys[0], self.slugs.get(model, model) if model else None)

    def _stated(self, query: str, alias: str, keys: Sequence[str]) -> Answer | None:
        """What an alias of these offerings means, with who states it when all that do are one."""
        answer, said = self._answer(query, "alias", keys), set[str]()
        for key in keys:
            sources = self._offerings[key].alias_sources
            said |= {source for name, source in sources.items() if name.casefold() == alias.casefold()}
        return replace(answer, source=said.pop()) if answer and answer.found and len(said) == 1 else answer

    def _model_answer(self, query: str, rule: str, model: str, among: Sequence[str] | None = None) -> Answer:
        """A model, with the offering of its author's own house when it can be told which one is meant."""
        keys = among or self.offerings_of(model)
        offering = self._at_home(query, model, keys) or (keys[0] if len(keys) == 1 else None)
        others = tuple({"id": key, "kind": "offering"} for key in keys if key != offering)[:20]
        return Answer(query, rule, offering, self.slugs.get(model, model), others)

    def _at_home(self, query: str, model: str, keys: Sequence[str]) -> str | None:
        """The author's own offering: the only one, or the only one that is called just as asked, or as the model."""
        author, _, name = model.partition("/")
        for home in HOME_PROVIDERS.get(author, ()):
            own = {key: self._offerings[key].native_id for key in keys if self._offerings[key].provider == home}
            asked = query if query in own.values() else query.rpartition("/")[2]
            for narrowed in (
                list(own),
                [key for key, native in own.items() if native == asked],
                [key for key, native in own.items() if native.casefold() == asked.casefold()],
                [key for key, native in own.items() if _tail(native) == name],
            ):
                if len(narrowed) == 1:
                    return narrowed[0]
            if own:
                return None
        return None

    def _ambiguous(self, query: str, keys: Sequence[str]) -> Answer:
        shown = tuple({"id": key, "kind": "offering"} for key in sorted(keys)[:20])
        return Answer(query, "ambiguous", candidates=shown)

    def _suggestions(self, query: str) -> tuple[Mapping[str, Any], ...]:
        if not query:
            return ()
        by_name = "/" not in query
        scorer = fuzz.WRatio if by_name else fuzz.ratio
        names_of = self._spellings_bare if by_name else self._spellings_full
        found = process.extract(
            query.lower(), names_of.keys(), scorer=scorer, limit=SUGGESTIONS, score_cutoff=LEAST_LIKENESS
        )
        return tuple(
            {"id": names_of[spelling][0], "kind": names_of[spelling][1], "score": round(score / 100, 2)}
            for spelling, score, _ in found
        )

    @cached_property
    def _spellings_bare(self) -> dict[str, tuple[str, str]]:
        named = {slug.partition("/")[2].lower(): (slug, "model") for slug in self.slugs.values()}
        for key, one in self._offerings.items():
            named.setdefault(one.native_id.lower(), (key, "offering"))
        return named

    @cached_property
    def _spellings_full(self) -> dict[str, tuple[str, str]]:
        named = {key.lower(): (key, "offering") for key in self._offerings}
        for slug in self.slugs.values():
            named.setdefault(slug.lower(), (slug, "model"))
        return named


def _tail(native_id: str) -> str:
    """A provider's id with spelling evened out, for comparing within one provider."""
    return canonical_name(native_id.lower())
