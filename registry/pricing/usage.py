"""What was used, under which conditions, and how it is divided into parts that are priced separately."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Final

from registry.domain.rates import RateKey, parse_key

MOST: Final = 10**15
FINEST: Final = 12
"""Digits after the point of what need not be whole."""
Quantity = int | Decimal


class InvalidUsage(ValueError):
    """An impossible usage. `field` names the wrong field, `nearest` the one probably meant."""

    def __init__(self, where: str, message: str, nearest: str | None = None) -> None:
        super().__init__(f"{where}: {message}")
        self.field = where
        self.message = message
        self.nearest = nearest


@dataclass(frozen=True)
class Usage:
    """What one call used. Every quantity defaults to 0. Raises InvalidUsage when parts exceed their whole."""

    input_tokens: int = 0
    """All input tokens, cached ones and all modalities included."""
    cache_read_tokens: int = 0
    """Input tokens read from a cache, all modalities."""
    cache_write_tokens: int = 0
    """Input tokens written to a cache, whatever the life of the entry."""
    cache_write_5m_tokens: int = 0
    """Those of `cache_write_tokens` that are kept for five minutes."""
    cache_write_1h_tokens: int = 0
    """Those of `cache_write_tokens` that are kept for an hour."""
    input_audio_tokens: int = 0
    """Audio among the input tokens, cached or not."""
    input_image_tokens: int = 0
    """Images among the input tokens, cached or not."""
    input_video_tokens: int = 0
    """Video among the input tokens, cached or not."""
    cache_read_audio_tokens: int = 0
    """Audio among the tokens read from a cache."""
    cache_read_image_tokens: int = 0
    """Images among the tokens read from a cache."""
    cache_read_video_tokens: int = 0
    """Video among the tokens read from a cache."""
    output_tokens: int = 0
    """All output tokens, reasoning and all modalities included."""
    reasoning_tokens: int = 0
    """Reasoning among the output tokens."""
    citation_tokens: int = 0
    """Citations among the output tokens."""
    output_audio_tokens: int = 0
    """Audio among the output tokens."""
    output_image_tokens: int = 0
    """Images among the output tokens."""
    output_video_tokens: int = 0
    """Video among the output tokens."""
    input_images: int = 0
    """Images given, where they are billed by the piece."""
    output_images: int = 0
    """Images made, where they are billed by the piece."""
    input_characters: int = 0
    """Characters given, where text is billed by them."""
    output_characters: int = 0
    """Characters made, where text is billed by them."""
    input_audio_seconds: Decimal = Decimal(0)
    """Seconds of audio given, where they are billed."""
    output_audio_seconds: Decimal = Decimal(0)
    """Seconds of audio made, where they are billed."""
    input_video_seconds: Decimal = Decimal(0)
    """Seconds of video given, where they are billed."""
    output_video_seconds: Decimal = Decimal(0)
    """Seconds of video made, where they are billed."""
    pages: int = 0
    """Pages read."""
    searches: int = 0
    """Searches made."""
    requests: int = 1
    """Number of calls. With more than one, the threshold that each exceeds is unknown."""
    others: Mapping[str, Quantity] = field(default_factory=dict)
    """Anything else, by rate key: `{"search[detail=context:low]": 2}`. Tokens and characters are counted singly."""

    def __post_init__(self) -> None:
        for name in QUANTITIES:
            _check(name, getattr(self, name), whole=name not in SECONDS)
        for word, quantity in self.others.items():
            _check(f"others.{word}", quantity, whole=_other(word).counted_in not in _DIVISIBLE)
        for whole, parts in _WHOLES.items():
            if (used := sum(getattr(self, part) for part in parts)) > getattr(self, whole):
                raise InvalidUsage(whole, f"less than its parts: {' + '.join(parts)} = {used}")
        for cached, whole_kind in _CACHED:
            if getattr(self, cached) > getattr(self, whole_kind):
                raise InvalidUsage(whole_kind, f"less than its cached part: {cached} = {getattr(self, cached)}")
        if self._uncached_text < 0:
            raise InvalidUsage("input_tokens", "less than what was cached and what is of other modalities together")

    @property
    def _uncached_text(self) -> int:
        others: int = sum(getattr(self, total) - getattr(self, cached) for cached, total in _CACHED)
        return self.input_tokens - self.cache_read_tokens - self.cache_write_tokens - others

    @property
    def is_empty(self) -> bool:
        """Whether nothing was used except the call itself."""
        return not any(self.others.values()) and not any(getattr(self, n) for n in QUANTITIES if n != "requests")


QUANTITIES: Final = tuple(f.name for f in fields(Usage) if f.name != "others")
SECONDS: Final = tuple(name for name in QUANTITIES if name.endswith("_seconds"))
"""The quantities that need not be whole."""
_DIVISIBLE: Final = frozenset({
    "second", "minute", "hour", "megapixel", "GB-day", "GB-month", "GB-hour", "1M token-hours", "unit-hour",
})  # fmt: skip
"""Units with fractional quantities; tokens, images, pages and calls are whole."""
_WHOLES: Final = {
    "input_tokens": ("cache_read_tokens", "cache_write_tokens"),
    "cache_write_tokens": ("cache_write_5m_tokens", "cache_write_1h_tokens"),
    "cache_read_tokens": ("cache_read_audio_tokens", "cache_read_image_tokens", "cache_read_video_tokens"),
    "output_tokens": (
        "reasoning_tokens", "citation_tokens", "output_audio_tokens", "output_image_tokens", "output_video_tokens",
    ),
}  # fmt: skip
_CACHED: Final = tuple((f"cache_read_{kind}_tokens", f"input_{kind}_tokens") for kind in ("audio", "image", "video"))


def _check(name: str, quantity: object, *, whole: bool) -> None:
    if isinstance(quantity, bool) or not isinstance(quantity, int | Decimal):
        raise InvalidUsage(name, f"a number expected, not {type(quantity).__name__}")
    if not (Decimal(quantity).is_finite() and 0 <= quantity <= MOST):
        raise InvalidUsage(name, f"not within 0…{MOST}")
    if isinstance(quantity, Decimal):
        if whole and quantity != quantity.to_integral_value():
            raise InvalidUsage(name, "a whole number expected")
        if quantity != round(quantity, FINEST):
            raise InvalidUsage(name, f"a number with at most {FINEST} digits after the point expected")


def _other(word: str) -> RateKey:
    try:
        key = parse_key(word)
    except ValueError as error:
        raise InvalidUsage("others", str(error)) from error
    if key.tier or key.above or key.beyond or key.region or key.schedule or key.plan:
        raise InvalidUsage("others", f"{word!r} names conditions; state them for the whole call instead")
    return key


TIERS: Final = ("batch", "fast", "flex", "priority")
"""Service tiers beside the standard one, as the sources are read."""
STANDARD: Final = frozenset({"", "standard", "default", "auto", "on_demand", "standard_only"})
"""What providers call the standard tier in their responses and requests."""


@dataclass(frozen=True)
class Conditions:
    """Under which conditions it was used. `at` is a moment with a zone."""

    at: datetime
    tier: str = ""
    """One of TIERS, or another that a source states; "" and the words of STANDARD are the standard tier."""
    region: str = ""
    plan: str = ""
    detail: str = ""
    """Parameters of images and videos, such as `size:1024x1024,quality:hd`."""

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise InvalidUsage("at", "a moment with a time zone expected")
        try:
            RateKey("output", detail=self.detail)
        except ValueError as error:
            raise InvalidUsage("detail", str(error)) from error

    @cached_property
    def moment(self) -> datetime:
        return self.at.astimezone(UTC)

    @cached_property
    def service_tier(self) -> str:
        word = self.tier.strip().lower()
        return "" if word.replace("-", "_").replace(" ", "_") in STANDARD else word


@dataclass(frozen=True, slots=True)
class BillingOption:
    """One way to bill a part: the rate key without conditions, the quantity in one unit of it, and the rule."""

    key: RateKey
    unit_size: int
    rule: str = ""
    unless: RateKey | None = None
    """Does not apply when the offering has a rate with this key."""


@dataclass(frozen=True, slots=True)
class Part:
    """A quantity to be priced by the first of its billing options for which the offering has any rate."""

    quantity: Quantity
    unit: str
    options: tuple[BillingOption, ...]

    @property
    def meter(self) -> str:
        """The preferred rate key, as text."""
        return str(self.options[0].key)


_MILLION: Final = 10**6
_AS_TEXT: Final = "no rate of its own: image and video input counts as input tokens"
_USUAL_LIFE: Final = "the provider's usual cache life"


def _option(meter: str, modality: str = "", *, rule: str = "", ttl: str = "") -> BillingOption:
    return BillingOption(RateKey(meter, modality, ttl=ttl), _MILLION, rule)


def _own_or_text(meter: str, modality: str) -> tuple[BillingOption, ...]:
    # Where images have a rate of their own, cached images are not billed as cached text.
    as_text = BillingOption(RateKey(meter), _MILLION, _AS_TEXT, unless=RateKey("input", modality))
    return (_option(meter, modality), as_text)


@lru_cache(maxsize=1000)
def _by_time(meter: str, modality: str, detail: str) -> tuple[BillingOption, ...]:
    seconds = {"second": 1, "minute": 60, "hour": 3600}
    return tuple(
        BillingOption(
            RateKey(meter, modality, unit=unit, detail=detail), size, f"billed by the {unit}" if size > 1 else ""
        )
        for unit, size in seconds.items()
    )


_OUTPUT: Final = {kind: (_option("output", kind),) for kind in ("audio", "image", "video")}
_INPUT: Final = {
    meter: {
        "audio": (_option(meter, "audio"),),
        "image": _own_or_text(meter, "image"),
        "video": _own_or_text(meter, "video"),
    }
    for meter in ("input", "cache_read")
}
_WRITE: Final = {
    "": (_option("cache_write"),),
    "5m": (_option("cache_write", ttl="5m"), _option("cache_write", rule=_USUAL_LIFE)),
    "1h": (_option("cache_write", ttl="1h"),),
}
_PLAIN: Final = {meter: (_option(meter),) for meter in ("input", "cache_read", "output", "reasoning", "citation")}


def parts(usage: Usage, detail: str, *, apart: frozenset[str]) -> Iterator[Part]:
    """The parts of a usage that are not 0. `apart` are output meters with rates of their own."""
    for part in (*_input(usage), *_output(usage, apart), *_pieces(usage, detail)):
        if part.quantity:
            yield part


def _tokens(quantity: int, options: tuple[BillingOption, ...]) -> Part:
    return Part(quantity, "tokens", options)


def _input(usage: Usage) -> Iterator[Part]:
    yield _tokens(usage._uncached_text, _PLAIN["input"])
    read = {kind: getattr(usage, f"cache_read_{kind}_tokens") for kind in _OUTPUT}
    for kind, cached in read.items():
        yield _tokens(getattr(usage, f"input_{kind}_tokens") - cached, _INPUT["input"][kind])
    yield _tokens(usage.cache_read_tokens - sum(read.values()), _PLAIN["cache_read"])
    for kind, cached in read.items():
        yield _tokens(cached, _INPUT["cache_read"][kind])
    timed = {"5m": usage.cache_write_5m_tokens, "1h": usage.cache_write_1h_tokens}
    yield _tokens(usage.cache_write_tokens - sum(timed.values()), _WRITE[""])
    for ttl, tokens in timed.items():
        yield _tokens(tokens, _WRITE[ttl])


def _output(usage: Usage, apart: frozenset[str]) -> Iterator[Part]:
    own = {"reasoning": usage.reasoning_tokens, "citation": usage.citation_tokens}
    own = {meter: quantity for meter, quantity in own.items() if meter in apart}
    by_modality = {kind: getattr(usage, f"output_{kind}_tokens") for kind in _OUTPUT}
    yield _tokens(usage.output_tokens - sum(own.values()) - sum(by_modality.values()), _PLAIN["output"])
    for meter, quantity in own.items():
        yield _tokens(quantity, _PLAIN[meter])
    for kind, quantity in by_modality.items():
        yield _tokens(quantity, _OUTPUT[kind])


def _pieces(usage: Usage, detail: str) -> Iterator[Part]:
    for name, key in _COUNTED.items():
        if quantity := getattr(usage, name):
            yield _counted(replace(key, detail=detail) if key.modality and detail else key, quantity)
    for name, (meter, kind) in _TIMED.items():
        if quantity := getattr(usage, name):
            options = _by_time(meter, kind, detail if kind == "video" else "")
            yield Part(quantity, "seconds", options)
    for word, quantity in usage.others.items():
        yield _counted(_other(word), quantity)


_COUNTED: Final = {
    "input_images": RateKey("input", "image", unit="image"),
    "output_images": RateKey("output", "image", unit="image"),
    "input_characters": RateKey("character"),
    "output_characters": RateKey("output", unit="1M characters"),
    "pages": RateKey("page"),
    "searches": RateKey("search"),
    "requests": RateKey("request"),
}
_TIMED: Final = {
    f"{meter}_{kind}_seconds": (meter, kind) for meter in ("input", "output") for kind in ("audio", "video")
}


def _counted(key: RateKey, quantity: Quantity) -> Part:
    unit = key.counted_in
    size = unit.startswith("1M ")
    return Part(quantity, unit.removeprefix("1M "), (BillingOption(key, _MILLION if size else 1),))
