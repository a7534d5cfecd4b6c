"""Facts about the names of each author's models, as data: how they begin, and which words name a fine-tune."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from registry.identity import names

#: Fine-tunes by the word that names them, wherever it stands: whose model `llama-3.1-sonar-large` is, the word says.
FINE_TUNES: Final = (
    (r"(?<!mistral-)nemotron", "nvidia"),
    (r"sonar", "perplexity"),
    (r"r1-1776", "perplexity"),
    (r"chimera", "tngtech"),
    (r"lumimaid|noromaid", "neversleep"),
    (r"euryale|lunaris|stheno|fimbulvetr", "sao10k"),
    (r"chronos", "austism"),
    (r"openhermes", "teknium"),
    (r"hermes|deephermes|nous", "nousresearch"),
    (r"dolphin3?", "cognitivecomputations"),
    (r"anubis|cydonia|rocinante|skyfall|unslopnemo|valkyrie|behemoth", "thedrummer"),
    (r"typhoon2?", "scb10x"),
    (r"solidity", "alfredpros"),
    (r"arliai", "arliai"),
    (r"sea-lion", "aisingapore"),
    (r"swallow", "tokyotech-llm"),
    (r"tulu", "allenai"),
    (r"cogito", "deepcogito"),
    (r"dobby", "sentientagi"),
    (r"shisa", "shisa-ai"),
    (r"qwerky", "featherless-ai"),
    (r"phind", "phind"),
    (r"(?<=llama3-)groq", "groq"),
    (r"zephyr", "huggingfaceh4"),
    (r"mythomax", "gryphe"),
    (r"mythalion", "pygmalionai"),
    (r"midnight-rose|rogue-rose", "sophosympatheia"),
    (r"sorcererlm", "raifle"),
    (r"eva", "eva-unit-01"),
    (r"celeste", "nothingiisreal"),
    (r"starcannon", "aetherwiing"),
    (r"inferor", "infermatic"),
    (r"remm-slerp", "undi95"),
    (r"deepcoder", "agentica-org"),
    (r"openhands", "all-hands"),
)
#: Builds by unnamed people, whose names hold no more than the base model's and this word.
_ANONYMOUS: Final = re.compile(r"(^|-)(abliterated|derestricted|heretic|obliterated|uncensored)(-|$)")
#: Authors by the prefixes of their models' names.
FAMILIES: Final = (
    (r"claude", "anthropic"),
    (r"gpt-(?!j|neo)", "openai"),
    (r"chatgpt", "openai"),
    (r"o[134](-|$)", "openai"),
    (r"text-embedding-(3|ada)|dall-e|whisper|tts-1|davinci|babbage", "openai"),
    (r"(text|code)-(davinci|curie|babbage|ada|cushman)|text-moderation", "openai"),
    (r"omni-moderation|codex-mini|computer-use-preview|sora-\d", "openai"),
    (r"gemini|gemma|imagen|veo-?\d|learnlm|medgemma|codegemma|nano-banana|lyria-|chirp|deep-research-p", "google"),
    (r"text-embedding-00\d|text-multilingual-embedding|textembedding-gecko|multimodalembedding", "google"),
    (r"(chat|code|codechat|text)-(bison|gecko|unicorn)|palm-2|medlm|imagegeneration|virtual-try-on", "google"),
    (r"(meta-)?llama-?[1-9]|llama-v[23]|llama-?guard|llama-prompt-guard|code-?llama", "meta-llama"),
    (r"muse-(spark|glimmer|wonder)|m2m100", "meta-llama"),
    (r"mistral-|mixtral|ministral|(mamba-)?codestral|devstral|magistral|pixtral|voxtral|open-mi[sx]tral", "mistralai"),
    (r"deepseek(?!.*distill)|deepseek-r1-(0528-)?distill-(llama|qwen)", "deepseek"),
    (r"(qwen|qwq|qvq)|wan-?\d|happyhorse|tongyi-|text-embedding-v\d", "qwen"),
    (r"grok", "x-ai"),
    (r"kimi|moonshot-v1", "moonshotai"),
    (r"glm-?\d|glm-|chatglm|cogview|cogvideo", "z-ai"),
    (r"(minimax|abab|hailuo)", "minimax"),
    (r"(nova-(premier|pro|lite|micro|canvas|reel|sonic|2-)|titan-)", "amazon"),
    (r"(command-|command$|c4ai-|aya-|embed-(english|multilingual|v-?\d)|rerank-(english|multilingual|v?\d))", "cohere"),
    (r"north-mini", "cohere"),
    (r"jamba|j2-", "ai21"),
    (r"phi-?[1-9]|mai-|wizardlm-2", "microsoft"),
    (r"ernie", "baidu"),
    (r"seed-?(1|2)|doubao|seedream|seedance", "bytedance"),
    (r"flux", "black-forest-labs"),
    (r"(stable-(diffusion|image)|sdxl|sd3)(?!.*lightning)", "stabilityai"),
    (r"step-?[1-9]", "stepfun"),
    (r"(palmyra)", "writer"),
    (r"(solar-)", "upstage"),
    (r"voyage-", "voyage"),
    (r"mimo-", "xiaomi"),
    (r"yi(-|\d)", "01-ai"),
    (r"kat-(coder|dev)|kling", "kuaishou"),
    (r"hunyuan|hy[34](-|$)", "tencent"),
    (r"longcat", "meituan"),
    (r"(ling|ring)-(\d|flash|mini)|ming-", "inclusionai"),
    (r"trinity-(mini|nano|large)|virtuoso-|maestro-reasoning|arcee-", "arcee-ai"),
    (r"mercury-(2|coder|edit)", "inception"),
    (r"lfm-?\d", "liquid"),
    (r"granite-", "ibm"),
    (r"reka-", "rekaai"),
    (r"laguna-", "poolside"),
    (r"inkling", "thinkingmachines"),
    (r"intellect-\d", "prime-intellect"),
    (r"rnj-", "essentialai"),
    (r"aion-", "aion-labs"),
    (r"fugu", "sakana"),
    (r"sarvam-", "sarvam"),
    (r"ideogram", "ideogram"),
    (r"recraft", "recraft"),
    (r"internvl", "opengvlab"),
    (r"olmo", "allenai"),
    (r"bge-", "baai"),
    (r"(multilingual-)?e5-", "intfloat"),
    (r"nomic-embed", "nomic-ai"),
    (r"all-minilm", "sentence-transformers"),
    (r"starcoder", "bigcode"),
    (r"falcon-?\d", "tiiuae"),
    (r"mpt-\d", "mosaicml"),
    (r"dbrx", "databricks"),
    (r"openchat", "openchat"),
    (r"toppy", "undi95"),
    (r"apertus-", "swiss-ai"),
    (r"paddleocr", "paddlepaddle"),
    (r"goliath", "alpindale"),
    (r"llemma", "eleutherai"),
    (r"inflection-\d", "inflection"),
    (r"jais-", "core42"),
    (r"tinyllama", "tinyllama"),
    (r"(coder|caller)-large", "arcee-ai"),
    (r"hidream", "hidream-ai"),
    (r"eleven-(v\d|multilingual|turbo|flash|english)", "elevenlabs"),
    (r"morph-v\d", "morph"),
    (r"v0-\d-\d-(md|lg)", "vercel"),
    (r"magnum-v\d", "anthracite-org"),
)  # fmt: skip
_FAMILIES: Final = tuple((re.compile(pattern), author) for pattern, author in FAMILIES)
_FINE_TUNES: Final = tuple((re.compile(rf"(?:^|-)(?:{word})(?=-|\d|$)"), author) for word, author in FINE_TUNES)
#: Names that leave open which model is meant: `-instruct` or `-thinking`; the preview of April or of May.
_OPEN: Final = re.compile(r"qwen3-(vl-(235b-a22b|30b-a3b|32b|8b|4b|2b)|next-80b-a3b|235b)|gemini2-5-flash-preview")
#: Words with which several makers name models. A maker's own platform means its own by them.
_SHARED_WORD: Final = re.compile(r"(rerank|embed|nova|command|step|seed|solar|titan|mercury)(-|\d|$)")
#: What a name of open weights holds that was not tuned further.
_PLAIN: Final = re.compile(
    r"(code|med)?(llama|qwen|qwq|gemma|mistral|mixtral|ministral|devstral|phi|deepseek|kimi|glm|gpt|solar|wizardlm|minimax"
    r"|falcon|mpt|hermes|nemotron)(\d+x)?(-?[a-z]?\d+o?b?)*"
    r"(-([a-z]{0,2}\d+(x\d+)?[bm]?|instruct|chat|it|pt|qat|base|thinking|reasoning|vision|vl|coder|math|python|guard"
    r"|next|oss|nemo|small|mini|medium|large|super|ultra|nano|air|flash|scout|maverick|distill|nemotron"
    r"|(llama|qwen)(\d+b?)?))*"
)

#: Author names in front of family names, as in `zai-org-glm-4.7` and `Cohere-command-r`.
_KNOWN_AUTHORS: Final = {
    *names.AUTHOR_ALIASES,
    *names.AUTHOR_ALIASES.values(),
    *(author for _, author in (*FAMILIES, *FINE_TUNES)),
}
_AUTHORS_WORDS: Final = tuple(sorted(_KNOWN_AUTHORS, key=len, reverse=True))


@lru_cache(maxsize=65_536)
def family_author(name: str) -> str | None:
    """The author that a canonical name identifies: by a fine-tune's word, else by its prefix."""
    if _ANONYMOUS.search(name):
        return None
    tuned = (author for pattern, author in _FINE_TUNES if pattern.search(name))
    return next(tuned, None) or next((author for pattern, author in _FAMILIES if pattern.match(name)), None)


@lru_cache(maxsize=65_536)
def without_author(name: str) -> str:
    """A canonical name without a leading author name, when what follows is one of that author's families."""
    for word in _AUTHORS_WORDS:
        rest = name.removeprefix(f"{word}-")
        if rest != name and family_author(rest) == names.author(word):
            return without_author(rest)
    return name


def without_vendor(name: str) -> str:
    """A canonical name without vendor and point, as in `anthropic.claude-opus-5`, when the family is the vendor's."""
    vendor, separator, rest = name.partition(".")
    rest = without_author(rest)
    return rest if separator and family_author(rest) == names.author(vendor) else name


def is_tuned(name: str) -> bool:
    """Whether a name begins with the model that a fine-tune was made of: `llama-3.1-nemotron`, not `nemotron-3`."""
    return any(match.start() > 0 for pattern, _ in _FINE_TUNES if (match := pattern.search(name)))


def is_author(word: str) -> bool:
    """Whether a word is a name of an author."""
    return word in _KNOWN_AUTHORS


def is_shared_word(name: str) -> bool:
    """Whether a name begins with a word that several makers use."""
    return bool(_SHARED_WORD.match(name))


def is_open(name: str) -> bool:
    """Whether a name leaves open which of several models it means."""
    return bool(_OPEN.fullmatch(name))


def is_plain(name: str) -> bool:
    """Whether a name holds nothing but a family, sizes, versions and builds: weights that were not tuned further."""
    return bool(_PLAIN.fullmatch(name))
