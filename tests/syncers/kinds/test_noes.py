"""Who says no. A flag is published as "no" where its source says so, and never because a word is missing in a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from curation.core.claim import Claim, InvalidClaim
from registry.domain.fields import FIELDS, INPUT_FLAGS, OUTPUT_FLAGS
from syncers.errors import SourceError
from syncers.kinds.capabilities import flags, marks, modalities
from syncers.registry import load
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sources.samples import SAMPLES

#: Source → flags of which it says no: a true or false of its own, unless a remark tells of a list that is documented as
#: that of everything supported.
SAYS_NO: Final[Mapping[str, frozenset[str]]] = {
    slug: frozenset(name if name in FIELDS else f"supports_{name}" for name in names.split())
    for slug, names in {
        "anthropic": "batch code_execution vision pdf_input structured_output reasoning "
        # Of each effort it says whether it is there.
        "max_reasoning_effort xhigh_reasoning_effort low_reasoning_effort",
        # Streaming is a flag. `inputModalities` and `outputModalities` are documented, of TEXT, IMAGE and EMBEDDING.
        "bedrock": "streaming vision image_output",
        "cerebras": "streaming vision tools tool_choice parallel_tools json_mode structured_output reasoning",
        "deepgram": "streaming batch",
        "deepinfra": "reasoning",  # the tag `non-reasoning`
        "elevenlabs": "fine_tuning",
        "featherless": "tools vision",
        "fireworks": "tools vision",
        "google": "reasoning",
        "huggingface-router": "tools structured_output",
        "hyperbolic": "vision",
        "litellm": "none_reasoning_effort minimal_reasoning_effort low_reasoning_effort xhigh_reasoning_effort "
        "max_reasoning_effort tool_choice system_messages assistant_prefill vision tools parallel_tools "
        "structured_output reasoning prompt_caching streaming web_search code_execution computer_use pdf_input "
        "audio_input audio_output video_input",
        "mistral": "tools vision reasoning fine_tuning audio_input can_classify",
        # Three flags; `modalities` is required, and documented as the supported ones. PDF is left out too often.
        "models-dev": "reasoning tools structured_output open_weights vision audio_input video_input audio_output "
        "image_output video_output",
        "moonshot": "vision video_input reasoning",
        "moonshot-cn": "vision video_input reasoning",
        "nano-gpt": "vision",
        # `architecture` and `supported_parameters` are required, and documented as what is supported.
        "openrouter": "vision audio_input video_input image_output video_output tools json_mode structured_output "
        "reasoning is_moderated reasoning_mandatory reasoning_by_default",
        "requesty": "prompt_caching",
        "venice": "tools reasoning structured_output vision video_input audio_input web_search logprobs",
    }.items()
}
MEANINGS: Final = {"tools": "supports_tools", "vision": "supports_vision"}


def claims(slug: str, body: bytes) -> Iterable[Claim]:
    try:
        return load(slug)().parse(body).claims
    except (SourceError, InvalidClaim):
        return ()


def contradictions(values: Mapping[str, Any]) -> list[str]:
    """Flags of modalities that say other than the lists beside them."""
    lists = (("input_modalities", INPUT_FLAGS), ("output_modalities", OUTPUT_FLAGS))
    return [
        flag
        for name, flags_of in lists
        for word, flag in flags_of.items()
        if values.get(name) and flag in values and values[flag] != (word in values[name])
    ]


def test_no_source_says_no_but_those_that_really_do() -> None:
    for slug, sample in SAMPLES.items():
        claims = sample.parse(sample.body()).claims
        noes = {name for claim in claims for name, value in claim.values.items() if value is False}

        assert noes <= SAYS_NO.get(slug.partition(" ")[0], frozenset()), slug


def test_no_source_contradicts_itself_about_modalities() -> None:
    for slug, sample in SAMPLES.items():
        claims = sample.parse(sample.body()).claims

        assert [claim.offering for claim in claims if contradictions(claim.values)] == [], slug


@pytest.mark.parametrize("path", real_payloads("litellm", "models.dev", "openrouter", "bedrock", "mistral", "venice"))
def test_no_real_payload_becomes_a_no_of_nobody_or_a_contradiction(path: Path) -> None:
    slug = path.parent.name.replace(".", "-")
    parsed_claims = claims(slug, path.read_bytes())

    assert {name for claim in parsed_claims for name, value in claim.values.items() if value is False} <= SAYS_NO[slug]
    assert [claim.offering for claim in parsed_claims if contradictions(claim.values)] == []


def test_a_list_says_yes_for_its_words_and_nothing_of_others() -> None:
    assert marks(["tools"], MEANINGS) == {"supports_tools": True}
    assert marks([], MEANINGS) == marks(None, MEANINGS) == {}


def test_only_a_list_that_is_called_complete_says_no() -> None:
    assert flags(["tools"], MEANINGS) == {"supports_tools": True, "supports_vision": False}
    assert flags([], MEANINGS) == flags(None, MEANINGS) == {}


def test_modalities_are_stated_as_they_are_listed_with_the_flags_that_they_show() -> None:
    assert modalities(["Text", "image", "pdf"], ["text"]) == {
        "input_modalities": ["text", "image", "pdf"],
        "output_modalities": ["text"],
        "supports_vision": True,
        "supports_pdf_input": True,
    }
