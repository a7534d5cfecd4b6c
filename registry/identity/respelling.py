"""Equivalent spellings of the models of one author, as data.

Every rule states a fact about a model family, not about one id, and gives its reason in `because`.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple


class Spelling(NamedTuple):
    """Names of one author that are written in several ways: what matches `pattern` is written as `as_`."""

    author: str
    pattern: str
    as_: str
    because: str


_MISTRAL_SERIES: Final = r"(mistral-(?:small|medium|large)|(?:devstral|magistral|voxtral)-(?:mini|small|medium))"

SPELLINGS: Final = (
    Spelling("anthropic", r"^claude-([4-9](?:-\d)?)-(opus|sonnet|haiku)(?=-|$)",
             r"claude-\2-\1", "since 4, tier before version"),
    Spelling("anthropic", r"^claude-(opus|sonnet|haiku)-(3(?:-\d)?)(?=-|$)",
             r"claude-\2-\1", "until 3.7, version before tier"),
    Spelling("anthropic", r"^(claude-(?:opus|sonnet|haiku)-4)-0(?=-|$)", r"\1", "4.0 is 4"),
    Spelling("anthropic", r"^(claude-(?:opus|sonnet|haiku))(?=\d)", r"\1-", "a hyphen or none"),
    Spelling("anthropic", r"^(claude-(?:opus|sonnet|haiku))-([4-9])(\d)(?=-|$)",
             r"\1-\2-\3", "the point left out: no version has two digits"),
    Spelling("anthropic", r"^claude-3-5-sonnet-v2(?:-20241022)?$",
             "claude-3-5-sonnet-20241022", "Vertex and Bedrock count the second release of 3.5 Sonnet, of that day"),
    Spelling("anthropic", r"^claude-v2:1$", "claude-2-1", "Bedrock's version of the listing is the model's"),
    Spelling("openai", r"^(gpt-5(?:-\d)?-chat)-latest$",
             r"\1", "OpenAI has it under no other name; hosts leave latest out"),
    Spelling("openai", r"^gpt-4-(?:turbo-)?(?:preview-)?(1106|0125)(?:-preview)?$",
             r"gpt-4-\1-preview", "the two previews of GPT-4 Turbo are named by their days"),
    Spelling("openai", r"^gpt-35(?=-)", "gpt-3-5", "the point left out"),
    Spelling("openai", r"^gpt-3-5(?=-(?:16k|0\d{3})(?:-|$))", "gpt-3-5-turbo", "it is served as turbo only"),
    Spelling("openai", r"^((?:gpt|davinci|babbage)-.+)\.ft$", r"ft:\1", "Azure marks the price of fine-tunes behind"),
    Spelling("openai", r"^(ft:[^:]+):$", r"\1", "the name of the fine-tune left out"),
    Spelling("google", r"^gemini-?([1-3])([05])(?=-(?:pro|flash))", r"gemini\1-\2", "the point left out"),
    Spelling("google", r"^gemini-(pro|flash(?:-lite)?)(-8b)?-(\d-\d)(-8b)?(?=-|$)",
             r"gemini\3-\1\2\4", "version before tier or behind"),
    Spelling("google", r"^(gemma\d)-(26b)(?=-it|$)", r"\1-26b-a4b", "there is one of that size"),
    Spelling("google", r"^(veo|imagen|lyria)(?=\d)", r"\1-", "a hyphen or none"),
    Spelling("meta-llama", r"^llama3-3-70b$", "llama3-3-70b-instruct", "3.3 comes as instruct only"),
    Spelling("meta-llama", r"^(llama3-[13]-\d+b)-(?:versatile|instant)$", r"\1-instruct", "Groq's words"),
    Spelling("meta-llama", r"^llamaguard", "llama-guard", "one word or two"),
    Spelling("meta-llama", r"^code-llama", "codellama", "one word or two"),
    Spelling("meta-llama", r"^llama3-(8b|70b)-chat$",
             r"llama3-\1-instruct", "Llama 3 has no chat but the instruct build"),
    Spelling("meta-llama", r"^llama4-(scout|maverick)(?:-17b)?(?:-16e|-128e)?-instruct$",
             r"llama4-\1", "Scout and Maverick come in one size; only base weights are named without instruct"),
    Spelling("meta-llama", r"^llama3-2-(11b|90b)-(?!vision)",
             r"llama3-2-\1-vision-", "in 3.2, those sizes are the vision ones"),
    Spelling("mistralai",
             rf"^{_MISTRAL_SERIES}(?:-\d{{1,2}}(?:-\d)?)?(?:-\d+b)?(?:-instruct)?-(2[3-9](?:0[1-9]|1[0-2]))$",
             r"\1-\2", "a series and a month are one release; number and size say the same again"),
    Spelling("mistralai", r"^mistral-small-3-1(?:-24b)?-instruct$",
             "mistral-small-2503", "3.1 is named 2503 too at Hugging Face"),
    Spelling("mistralai", r"^mistral-small-3-2(?:-24b)?-instruct$",
             "mistral-small-2506", "3.2 is named 2506 too at Hugging Face"),
    Spelling("mistralai", r"^mistral-large-3-675b(?:-instruct)?$",
             "mistral-large-2512", "3 is named 2512 too at Hugging Face"),
    Spelling("mistralai", r"^devstral-2(?:-123b)(?:-instruct)?(?:-2512)?$",
             "devstral-2512", "2 is named 2512 too at Hugging Face"),
    Spelling("mistralai", r"^ministral3-(3b|8b|14b)(?:-instruct)?(?:-2512)?$",
             r"ministral\1-2512", "the third series is that of 2512"),
    Spelling("mistralai", r"^(?:open-)?mistral-nemo(?:-instruct)?(?:-2407)?$", "mistral-nemo", "there was one release"),
    Spelling("mistralai", r"^mistral-nemo-12b-instruct$", "mistral-nemo", "it has one size"),
    Spelling("mistralai", r"^(ministral\d+b)-instruct-2512$", r"\1-2512", "the other builds are always named"),
    Spelling("mistralai", r"^mistral-(?:small-)?31-24b(?:-instruct)?$",
             "mistral-small-2503", "3.1, the point left out"),
    Spelling("mistralai", r"^(mistral-(?:7b|large|small)-.*v)0(\d)$", r"\g<1>0-\2", "the point left out"),
    Spelling("mistralai", r"^mistral-medium-3(?:-instruct|-001)?$", "mistral-medium-2505", "3 is named 2505 too"),
    Spelling("mistralai", r"^mistral-medium-3-1$", "mistral-medium-2508", "3.1 is named 2508 too"),
    Spelling("mistralai", r"^(magistral-(?:small|medium))-1-2$", r"\1-2509", "1.2 is named 2509 too"),
    Spelling("mistralai", r"^devstral-small-1-1$", "devstral-small-2507", "1.1 is named 2507 too"),
    Spelling("mistralai", r"^mistral-large-3(?:-2512)?$", "mistral-large-2512", "3 is named 2512 too"),
    Spelling("mistralai", r"^labs-(?=devstral|mistral)", "", "Mistral marks what it tries out"),
    Spelling("mistralai", r"^mistral-saba-24b$", "mistral-saba", "it has one size"),
    Spelling("mistralai", r"^((?:mistral|codestral)-?[a-z]*-2[3-9](?:0[1-9]|1[0-2]))-001$",
             r"\1", "Vertex counts its builds"),
    Spelling("mistralai", r"^(mixtral8x(?:7|22)b)-v0-1$", r"\1", "0.1 is the only version"),
    Spelling("mistralai", r"^pixtral-12b-2409$", "pixtral-12b", "there was one release"),
    Spelling("mistralai", r"^(mixtral8x(?:7|22)b-instruct)-v0-1$", r"\1", "0.1 is the only version"),
    Spelling("deepseek", r"^(deepseek-v3-[12])-chat$", r"\1", "the other mode is always named"),
    Spelling("deepseek", r"^v3$", "deepseek-v3-1", "Bedrock's v3 is V3.1, by Amazon's own name of it"),
    Spelling("deepseek", r"^(?=r1(?:-|$)|v3-\d)", "deepseek-", "Bedrock leaves the author's name out"),
    Spelling("deepseek", r"^deepseek-chat-v(?=[23])",
             "deepseek-v", "OpenRouter names the API model and the weights at once"),
    Spelling("deepseek", r"^(deepseek-(?:r1|v3(?:-\d)?))-671b$", r"\1", "they have one size"),
    Spelling("qwen", r"^qwen(3)([5-9])(?=-)", r"qwen\1-\2", "the point left out"),
    Spelling("qwen", r"^(qwen3-[56]-35b)(?=$|-instruct)", r"\1-a3b", "there is one of that size"),
    Spelling("qwen", r"^qwen3-coder$", "qwen3-coder-480b-a35b", "it was announced as this one"),
    Spelling("qwen", r"^qwen25(?=-)", "qwen2-5", "the point left out"),
    Spelling("qwen", r"^qwen3-235b-(?=2507|instruct-2507|thinking-2507)",
             "qwen3-235b-a22b-", "there is one of that size"),
    Spelling("qwen", r"^(qwen3-\d+b-a\d+b)-2507$", r"\1-instruct-2507", "in the 2507 series, thinking is always said"),
    Spelling("qwen", r"^(qwen3-coder-(?:480b-a35b|30b-a3b))-instruct$", r"\1", "Qwen3-Coder comes as instruct only"),
    Spelling("qwen", r"^qwen3-coder-480b$", "qwen3-coder-480b-a35b", "there is one of that size"),
    Spelling("microsoft", r"^phi35(?=-)", "phi3-5", "the point left out"),
    Spelling("microsoft", r"^(phi3-(?:mini|small|medium)-\d+k)$", r"\1-instruct", "they come as instruct only"),
    Spelling("microsoft", r"^(phi4-(?:mini|multimodal))$", r"\1-instruct", "they come as instruct only"),
    Spelling("moonshotai", r"^kimi-k2-7$", "kimi-k2-7-code", "2.7 comes as Code only"),
    Spelling("moonshotai", r"^(kimi-k)(\d)(\d)(?=-|$)", r"\1\2-\3", "the point left out"),
    Spelling("minimax", r"^(minimax-m\d)(\d)(?=-|$)", r"\1-\2", "the point left out"),
    Spelling("z-ai", r"^glm([45])(\d)(?=-|v|$)", r"glm\1-\2", "the point left out"),
    Spelling("x-ai", r"^grok4-07-09$", "grok4-0709", "the day with a hyphen"),
    Spelling("x-ai", r"^(grok4-20(?:-multi-agent)?)-beta-0309(?=-|$)",
             r"\1-0309", "xAI lists them as names of one model"),
    Spelling("ai21", r"^jamba-(large|mini)-(\d-\d)(?=-|$)", r"jamba\2-\1", "version before tier or behind"),
    Spelling("ai21", r"^(jamba\d-\d-(?:large|mini))-(?:instruct|001)$", r"\1", "one build, which Vertex counts"),
    Spelling("nvidia", r"^(?:nvidia-)+(?=nemotron)", "", "the maker's name before the family's"),
    Spelling("nvidia", r"^nemotron-(nano|super|ultra)-3-", r"nemotron-3-\1-", "version before tier or behind"),
    Spelling("nvidia", r"^nemotron-3-nano(?:-30b)?$", "nemotron-3-nano-30b-a3b", "the first of the tier"),
    Spelling("nvidia", r"^nemotron(?:-3)?(?:-super)?-120b(?:-a12b)?$|^nemotron-3-super$",
             "nemotron-3-super-120b-a12b", "there is one of that size and tier"),
    Spelling("nvidia", r"^nemotron-3-ultra(?:-550b)?$", "nemotron-3-ultra-550b-a55b", "there is one of that tier"),
    Spelling("nvidia", r"^nemotron-3-nano-omni(?:-30b-a3b)?$",
             "nemotron-3-nano-omni-30b-a3b-reasoning", "there is one of it"),
    Spelling("nvidia", r"^nemotron-nano-v2-(9b|12b)(?=-|$)", r"nemotron-nano-\1-v2", "size before version or behind"),
    Spelling("nvidia", r"^(llama3-1-nemotron-ultra-253b)$", r"\1-v1", "there was one version"),
    Spelling("upstage", r"^solar-pro(?=\d)", "solar-pro-", "a hyphen or none"),
    Spelling("sao10k", r"^l3([13])(?=-)", r"l3-\1", "the point left out"),
    Spelling("sao10k", r"^l3-(?:8b-)?lunaris(?:-8b)?(?:-v1)?$", "l3-lunaris-8b", "it has one size and version"),
    Spelling("deepcogito", r"^cogito-671b-(v2(?:-\d)?)$", r"cogito-\1-671b", "version before size or behind"),
    Spelling("essentialai", r"^rnj-1-8b$", "rnj-1-instruct", "it has one size; the other build is called base"),
    Spelling("stabilityai", r"^sd(?=3)", "stable-diffusion-", "the API's name, and the model's"),
    Spelling("recraft", r"^recraftv", "recraft-v", "a hyphen or none"),
    Spelling("minimax", r"^minimax-(?=speech|hailuo)", "", "the maker's name before the family's"),
    Spelling("runway", r"^(gen|aleph)(?=\d)", r"\1-", "a hyphen or none"),
    Spelling("liquid", r"^lfm-(?=\d)", "lfm", "a hyphen or none"),
    Spelling("bytedance", r"^(see(?:dream|dance))-v(?=\d)", r"\1-", "with the v or without"),
    Spelling("moonshotai", r"^kimi-k2-instruct(?=-|$)", "kimi-k2", "the other build is always called base"),
    Spelling("moonshotai", r"^(kimi-k2-(?:0711|0905))-preview$", r"\1", "Moonshot's API calls the builds previews"),
    Spelling("moonshotai", r"^kimi-k2-(?:1t|0711)$", "kimi-k2", "it has one size; the first build's day"),
    Spelling("cohere", r"^c4ai-(?=aya|command)", "", "the lab's name before the family's"),
    Spelling("cohere", r"^embed-v(\d)(?:-0)?-(english|multilingual)", r"embed-\2-v\1", "language before version"),
    Spelling("cohere", r"^(embed-(?:english|multilingual)(?:-light)?-v\d)-0$", r"\1", "v3.0 is v3"),
    Spelling("cohere", r"^embed-v-?4(?:-0)?$", "embed-v4", "v4.0 is v4"),
    Spelling("cohere", r"^rerank-(\d-\d)$", r"rerank-v\1", "with the v or without"),
    Spelling("amazon", r"^(nova-(?:2-)?(?:premier|pro|lite|micro|canvas|sonic))$",
             r"\1-v1", "each has had one version"),
    Spelling("black-forest-labs", r"^flux\.(?=\d)", "flux-", "a point or a hyphen"),
    Spelling("black-forest-labs", r"^flux-(?=kontext-|(?:schnell|dev)(?:-|$)|pro$)",
             "flux-1-", "the second is always numbered"),
    Spelling("black-forest-labs", r"^flux-pro-v?1-1(?=-|$)", "flux-1-1-pro", "version before tier"),
    Spelling("black-forest-labs", r"^flux-pro-kontext$", "flux-1-kontext-pro", "fal's path"),
    Spelling("black-forest-labs", r"^flux-pro-kontext-max$", "flux-1-kontext-max", "fal's path"),
)  # fmt: skip
_SPELLINGS: Final = tuple((rule.author, re.compile(rule.pattern), rule.as_) for rule in SPELLINGS)


def respell(author: str, name: str) -> str:
    """A canonical name in the preferred spelling of its family."""
    for of, pattern, as_ in _SPELLINGS:
        if of == author:
            name = pattern.sub(as_, name, count=1)
    return name
