"""What the sources say that are tables of `simple.toml`: all that their samples hold."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from syncers.registry import SIMPLE, load, tables
from tests.syncers import sampled
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sources.samples import SAMPLES

#: Source → id → what is stated of it: prices as amounts without their prefix, then all else.
STATED: Final[dict[str, dict[str, dict[str, Any]]]] = {
    "akash": {
        "openai/gpt-oss-920b": {
            "input": Decimal("0.03"), "output": Decimal("0.17"), "cache_read": Decimal("0.01"),
            "context_window": 131_072, "max_output_tokens": 32_768, "quantization": "fp4",
            "supported_parameters": ("temperature",),
            "supports_tools": True, "supports_reasoning": True,
        },
        "zai-org/GLM-9": {
            "input": Decimal("0.6"), "output": Decimal("2.2"),
            "context_window": 131_072, "max_output_tokens": 32_768, "quantization": "fp4",
            "supported_parameters": ("temperature",),
        },
        "Qwen/Qwen9-35B": {
            "input": Decimal("0.1"), "output": Decimal("0.4"), "request": Decimal("0.002"),
            "context_window": 131_072, "max_output_tokens": 32_768, "supports_tools": True, "supports_reasoning": True,
            "supported_parameters": ("temperature",),
        },
        "new/model": {},
    },
    "anannas": {
        "openai/gpt-9": {
            "input": Decimal("2.5"), "output": Decimal(10), "context_window": 128_000,
            "name": "GPT-9", "description": "A model.",
            # `multimodal` does not say in what.
            "supports_tools": True, "supports_json_mode": True, "supports_streaming": True,
        },
        "claude-sonnet-9-20260514": {
            "input": Decimal(3), "output": Decimal(15), "context_window": 200_000, "supports_reasoning": True,
            "name": "Claude Sonnet 9",
        },
        "perplexity/sonar-9": {
            "input": Decimal(1), "output": Decimal(1), "request": Decimal("0.005"), "context_window": 127_000,
            "supports_audio_output": True, "name": "Sonar 9",
        },
        "new/model": {"name": "New"},
    },
    "baidu": {
        "ernie-9-turbo-32k": {
            "input": Decimal("0.8"), "output": Decimal("3.2"),
            "context_window": 32_768, "max_output_tokens": 12_288, "task": "chat",
        },
        "deepseek-v9-think": {
            "input": Decimal(4), "output": Decimal(12),
            "context_window": 32_768, "max_output_tokens": 32_768, "task": "chat",
        },
        "embed-9": {"input": Decimal("0.5"), "context_window": 32_768, "max_output_tokens": 12_288},
        "new": {},
    },
    "deepseek": {"deepseek-v9-flash": {}, "deepseek-v9-pro": {}},
    "elevenlabs": {
        "eleven_multilingual_v9": {
            "name": "Eleven Multilingual v9", "description": "Speaks many languages.", "task": "speech",
            "supports_fine_tuning": True, "languages": ("en",),
        },
        "eleven_sts_v9": {"name": "Eleven Voice Changer v9", "status": "preview", "supports_fine_tuning": False},
    },
    "groq": {
        "llama-9-70b-versatile": {"context_window": 131_072, "max_output_tokens": 32_768},
        "openai/gpt-oss-900b": {"context_window": 131_072, "max_output_tokens": 65_536},
        "whisper-large-v9": {"context_window": 448, "max_output_tokens": 448},
        "gemma-7b-it": {"context_window": 8_192},
        "playai-tts": {},
    },
    "meta": {"muse-spark-9": {}, "muse-spark-9-contributor": {}},
    # The price in its list is that of a crypto token, not of inference.
    "modelz": {"DeepAcme-R9": {}, "Acme-9-70B": {}, "acme_9.1": {}, "Acme Nine": {}},
    "moonshot": {
        "kimi-k9": {
            "context_window": 262_144, "supports_vision": True, "supports_video_input": False,
            "supports_reasoning": True,
        },
        "moonshot-v9-8k": {
            "context_window": 8_192, "supports_vision": False, "supports_video_input": False,
            "supports_reasoning": False,
        },
        "kimi-old": {},
    },
    "morpheus": {"llama-9-70b": {"context_window": 131_072}, "llama-9-70b:web": {}},
    "nvidia": {"acme/acme-9-70b-instruct": {}, "nvidia/nemo-9-super": {}, "acme/embed-9": {}, "baai/bge-9": {}},
    "sambanova": {
        "gpt-oss-920b": {
            "input": Decimal("0.22"), "output": Decimal("0.59"),
            "context_window": 131_072, "max_output_tokens": 131_072,
        },
        "DeepSeek-V9": {
            "input": Decimal(3), "output": Decimal("4.5"), "context_window": 131_072, "max_output_tokens": 7_168,
        },
        "Whisper-Large-v9": {"input[modality=audio;unit=hour]": Decimal("0.1"), "context_window": 4_096},
        "new": {},
    },
    "sarvam": {"sarvam-905b": {}, "sarvam-930b": {}},
    "stepfun": {"step-9-flash": {}, "stepaudio-9-tts": {}, "step-image-edit-9": {}},
    "upstage": {"solar-pro9": {}, "solar-pro9-260127": {}},
    "voyage": {"voyage-9-large": {}, "rerank-9": {}},
    "writer": {"palmyra-x9": {"name": "Palmyra X9"}, "palmyra-med-9": {"name": "Palmyra Med 9"}},
    "xiaomi": {"mimo-v9-pro": {}, "mimo-v9-asr": {}},
    "zai": {"glm-9.2": {}, "glm-9-flash": {}},
}  # fmt: skip
#: Two hosts of one provider: the second says the same of offerings of its own.
TWINS: Final = [slug for slug, table in tables(SIMPLE).items() if "like" in table]


def stated(slug: str, sample: str) -> dict[str, dict[str, Any]]:
    """What a source says of a sample, by id."""
    source = load(slug)
    claims = source().parse(SAMPLES[sample].body()).claims
    assert all(claim.offering.startswith(f"{source.speaks_for}/") for claim in claims)
    return {claim.offering.partition("/")[2]: sampled.prices(claim) | sampled.values(claim) for claim in claims}


@pytest.mark.parametrize("slug", [slug for slug, table in tables(SIMPLE).items() if "like" not in table])
def test_it_states_what_its_sample_holds_and_nothing_else(slug: str) -> None:
    assert stated(slug, slug) == STATED[slug]


@pytest.mark.parametrize("slug", TWINS)
def test_a_source_that_is_like_another_reads_the_same(slug: str) -> None:
    other = tables(SIMPLE)[slug]["like"]

    assert stated(slug, other) == stated(other, other)


def test_prices_are_in_the_currency_of_the_unit() -> None:
    parsed = load("baidu")().parse(SAMPLES["baidu"].body())

    assert {line[0].currency for claim in parsed.claims for line in map(claim.values.get, ["price.input"]) if line} == {
        "CNY"
    }


@pytest.mark.parametrize("key", ["data", "tokens"])
def test_a_list_may_stand_at_another_place_as_well(key: str) -> None:
    assert list(sampled.claims(load("modelz"), {key: [{"Token": "Acme-9"}]})) == ["modelz/Acme-9"]


def test_a_key_is_shown_in_the_header_that_a_table_names() -> None:
    assert load("sarvam").auth.sign("https://x", "key")[1] == {"api-subscription-key": "key"}
    assert load("elevenlabs").auth.sign("https://x", "key")[1] == {"xi-api-key": "key"}


@pytest.mark.parametrize("path", real_payloads("deepseek", "groq", "nvidia"))
def test_it_reads_real_payloads_whole(path: Path) -> None:
    sampled.read_whole(load(path.parent.name), path)
