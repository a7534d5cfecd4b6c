"""Whose model a name is: by the word of a fine-tune, else by the prefix of a family. `makers` holds both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from registry.identity import names
from registry.identity.makers import FAMILIES, FINE_TUNES

#: Builds by unnamed people, whose names hold no more than the base model's and this word.
_ANONYMOUS: Final = re.compile(r"(^|-)(abliterated|derestricted|heretic|obliterated|uncensored)(-|$)")


def _one_of(rules: Iterable[tuple[str, str]]) -> str:
    """One pattern of all rules, which is faster than a pattern each: the number of the group says which matched."""
    return "|".join(f"(?P<rule{number}>{pattern})" for number, (pattern, _) in enumerate(rules))


_FAMILY: Final = re.compile(_one_of(FAMILIES))
_FINE_TUNE: Final = re.compile(rf"(?:^|-)(?:{_one_of(FINE_TUNES)})(?=-|\d|$)")
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
    if tuned := _FINE_TUNE.search(name):
        return _author(FINE_TUNES, tuned)
    family = _FAMILY.match(name)
    return _author(FAMILIES, family) if family else None


def _author(rules: Sequence[tuple[str, str]], match: re.Match[str]) -> str:
    return rules[int((match.lastgroup or "").removeprefix("rule"))][1]


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
    tuned = _FINE_TUNE.search(name)
    return tuned is not None and tuned.start() > 0


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
