"""Resolves any spelling of an id to an offering and a model. The command, the API, pages and costs use one order.

The first rule that matches decides, and the result names the rule:

1. `exact`: the offering with exactly this id.
2. `own_id`: the only provider with this native id. Its prices are its own, whatever others charge for the model.
3. `alias`: a provider by any of its names, with its native id or an alias stated there. Before this rule, 1 is tried
   ignoring case; after it, 2 ignoring case, for a text that names no provider.
4. `model`: a native id that several providers use, when all mean one model.
5. `alias`: a name that a source or a curator states.
6. `normalised`: 2 to 5 for other interpretations of the text (`spellings`): ARNs, regions, routes, tags.
7. `model`: a model by its id.
8. `normalised`: a native id, or a model's name, in another spelling (`normalise`).

`index` chooses between several offerings of a model. In every rule, listed offerings precede delisted ones. A text that
names a provider never resolves to another provider's offering, except by rule 2. Two equally good matches give the
result `ambiguous`; an unresolved id comes with suggestions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from registry import json_schema as schema
from registry.identity import affixes, names, spellings
from registry.identity.index import Findable, Index, normalised_id
from registry.identity.normalise import canonical_name, identify, model_key, spelt_name
from registry.identity.platforms import HOME_PROVIDERS, HUBS
from registry.identity.suggestions import KnownName, Suggestions
from registry.values import Json

LONGEST_QUERY: Final = 400
MOST_OTHERS: Final = 20


@dataclass(frozen=True, slots=True)
class LookupResult:
    """What an id resolves to. `offering` and `model` are ids or None; `candidates` are alternatives or suggestions."""

    query: str
    matched_by: str
    """exact, own_id, alias, model, normalised, ambiguous or none."""
    offering: str | None = None
    model: str | None = None
    candidates: tuple[Mapping[str, Json], ...] = ()
    source: str | None = None
    """Who states the matched alias: a source's slug, or `curator`."""
    conditions: Mapping[str, str] = field(default_factory=dict)
    """Price conditions that the id states, in the words of rate keys: `region`, `plan`, `detail`."""

    @property
    def found(self) -> bool:
        return self.offering is not None or self.model is not None

    @property
    def others(self) -> tuple[str, ...]:
        """Ids of other offerings of the same model."""
        return tuple(candidate["id"] for candidate in self.candidates) if self.found else ()

    def as_json(self) -> dict[str, Json]:
        return {
            "query": self.query,
            "offering": self.offering,
            "model": self.model,
            "matched_by": self.matched_by,
            "candidates": [dict(candidate) for candidate in self.candidates],
            "others": list(self.others),
            "source": self.source,
            "conditions": dict(self.conditions),
        }


RULES: Final = ("exact", "own_id", "alias", "model", "normalised", "ambiguous", "none")
CANDIDATE: Final = schema.shape(
    "Candidate",
    "What an id may have meant.",
    {
        "id": schema.text(),
        "kind": schema.enumeration("CandidateKindEnum", ("offering", "model", "provider")),
        "score": schema.number("Similarity from 0 to 1."),
    },
    optional=("score",),
)
ANSWER: Final = schema.shape(
    "LookupResult",
    "What an id means.",
    {
        "query": schema.text(),
        "offering": schema.text("Id of the offering, if one is meant.", null=True),
        "model": schema.text("Id of the model, if one is meant.", null=True),
        "matched_by": schema.one(
            schema.enumeration("MatchedByEnum", RULES),
            "The rule that found it; `ambiguous` and `none` found nothing.",
        ),
        "candidates": schema.several(CANDIDATE),
        "others": schema.words("Ids of other offerings of the same model, listed ones first."),
        "conditions": schema.mapping(
            schema.text(),
            "How the id says that the model is called: `region`, `plan`, `detail`. `/cost/` prices by them.",
        ),
        "source": schema.text("Who states the matched alias: a source, or `curator`.", null=True),
    },
)


class Finder:
    """Resolves ids among the offerings of one revision.

    `slugs` maps a model's key to the spelling in which it is shown.
    """

    def __init__(self, offerings: Iterable[Findable], slugs: Mapping[str, str]) -> None:
        self._index = Index(offerings, slugs)
        self._rules_of_names: tuple[Callable[[str], LookupResult | None], ...] = (
            self._exact, self._own_id, self._ignoring_case, self._at_named_provider, self._own_ids, self._alias,
            self._model, self._respelt,
        )  # fmt: skip
        self._rules = (
            *self._rules_of_names[:-2], self._reinterpreted, *self._rules_of_names[-2:],
            self._identified, self._ambiguous,
        )  # fmt: skip

    def find(self, text: str, *, suggest: bool = True) -> LookupResult:
        """Resolves one id. Never raises, whatever the text. Suggestions for an unresolved id are the only slow part."""
        query = text.strip()[:LONGEST_QUERY]
        if query and (result := _first(self._rules, query)):
            return result
        return LookupResult(query, "none", candidates=self._suggestions.near(query) if suggest and query else ())

    def offerings_of(self, model_key: str) -> Sequence[str]:
        """Ids of all offerings of a model."""
        return self._index.offerings_of(model_key)

    # -- the rules, in order --------------------------------------------------------------------------------------

    def _exact(self, query: str) -> LookupResult | None:
        return self._result(query, "exact", [query] if query in self._index.offerings else ())

    def _own_id(self, query: str) -> LookupResult | None:
        """The native id of exactly one provider, case-sensitive."""
        same = [key for key in self._index.called(query) if self._index.offerings[key].native_id == query]
        only = self._index.only_user(same)
        return self._chosen(query, "own_id", only) if only else None

    def _ignoring_case(self, query: str) -> LookupResult | None:
        return self._result(query, "exact", self._index.folded.get(query.casefold(), ()))

    def _at_named_provider(self, query: str) -> LookupResult | None:
        """A native id of the named provider, or an alias stated there.

        `amazon/nova-pro-v1` names an author as well: a delisted offering of Bedrock is not meant by it.
        """
        for provider, rest in spellings.named(query, self._index.is_provider):
            result = self._at_provider(query, "alias", provider, rest)
            names_author = query.partition("/")[0].lower() in HOME_PROVIDERS
            if result and not (
                names_author and result.offering and not self._index.offerings[result.offering].is_listed
            ):
                return result
        return None

    def _own_ids(self, query: str) -> LookupResult | None:
        """A native id of one provider ignoring case, or of several: when all with a known model mean the same model, or
        one of them is its author.
        """
        keys, provider = self._index.called(query), self._named(query)
        if not provider and (only := self._index.only_user(keys)):
            return self._chosen(query, "own_id", only)
        for among in (self._index.listed(keys), [key for key in keys if self._index.is_authors_own(key)]):
            models = {model for key in among if (model := self._index.offerings[key].model)}
            if len(models) == 1:
                every = dict.fromkeys((*self.offerings_of(model := models.pop()), *keys))
                meant = [key for key in every if provider in ("", self._index.offerings[key].provider)]
                return self._model_result(query, "model", model, meant, first=provider)
        return None

    def _alias(self, query: str) -> LookupResult | None:
        """A stated alias. Ambiguous where its offering is delisted and others are listed by the same native id."""
        result = self._by_alias(query, query, self._index.aliases.get(query.casefold(), ()))
        offerings = self._index.offerings
        is_gone = result is not None and result.offering is not None and not offerings[result.offering].is_listed
        if is_gone and any(offerings[key].is_listed for key in self._index.called(query)):
            return self._ambiguous(query)
        return result

    def _reinterpreted(self, query: str) -> LookupResult | None:
        for interpretation in spellings.interpretations(query, self._index.is_provider):
            if interpretation.provider:
                result = self._at_provider(query, "normalised", interpretation.provider, interpretation.native_id)
            else:
                result = _first(self._rules_of_names, interpretation.native_id)
            if result and result.found:
                return replace(result, query=query, matched_by="normalised", conditions=interpretation.conditions)
        return None

    def _model(self, query: str) -> LookupResult | None:
        """A model by its id."""
        author, _, rest = query.partition("/")
        key = model_key(author, rest)
        if key not in self._index.slugs:
            return None
        provider = self._named(query)
        keys = [
            offering
            for offering in self.offerings_of(key)
            if provider in ("", self._index.offerings[offering].provider)
        ]
        return self._model_result(query, "model", key, keys, first=provider)

    def _respelt(self, query: str) -> LookupResult | None:
        """A native id, or a bare model name, with numbers and separators in another spelling."""
        index = self._index
        for provider, rest in spellings.named(query, index.is_provider):
            if result := self._result(query, "normalised", index.at_provider.get((provider, normalised_id(rest)), ())):
                return result
        if "/" in query:
            return None
        models = index.models_named.get(canonical_name(query)) or index.models_named.get(spelt_name(query)) or []
        if len(models) == 1:
            return self._model_result(query, "normalised", models[0], self.offerings_of(models[0]))
        if aliased := index.aliases_named.get(canonical_name(query)):
            return self._result(query, "normalised", aliased)
        candidates = tuple({"id": index.slugs[key], "kind": "model"} for key in sorted(models)[:MOST_OTHERS])
        return LookupResult(query, "ambiguous", candidates=candidates) if candidates else None

    def _identified(self, query: str) -> LookupResult | None:
        """An id that identity rules link to a known model, although nobody lists that id."""
        is_provider = self._index.is_provider
        verbatim = (spellings.Interpretation(*pair) for pair in spellings.named(query, is_provider))
        for interpretation in (
            *verbatim,
            *spellings.interpretations(query, is_provider),
            spellings.Interpretation("", query),
        ):
            identity = identify(interpretation.provider, interpretation.native_id)
            if identity and identity.key in self._index.slugs:
                return self._same_variants(query, interpretation, identity.key)
        return None

    def _ambiguous(self, query: str) -> LookupResult | None:
        """Offerings with this native id between which no rule could decide."""
        candidates = tuple({"id": key, "kind": "offering"} for key in sorted(self._index.called(query))[:MOST_OTHERS])
        return LookupResult(query, "ambiguous", candidates=candidates) if candidates else None

    # -- parts of rules -------------------------------------------------------------------------------------------

    def _named(self, query: str) -> str:
        """The provider that a text names, unless it names an author: `openai/…`, `vertex_ai/…`, not `meta-llama/…`."""
        word = names.slug(query.partition("/")[0])
        if word in HOME_PROVIDERS and not self._index.is_provider(word):
            return ""
        return next((provider for provider, _ in spellings.named(query, self._index.is_provider)), "")

    def _at_provider(self, query: str, rule: str, provider: str, native_id: str) -> LookupResult | None:
        """At one provider: its native id, exact or ignoring case, else an alias stated there."""
        key, index = f"{provider}/{native_id}", self._index
        if own := [key] if key in index.offerings else index.folded.get(key.casefold()):
            return self._result(query, rule, own)
        aliased = index.aliases.get(native_id.casefold(), ())
        return self._by_alias(query, native_id, [key for key in aliased if index.offerings[key].provider == provider])

    def _by_alias(self, query: str, alias: str, keys: Sequence[str]) -> LookupResult | None:
        """The result for an alias of these offerings, with its source when there is only one."""
        result, alias_sources = self._result(query, "alias", keys), set[str]()
        for key in keys:
            sources = self._index.offerings[key].alias_sources
            alias_sources |= {source for name, source in sources.items() if name.casefold() == alias.casefold()}
        return (
            replace(result, source=alias_sources.pop())
            if result and result.found and len(alias_sources) == 1
            else result
        )

    def _same_variants(self, query: str, interpretation: spellings.Interpretation, model: str) -> LookupResult:
        """The model, with the named provider's only offering of it that has the variants of the id."""
        index, variants = self._index, affixes.serving_variants(interpretation.provider, interpretation.native_id)
        served = [key for key in self.offerings_of(model) if index.offerings[key].provider == interpretation.provider]
        matching = [key for key in index.listed(served) if index.variants(key) == variants]
        offering = matching[0] if len(matching) == 1 else None
        if not interpretation.provider and not variants:
            offering = index.chosen(query, model, self.offerings_of(model))
        result = LookupResult(query, "normalised", offering, index.slugs[model], conditions=interpretation.conditions)
        return self._with_others(result, self.offerings_of(model), interpretation.provider)

    # -- results --------------------------------------------------------------------------------------------------

    def _chosen(self, query: str, rule: str, key: str) -> LookupResult:
        model = self._index.offerings[key].model
        result = LookupResult(query, rule, key, self._index.slugs.get(model, model) if model else None)
        return result if rule == "exact" or not model else self._with_others(result, self.offerings_of(model))

    def _result(self, query: str, rule: str, keys: Sequence[str]) -> LookupResult | None:
        keys = self._index.listed(keys)
        if len(keys) == 1:
            return self._chosen(query, rule, keys[0])
        models = {self._index.offerings[key].model for key in keys}
        only = next(iter(models)) if len(models) == 1 else None
        if only:
            return self._model_result(query, rule, only, keys, others=keys)
        candidates = tuple({"id": key, "kind": "offering"} for key in sorted(keys)[:MOST_OTHERS])
        return LookupResult(query, "ambiguous", candidates=candidates) if candidates else None

    def _model_result(
        self, query: str, rule: str, model: str, keys: Sequence[str], *,
        others: Sequence[str] | None = None, first: str = "",
    ) -> LookupResult:  # fmt: skip
        """A model, with the one of these offerings that is meant, if that can be decided."""
        offering = self._index.chosen(query, model, keys)
        result = LookupResult(query, rule, offering, self._index.slugs.get(model, model))
        return self._with_others(result, others or self.offerings_of(model), first)

    def _with_others(self, result: LookupResult, keys: Sequence[str], first: str = "") -> LookupResult:
        """The result with other offerings of the model: those of provider `first` first, listed before delisted."""
        offerings = self._index.offerings
        others = sorted(
            (key for key in keys if key != result.offering),
            key=lambda key: (offerings[key].provider != first, not offerings[key].is_listed),
        )
        candidates = tuple({"id": key, "kind": "offering"} for key in others[:MOST_OTHERS])
        return replace(result, candidates=candidates)

    @cached_property
    def _suggestions(self) -> Suggestions:
        return Suggestions(self._names_to_suggest())

    def _names_to_suggest(self) -> Iterator[KnownName]:
        offerings = self._index.offerings
        for key, slug in self._index.slugs.items():
            listed = sum(_is_well_listed(offerings[offering]) for offering in self.offerings_of(key))
            yield KnownName(slug, slug, "model", listed)
        for key, offering in offerings.items():
            yield KnownName(offering.native_id, key, "offering", int(_is_well_listed(offering)))


def _is_well_listed(offering: Findable) -> bool:
    """Whether an offering is listed, by more than a hub: its fine-tunes resemble the well-known models."""
    return offering.is_listed and offering.provider not in HUBS


def _first(rules: Iterable[Callable[[str], LookupResult | None]], query: str) -> LookupResult | None:
    return next(filter(None, (rule(query) for rule in rules)), None)
