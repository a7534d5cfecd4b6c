"""The order of a lookup as laws over all ids: of the recordings, and of catalogues made at random.

The hold-out asks a catalogue of what was recorded before 2026-05-01 for the ids of lists recorded later: those that
vendors and OpenRouter list, as gateways and frameworks write them, and every key of LiteLLM's map.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.identity.lookup import Finder
from registry.identity.normalise import identify
from syncers.sources.catalogues.litellm_ids import is_size_class, place
from tests.registry.identity import recorded
from tests.registry.identity.recorded import Listed, finder

CUT = "2026-05-01"
#: Other keys without a provider are Vertex's or whose ever by LiteLLM's own convention; a bare name is its maker's.
BARE_IN_LITELLM = ("openai/", "anthropic/", "bedrock/")
VENDORS = ("anthropic", "openai", "google", "xai", "mistral", "deepseek", "cohere", "perplexity", "openrouter")


def exceptions(offerings: list[Listed], find: Finder) -> Iterator[str]:
    """Where the order is broken: (a) an offering's id, (b) what one provider calls so, (c) listed before delisted."""
    by_key = {offering.key: offering for offering in offerings}
    called: dict[str, list[Listed]] = defaultdict(list)
    for offering in offerings:
        called[offering.native_id].append(offering)
        if (answer := find.find(offering.key, suggest=False)).offering != offering.key:
            yield f"(a) {offering.key}: {answer.offering}"
    for native_id, users in called.items():
        answer = find.find(native_id, suggest=False)
        if len(users) == 1 and native_id not in by_key and answer.offering != users[0].key:
            yield f"(b) {native_id}: {answer.offering}, not {users[0].key}"
        meant = by_key.get(answer.offering or "")
        if meant and not meant.is_listed and answer.matched_by != "exact":
            # An id that names a provider means what that provider calls so, listed or not.
            is_named = native_id.startswith(meant.key.partition("/")[0] + "/")
            better = [] if is_named else [user.key for user in users if user.is_listed]
            if better:
                yield f"(c) {native_id}: {meant.key} is no longer listed, {better} are"


@pytest.mark.recordings
def test_every_recorded_id_means_the_offering_whose_own_it_is():
    offerings = recorded.catalogue()

    assert len(offerings) > 5000
    assert list(exceptions(offerings, finder(offerings))) == []


PROVIDERS = ("openai", "openrouter", "azure", "bedrock", "mistral", "acme", "ollama")
NATIVE_IDS = (
    "gpt-4o", "GPT-4o", "openai/gpt-4o", "gpt-4o:free", "mistral-large", "mistral/mistral-large", "azure/gpt-4o",
    "auto", "us.amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0", "nova-pro-v1", "llama3:latest", "llama3",
    "hf:openai/gpt-4o",
)  # fmt: skip


@st.composite
def catalogues(draw: st.DrawFn) -> list[Listed]:
    pairs = draw(st.sets(st.tuples(st.sampled_from(PROVIDERS), st.sampled_from(NATIVE_IDS)), min_size=1, max_size=20))
    return [
        Listed(
            f"{provider}/{native_id}",
            draw(st.sampled_from((None, "openai/gpt-4o", "mistralai/mistral-large", "amazon/nova-pro-v1"))),
            tuple(draw(st.sets(st.sampled_from((*NATIVE_IDS, "latest")), max_size=2))),
            draw(st.booleans()),
        )
        for provider, native_id in sorted(pairs)
    ]


@given(catalogues())
def test_in_any_catalogue_an_id_means_the_offering_whose_own_it_is(offerings):
    assert list(exceptions(offerings, finder(offerings))) == []


def asked_later() -> Iterator[tuple[str, str]]:
    """Ids as people write them, and the offering meant, from the lists recorded after the cut."""
    for recording in recorded.later(CUT):
        if recording.source in VENDORS:
            for key in recorded.listed_by(recording):
                provider, _, native_id = key.partition("/")
                yield f"{provider}:{native_id}", key
                if provider == "google":
                    yield f"models/{native_id}", key
                if provider == "anthropic":
                    yield f"{native_id}[1m]", key
                if provider == recording.source == "openrouter":
                    yield key.replace("openrouter/", "OpenRouter/", 1), key
        if recording.source == "litellm":
            for key, entry in json.loads(recording.body()).items():
                meant = (
                    "" if key == "sample_spec" or is_size_class(key) else place(key, entry["litellm_provider"]).offering
                )
                if "/" in key or meant.startswith(BARE_IN_LITELLM):
                    yield key, meant


@pytest.mark.recordings
def test_ids_of_lists_recorded_later_are_found_and_none_is_taken_for_another(capsys):
    offerings = recorded.catalogue(CUT)
    find, by_key = finder(offerings), {offering.key for offering in offerings}
    models = {offering.model for offering in offerings}
    counts: Counter[str] = Counter()
    wrong, missed = [], []
    for text, meant in sorted(set(asked_later())):
        answer = find.find(text, suggest=False)
        model = identify(*meant.split("/", 1))
        is_known = meant in by_key or (model is not None and model.key in models)
        # An alias is what a source states, and one provider's very own id comes before whom it seems to name.
        offering = answer.offering or ""
        verbatim = answer.matched_by == "own_id" and offering.endswith(f"/{text}")
        other_provider = bool(offering) and offering.partition("/")[0] != meant.partition("/")[0]
        other_model = bool(model and answer.model and answer.model != model.key and answer.matched_by != "alias")
        counts["asked"] += 1
        counts["known"] += is_known
        counts["found"] += is_known and answer.found
        if (other_provider or other_model) and not verbatim:
            wrong.append((text, meant, answer.offering, answer.model, answer.matched_by))
        if is_known and not answer.found:
            missed.append((text, meant, answer.matched_by))
    with capsys.disabled():
        print(f"\nlookup, lists since {CUT}: {dict(counts)}, wrong {len(wrong)}")
    assert wrong == []
    assert counts["found"] >= 0.95 * counts["known"], missed


def test_a_delisted_offering_with_an_alias_gives_way_to_listed_ones_that_are_called_so():
    """Found by a longer course: three providers call it so, of different models, and only an alias was alone."""
    offerings = [
        Listed("azure/gpt-4o", None, (), False),
        Listed("bedrock/gpt-4o", "amazon/nova-pro-v1", (), False),
        Listed("openai/GPT-4o", "openai/gpt-4o", (), True),
        Listed("openai/gpt-4o", None, (), False),
        Listed("openai/openai/gpt-4o", None, ("gpt-4o",), False),
        Listed("openrouter/gpt-4o", "mistralai/mistral-large", (), True),
    ]

    assert list(exceptions(offerings, finder(offerings))) == []
    assert finder(offerings).find("gpt-4o").offering != "openai/openai/gpt-4o"


def test_where_an_alias_of_a_delisted_offering_gives_way_nobody_answers_for_it_by_another_rule():
    offerings = [
        Listed("acme/foo-1", "acme/foo-1", ("foo",), False, {"foo": "curator"}),
        Listed("groq/foo", "openai/gpt-4o", (), True),
        Listed("together/foo", "mistralai/mistral-large", (), True),
    ]
    answer = finder(offerings).find("foo")

    assert (answer.offering, answer.matched_by) == (None, "ambiguous")
    assert {candidate["id"] for candidate in answer.candidates} == {"groq/foo", "together/foo"}
