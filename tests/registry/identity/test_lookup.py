from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.identity.lookup import Finder


@dataclass(frozen=True)
class Listed:
    """An offering as the finder sees it."""

    key: str
    model: str | None = None
    aliases: tuple[str, ...] = ()
    source: str = "list"
    is_listed: bool = True

    @property
    def alias_sources(self) -> dict[str, str]:
        return dict.fromkeys(self.aliases, self.source)

    @property
    def provider(self) -> str:
        return self.key.partition("/")[0]

    @property
    def native_id(self) -> str:
        return self.key.partition("/")[2]


OPUS, OPUS_DATED, GPT, O3, DISTILL = (
    "anthropic/claude-opus-4-5",
    "anthropic/claude-opus-4-5-20251101",
    "openai/gpt-4o",
    "openai/o3",
    "acme/flash",
)
FINDER = Finder(
    [
        Listed("anthropic/claude-opus-4-5-20251101", OPUS_DATED, ("opus-latest", "claude-opus-4-5-latest")),
        Listed("anthropic/claude-opus-4-5", OPUS),
        Listed("openrouter/anthropic/claude-opus-4.5", OPUS),
        Listed("vercel-ai-gateway/anthropic/claude-opus-4.5", OPUS),
        Listed("bedrock/anthropic.claude-opus-4-5-20251101-v1:0", OPUS_DATED),
        Listed("openai/gpt-4o", GPT),
        Listed("openai/gpt-4o:extended", GPT),
        Listed("openrouter/openai/gpt-4o", GPT),
        Listed("azure/gpt-4o", GPT, ("gpt-4o-eu",)),
        Listed("openai/o3", O3),
        Listed("azure/o3-2025-04-16", "openai/o3-20250416", ("o3",)),
        Listed("together/deepseek-ai/DeepSeek-V3.2", "deepseek/deepseek-v3-2"),
        Listed("acme/flash", "acme/flash", ("fast",)),
        Listed("zeta/flash", "zeta/flash", ("fast", "zeta-flash")),
        Listed("zeta/unlinked-thing"),
        Listed("ACME-less/x", None),
    ],
    {
        OPUS: "anthropic/claude-opus-4.5",
        OPUS_DATED: OPUS_DATED,
        GPT: GPT,
        O3: O3,
        "openai/o3-20250416": "openai/o3-2025-04-16",
        "deepseek/deepseek-v3-2": "deepseek/deepseek-v3.2",
        "acme/flash": "acme/flash",
        "zeta/flash": "zeta/flash",
    },
)


@pytest.mark.parametrize(
    ("query", "matched_by", "offering", "model"),
    [
        pytest.param("openai/gpt-4o", "exact", "openai/gpt-4o", GPT, id="exact"),
        pytest.param(
            "openrouter/anthropic/claude-opus-4.5",
            "exact",
            "openrouter/anthropic/claude-opus-4.5",
            "anthropic/claude-opus-4.5",
            id="exact with slashes",
        ),
        pytest.param("OpenAI/GPT-4o", "exact", "openai/gpt-4o", GPT, id="exact in another case"),
        pytest.param("  openai/gpt-4o\n", "exact", "openai/gpt-4o", GPT, id="exact with blanks around"),
        pytest.param(
            "aws/anthropic.claude-opus-4-5-20251101-v1:0",
            "alias",
            "bedrock/anthropic.claude-opus-4-5-20251101-v1:0",
            OPUS_DATED,
            id="another name of the provider",
        ),
        pytest.param(
            "together_ai/deepseek-ai/DeepSeek-V3.2",
            "alias",
            "together/deepseek-ai/DeepSeek-V3.2",
            "deepseek/deepseek-v3.2",
            id="another spelling of the provider",
        ),
        pytest.param("opus-latest", "alias", OPUS_DATED, OPUS_DATED, id="alias"),
        pytest.param("Opus-Latest", "alias", OPUS_DATED, OPUS_DATED, id="alias in another case"),
        pytest.param("anthropic/opus-latest", "alias", OPUS_DATED, OPUS_DATED, id="alias at its provider"),
        pytest.param(
            "azure/o3",
            "alias",
            "azure/o3-2025-04-16",
            "openai/o3-2025-04-16",
            id="alias at the provider that calls it so",
        ),
        pytest.param("o3", "own_id", "openai/o3", O3, id="a providers very own id before an alias of somebody else"),
        pytest.param(
            "anthropic/claude-opus-4.5",
            "model",
            "anthropic/claude-opus-4-5",
            "anthropic/claude-opus-4.5",
            id="model by its id",
        ),
        pytest.param(
            "claude-opus-4-5",
            "own_id",
            "anthropic/claude-opus-4-5",
            "anthropic/claude-opus-4.5",
            id="what only the maker calls so",
        ),
        pytest.param("gpt-4o", "model", "openai/gpt-4o", GPT, id="the authors own offering that is called just so"),
        pytest.param(
            "deepseek-ai/deepseek-v3-2",
            "model",
            "together/deepseek-ai/DeepSeek-V3.2",
            "deepseek/deepseek-v3.2",
            id="author by another name, the only offering",
        ),
        pytest.param("unlinked-thing", "own_id", "zeta/unlinked-thing", None, id="the only one that is called so"),
        pytest.param(
            "claude opus 4.5",
            "normalised",
            "anthropic/claude-opus-4-5",
            "anthropic/claude-opus-4.5",
            id="bare name in another spelling",
        ),
        pytest.param(
            "together/deepseek-ai/deepseek-v3-2",
            "normalised",
            "together/deepseek-ai/DeepSeek-V3.2",
            "deepseek/deepseek-v3.2",
            id="at a provider in another spelling",
        ),
        pytest.param("Opus Latest", "normalised", OPUS_DATED, OPUS_DATED, id="alias in another spelling"),
        pytest.param(
            "vertex_ai/claude-opus-4-5@20251101",
            "normalised",
            None,
            OPUS_DATED,
            id="a provider that is not known to offer it",
        ),
        pytest.param(
            "us.anthropic.claude-opus-4-5-20251101-v1:0", "normalised", None, OPUS_DATED, id="a place that nobody lists"
        ),
        pytest.param("flash", "ambiguous", None, None, id="ambiguous name"),
        pytest.param("fast", "ambiguous", None, None, id="ambiguous alias"),
        pytest.param("gpt-9000", "none", None, None, id="none"),
        pytest.param("claude-nonsense-7", "none", None, None, id="none of a known family"),
        pytest.param("totally/unknown", "none", None, None, id="none at all"),
        pytest.param("totally/gpt-4o", "none", None, None, id="a provider that does not exist"),
        pytest.param("", "none", None, None, id="nothing"),
        pytest.param("   ", "none", None, None, id="blanks"),
    ],
)
def test_it_finds_by_the_first_rule_that_fits(query, matched_by, offering, model):
    answer = FINDER.find(query)

    assert (answer.matched_by, answer.offering, answer.model) == (matched_by, offering, model)
    assert answer.found is (offering is not None or model is not None)


def test_it_names_the_other_offerings_of_a_model():
    others = FINDER.find("gpt-4o").candidates

    assert {c["id"] for c in others} == {"openai/gpt-4o:extended", "openrouter/openai/gpt-4o", "azure/gpt-4o"}


def test_it_names_what_an_ambiguous_word_may_mean():
    assert {c["id"] for c in FINDER.find("fast").candidates} == {"acme/flash", "zeta/flash"}


def test_it_names_the_same_provider_first_for_a_place_that_nobody_lists():
    answer = FINDER.find("bedrock/us.anthropic.claude-opus-4-5-20251101-v1:0")

    assert answer.candidates[0]["id"] == "bedrock/anthropic.claude-opus-4-5-20251101-v1:0"


def test_it_suggests_what_is_like_the_word_and_never_answers_with_it():
    answer = FINDER.find("claude-opuss-4.5")

    assert not answer.found
    assert answer.candidates[0]["id"] == "anthropic/claude-opus-4.5"
    assert 0.6 <= answer.candidates[0]["score"] <= 1


def test_it_suggests_a_hosted_model_before_the_fine_tunes_of_a_hub():
    hosted = [Listed(f"{host}/acme/rocket-70b-chat", "acme/rocket-70b-chat") for host in ("groq", "together")]
    tuned = Listed("featherless/someone/Rocket-70B-Chats", "someone/rocket-70b-chats")
    models = {"acme/rocket-70b-chat": "acme/rocket-70b-chat", "someone/rocket-70b-chats": "someone/rocket-70b-chats"}
    answer = Finder([*hosted, tuned], models).find("rocket-70b-chatss")

    ids = [candidate["id"] for candidate in answer.candidates]
    assert ids[0] == "acme/rocket-70b-chat"
    assert "someone/rocket-70b-chats" in ids


def test_it_takes_an_alias_that_is_stated_twice_for_one():
    finder = Finder([Listed("acme/flash", "acme/flash", ("Fast", "fast"))], {"acme/flash": "acme/flash"})

    assert finder.find("fast").offering == "acme/flash"


@given(st.text() | st.text(st.characters()) | st.text("acdeglmnopt/-.:@0123456789 \x00", max_size=500))
def test_it_never_raises_on_odd_text(text):
    answer = FINDER.find(text)

    assert answer.matched_by in ("exact", "own_id", "alias", "model", "normalised", "ambiguous", "none")
    assert answer.found == (answer.matched_by not in ("ambiguous", "none"))


@pytest.mark.parametrize(
    "text", ["\ud800", "a" * 10_000, "/" * 500, "\x00/\x00", "\u0130/\u0131", "/", "a/", "/a"], ids=ascii
)
def test_it_never_raises_on_what_breaks_others(text):
    FINDER.find(text).as_json()


@given(st.sampled_from(sorted(FINDER._index.offerings)))
def test_it_finds_every_offering_by_its_very_id(key):
    assert FINDER.find(key).offering == key
    assert FINDER.find(key).matched_by == "exact"
