"""Any way to write a model, to the offering and the model meant. One order, for the command, the API, pages and costs.

The first rule that finds something answers, and the answer names the rule:

1. `exact`: the offering with this very id.
2. `own_id`: the one provider that calls a model so. What it asks is its own, whatever others ask for the model.
3. `alias`: the provider named, by any of its names, with what it calls the model or a name that somebody states there.
   Before it, 1 in another case; after it, 2 in another case, for a text that names no provider.
4. `model`: what several providers call so, when they mean one model.
5. `alias`: a name that a source or a curator states.
6. `normalised`: 2 to 5 for another way of writing the same (`spellings`): ARNs, regions, routes, tags.
7. `model`: a model by its id.
8. `normalised`: a provider's id, or a model's name, in another spelling (`normalise`).

Which of a model's offerings is meant is told in `index`. At every rule, what is listed goes before what no longer is.
A text that names a provider
is never answered with another one's offering, but by rule 2. Two equally good finds are an answer of their own
(`ambiguous`), and a miss comes with suggestions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from registry import json_schema as schema
from registry.identity import affixes, names, spellings
from registry.identity.index import Findable, Index, evened
from registry.identity.normalise import HOME_PROVIDERS, canonical_name, identify, model_key, spelt_name
from registry.identity.suggestions import KnownName, Suggestions
from registry.values import Json

LONGEST_QUERY: Final = 400
MOST_OTHERS: Final = 20


@dataclass(frozen=True, slots=True)
class LookupResult:
    """What an id means. `offering` and `model` are ids or None; `candidates` are what it might have meant."""

    query: str
    matched_by: str
    """exact, own_id, alias, model, normalised, ambiguous or none."""
    offering: str | None = None
    model: str | None = None
    candidates: tuple[Mapping[str, Json], ...] = ()
    source: str | None = None
    """Who states the alias that was found: a source's slug, or `curator`."""
    conditions: Mapping[str, str] = field(default_factory=dict)
    """What the id says of how it is called, in the words of rates: `region`, `plan`, `detail`."""

    @property
    def found(self) -> bool:
        return self.offering is not None or self.model is not None

    @property
    def others(self) -> tuple[str, ...]:
        """Ids of other offerings of the model that was found."""
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
        "score": schema.number("Likeness from 0 to 1."),
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
        "others": schema.words("Ids of other offerings of the model that was found, listed ones first."),
        "conditions": schema.mapping(
            schema.text(),
            "How the id says that the model is called: `region`, `plan`, `detail`. `/cost/` prices by them.",
        ),
        "source": schema.text("Who states the alias that was found: a source, or `curator`.", null=True),
    },
)


class Finder:
    """Answers questions about the offerings of one revision.

    `slugs` maps a model's key to the spelling in which it is shown.
    """

    def __init__(self, offerings: Iterable[Findable], slugs: Mapping[str, str]) -> None:
        self._index = Index(offerings, slugs)
        self._rules_of_names: tuple[Callable[[str], LookupResult | None], ...] = (
            self._exact, self._own_id, self._in_another_case, self._at_named, self._own_ids, self._alias, self._model,
            self._spelt_otherwise,
        )  # fmt: skip
        self._rules = (
            *self._rules_of_names[:-2], self._written_otherwise, *self._rules_of_names[-2:],
            self._identified, self._undecided,
        )  # fmt: skip

    def find(self, text: str, *, suggest: bool = True) -> LookupResult:
        """The answer for one id. Never raises on odd text. Suggestions for a miss are the one slow part of it."""
        query = text.strip()[:LONGEST_QUERY]
        if query and (answer := _first(self._rules, query)):
            return answer
        return LookupResult(query, "none", candidates=self._suggestions.near(query) if suggest and query else ())

    def offerings_of(self, model_key: str) -> Sequence[str]:
        """Ids of all offerings of a model."""
        return self._index.offerings_of(model_key)

    # -- the rules, in order --------------------------------------------------------------------------------------

    def _exact(self, query: str) -> LookupResult | None:
        return self._answer(query, "exact", [query] if query in self._index.offerings else ())

    def _own_id(self, query: str) -> LookupResult | None:
        """What exactly one provider itself calls so, letter by letter."""
        same = [key for key in self._index.called(query) if self._index.offerings[key].native_id == query]
        only = self._index.only_user(same)
        return self._chosen(query, "own_id", only) if only else None

    def _in_another_case(self, query: str) -> LookupResult | None:
        return self._answer(query, "exact", self._index.folded.get(query.casefold(), ()))

    def _at_named(self, query: str) -> LookupResult | None:
        """What the provider that is named calls so, or what a source says that it is called there.

        `amazon/nova-pro-v1` names a maker as well: what Bedrock no longer lists by that name is not meant.
        """
        for provider, rest in spellings.named(query, self._index.is_provider):
            answer = self._there(query, "alias", provider, rest)
            names_maker = query.partition("/")[0].lower() in HOME_PROVIDERS
            if answer and not (
                names_maker and answer.offering and not self._index.offerings[answer.offering].is_listed
            ):
                return answer
        return None

    def _own_ids(self, query: str) -> LookupResult | None:
        """What one provider calls so in another case, or several do: when all whose model is known mean one model, or
        one of them is its maker."""
        keys, named = self._index.called(query), self._named(query)
        if not named and (only := self._index.only_user(keys)):
            return self._chosen(query, "own_id", only)
        for among in (self._index.listed(keys), [key for key in keys if self._index.is_makers(key)]):
            models = {model for key in among if (model := self._index.offerings[key].model)}
            if len(models) == 1:
                every = dict.fromkeys((*self.offerings_of(model := models.pop()), *keys))
                meant = [key for key in every if named in ("", self._index.offerings[key].provider)]
                return self._model_answer(query, "model", model, meant, first=named)
        return None

    def _alias(self, query: str) -> LookupResult | None:
        """What a source says that it is called. Where that is delisted and others are listed by that id, nobody can
        tell which is meant.
        """
        answer = self._stated(query, query, self._index.aliases.get(query.casefold(), ()))
        offerings = self._index.offerings
        is_gone = answer is not None and answer.offering is not None and not offerings[answer.offering].is_listed
        if is_gone and any(offerings[key].is_listed for key in self._index.called(query)):
            return self._undecided(query)
        return answer

    def _written_otherwise(self, query: str) -> LookupResult | None:
        for reading in spellings.interpretations(query, self._index.is_provider):
            if reading.provider:
                answer = self._there(query, "normalised", reading.provider, reading.native_id)
            else:
                answer = _first(self._rules_of_names, reading.native_id)
            if answer and answer.found:
                return replace(answer, query=query, matched_by="normalised", conditions=reading.conditions)
        return None

    def _model(self, query: str) -> LookupResult | None:
        """A model by its id."""
        author, _, rest = query.partition("/")
        key = model_key(author, rest)
        if key not in self._index.slugs:
            return None
        named = self._named(query)
        keys = [one for one in self.offerings_of(key) if named in ("", self._index.offerings[one].provider)]
        return self._model_answer(query, "model", key, keys, first=named)

    def _spelt_otherwise(self, query: str) -> LookupResult | None:
        """A provider's own id, or a bare name, with its numbers and separators written in another way."""
        index = self._index
        for provider, rest in spellings.named(query, index.is_provider):
            if answer := self._answer(query, "normalised", index.at_provider.get((provider, evened(rest)), ())):
                return answer
        if "/" in query:
            return None
        models = index.models_named.get(canonical_name(query)) or index.models_named.get(spelt_name(query)) or []
        if len(models) == 1:
            return self._model_answer(query, "normalised", models[0], self.offerings_of(models[0]))
        if aliased := index.aliases_named.get(canonical_name(query)):
            return self._answer(query, "normalised", aliased)
        shown = tuple({"id": index.slugs[key], "kind": "model"} for key in sorted(models)[:MOST_OTHERS])
        return LookupResult(query, "ambiguous", candidates=shown) if shown else None

    def _identified(self, query: str) -> LookupResult | None:
        """An id whose model the rules of identity tell, though nobody is known to list it so."""
        is_provider = self._index.is_provider
        verbatim = (spellings.Interpretation(*pair) for pair in spellings.named(query, is_provider))
        for reading in (*verbatim, *spellings.interpretations(query, is_provider), spellings.Interpretation("", query)):
            identity = identify(reading.provider, reading.native_id)
            if identity and identity.key in self._index.slugs:
                return self._served_alike(query, reading, identity.key)
        return None

    def _undecided(self, query: str) -> LookupResult | None:
        """What several call so, or one where another provider is named, and no rule could tell which is meant."""
        shown = tuple({"id": key, "kind": "offering"} for key in sorted(self._index.called(query))[:MOST_OTHERS])
        return LookupResult(query, "ambiguous", candidates=shown) if shown else None

    # -- parts of rules -------------------------------------------------------------------------------------------

    def _named(self, query: str) -> str:
        """The provider that a text names and no maker: `openai/…`, `vertex_ai/…`, but not `meta-llama/…`; else ""."""
        word = names.slug(query.partition("/")[0])
        if word in HOME_PROVIDERS and not self._index.is_provider(word):
            return ""
        return next((provider for provider, _ in spellings.named(query, self._index.is_provider)), "")

    def _there(self, query: str, rule: str, provider: str, native_id: str) -> LookupResult | None:
        """At one provider: its own id, letter by letter or in another case, else a name that is stated there."""
        key, index = f"{provider}/{native_id}", self._index
        if own := [key] if key in index.offerings else index.folded.get(key.casefold()):
            return self._answer(query, rule, own)
        aliased = index.aliases.get(native_id.casefold(), ())
        return self._stated(query, native_id, [key for key in aliased if index.offerings[key].provider == provider])

    def _stated(self, query: str, alias: str, keys: Sequence[str]) -> LookupResult | None:
        """What an alias of these offerings means, with who states it when all that do are one."""
        answer, said = self._answer(query, "alias", keys), set[str]()
        for key in keys:
            sources = self._index.offerings[key].alias_sources
            said |= {source for name, source in sources.items() if name.casefold() == alias.casefold()}
        return replace(answer, source=said.pop()) if answer and answer.found and len(said) == 1 else answer

    def _served_alike(self, query: str, reading: spellings.Interpretation, model: str) -> LookupResult:
        """The model, with the named provider's one offering of it that is served as the id says."""
        index, ways = self._index, affixes.ways_of_serving(reading.provider, reading.native_id)
        there = [key for key in self.offerings_of(model) if index.offerings[key].provider == reading.provider]
        alike = [key for key in index.listed(there) if index.ways(key) == ways]
        offering = alike[0] if len(alike) == 1 else None
        if not reading.provider and not ways:
            offering = index.chosen(query, model, self.offerings_of(model))
        answer = LookupResult(query, "normalised", offering, index.slugs[model], conditions=reading.conditions)
        return self._with_others(answer, self.offerings_of(model), reading.provider)

    # -- answers --------------------------------------------------------------------------------------------------

    def _chosen(self, query: str, rule: str, key: str) -> LookupResult:
        model = self._index.offerings[key].model
        answer = LookupResult(query, rule, key, self._index.slugs.get(model, model) if model else None)
        return answer if rule == "exact" or not model else self._with_others(answer, self.offerings_of(model))

    def _answer(self, query: str, rule: str, keys: Sequence[str]) -> LookupResult | None:
        keys = self._index.listed(keys)
        if len(keys) == 1:
            return self._chosen(query, rule, keys[0])
        models = {self._index.offerings[key].model for key in keys}
        only = next(iter(models)) if len(models) == 1 else None
        if only:
            return self._model_answer(query, rule, only, keys, others=keys)
        shown = tuple({"id": key, "kind": "offering"} for key in sorted(keys)[:MOST_OTHERS])
        return LookupResult(query, "ambiguous", candidates=shown) if shown else None

    def _model_answer(
        self, query: str, rule: str, model: str, keys: Sequence[str], *,
        others: Sequence[str] | None = None, first: str = "",
    ) -> LookupResult:  # fmt: skip
        """A model, with the one of these offerings that is meant, if that can be told."""
        offering = self._index.chosen(query, model, keys)
        answer = LookupResult(query, rule, offering, self._index.slugs.get(model, model))
        return self._with_others(answer, others or self.offerings_of(model), first)

    def _with_others(self, answer: LookupResult, keys: Sequence[str], first: str = "") -> LookupResult:
        """The answer with other offerings of the model: those of a provider first, listed ones before the rest."""
        offerings = self._index.offerings
        others = sorted(
            (key for key in keys if key != answer.offering),
            key=lambda key: (offerings[key].provider != first, not offerings[key].is_listed),
        )
        shown = tuple({"id": key, "kind": "offering"} for key in others[:MOST_OTHERS])
        return replace(answer, candidates=shown)

    @cached_property
    def _suggestions(self) -> Suggestions:
        return Suggestions(self._names_to_suggest())

    def _names_to_suggest(self) -> Iterator[KnownName]:
        offerings = self._index.offerings
        for key, slug in self._index.slugs.items():
            yield KnownName(slug, slug, "model", sum(offerings[one].is_listed for one in self.offerings_of(key)))
        for key, one in offerings.items():
            yield KnownName(one.native_id, key, "offering", int(one.is_listed))


def _first(rules: Iterable[Callable[[str], LookupResult | None]], query: str) -> LookupResult | None:
    return next(filter(None, (rule(query) for rule in rules)), None)
