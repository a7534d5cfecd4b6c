"""Sources of benchmark scores: what a publisher measured, about models and not about offerings.

    class Example(BenchmarkList):
        slug, label, licence = "example", "Example leaderboard", "CC-BY-4.0"
        url, evidence = "https://example.org/board.json", "https://example.org/board"
        expected = (50, 5_000)

        def scores(self, record: Record) -> Iterator[Stated]:
            yield Stated(record.text("model"), "example_bench", record.get("score"), "percent")

Publishers stay apart: nothing is decided between them, and nothing is averaged. A name is matched to a model by the
rules of identity, exactly, or not at all: an effort that the name ends with is the score's variant, and what then names
no published model is rejected as unmatched. It is tried again with every run, since the model may be published later.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Final

from curation.core.authority import Standing
from curation.core.claim import Claim, InvalidClaim
from registry.catalogue.publish.scores import Score
from registry.domain import kinds
from registry.identity.families import family_author, without_author
from registry.identity.normalise import canonical_name, identify, model_key
from syncers.kinds.parsing import attempt, counted
from syncers.kinds.record import Parsed, Record, Rejected
from syncers.kinds.source import Source

SCALES: Final = ("percent", "share", "rating")
"""0 to 100, 0 to 1, or a number that only means something beside the others of its list and its day."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}")
_LONGEST: Final = {"named": 200, "variant": 120}
#: What publishers hang on a name to say how hard the model thought. Words that are names of models elsewhere (`-max`,
#: `-medium`, `-thinking` alone) are not among them.
_EFFORT: Final = re.compile(
    r"""(?P<name>.+?) (?:
        \s*\((?P<said>[^()]+)\)                                     # GPT-5.5 (high)
        | _(?P<low>none|minimal|low|medium|high|xhigh|max|\d+k)     # gpt-5.5_high, …_32K
        | -(?P<budget>thinking-\d+k)                                # claude-opus-4-5-20251101-thinking-32k
        | -(?P<effort>(?:minimal|low|medium|high|xhigh|max)-effort) # …-high-effort
        | -(?P<end>minimal|low|high|xhigh)                          # gpt-5.5-high
    )""",
    re.VERBOSE | re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stated:
    """One score as it was stated, checked when it is made. Raises InvalidClaim naming what is wrong."""

    named: str
    """The model, verbatim."""
    benchmark: str
    score: Any
    """An exact number; becomes a Decimal."""
    scale: str
    variant: str = ""
    """Effort or harness, besides what the name itself says."""
    measured_on: date | None = None
    ident: str = ""
    """What the model is looked up by, where the publisher gives an id besides the name."""
    author: Any = None
    """Who made the model, when the publisher says so."""
    provider: str = ""
    """The provider whose id of the model that is; then its rules hold."""
    evidence: str = ""

    def __post_init__(self) -> None:
        for what, longest in _LONGEST.items():
            value = getattr(self, what)
            if not isinstance(value, str) or not value.isprintable() or len(value) > longest:
                raise InvalidClaim(f"{what}: text of at most {longest} signs expected, not {str(value)[:80]!r}")
        if not self.named.strip():
            raise InvalidClaim("the model has no name")
        if not _NAME.fullmatch(self.benchmark):
            raise InvalidClaim(f"cannot be the name of a benchmark: {self.benchmark[:80]!r}")
        try:
            exact = kinds.SCORE.clean(self.score)
        except ValueError as error:
            raise InvalidClaim(f"score: {error}") from error
        if self.scale not in SCALES or (self.scale != "rating" and exact > (1 if self.scale == "share" else 100)):
            raise InvalidClaim(f"score: {exact} is not on the scale {self.scale!r}")
        if self.scale == "rating" and self.measured_on is None:
            raise InvalidClaim("a rating says nothing without its day")
        # The column has six digits after the point; ratings come with the noise of binary fractions behind them.
        object.__setattr__(self, "score", round(exact, 6) if exact.as_tuple().exponent < -6 else exact)


class BenchmarkList(Source):
    """Base of sources of scores; see the module's text."""

    standing = Standing.COMMUNITY
    authority = ()
    licence: ClassVar[str]
    """Under which the data may be shown. What may not be shown is no source."""
    evidence: ClassVar[str]
    """Page that a score is to be read at, where its record names none."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "slug" in cls.__dict__ and not (getattr(cls, "licence", "") and getattr(cls, "evidence", "")):
            raise TypeError(f"benchmark source {cls.slug} must declare its `licence` and its `evidence`")

    def scores(self, record: Record) -> Iterable[Stated]:
        """The scores of one record. Raises InvalidClaim for a record that cannot be taken."""
        raise NotImplementedError

    def claims(self, record: Record) -> Iterator[Claim]:
        """None: no offering is spoken of."""
        yield from ()

    def parse(self, body: bytes) -> ParsedScores:
        """Scores and rejected records of a payload, as `Source.parse` does with claims."""
        document = self.read(body)
        parsed = ParsedScores(notices=self.notices(document))
        for record in counted(self, document, parsed):
            parsed.scores += attempt(self.scores, record, parsed)
        return parsed

    def match(self, parsed: ParsedScores, models: Collection[str]) -> list[Score]:
        """The scores of published models; the others become rejected. `models` are the keys of all that there are."""
        found: dict[tuple[str, str, str], Score] = {}
        contradicted: set[tuple[str, str, str]] = set()
        for stated in parsed.scores:
            meant = _model_of(stated, models)
            if meant is None:
                parsed.rejected.append(Rejected(stated.named, "unmatched: no published model is called so"))
                continue
            score = self._score(stated, *meant)
            earlier = found.setdefault(score.place, score)
            if earlier != score:
                # Measured again: the later day holds. Of two on one day neither does: choosing would be inventing.
                days = (earlier.measured_on or date.min, score.measured_on or date.min)
                if days[0] < days[1]:
                    found[score.place] = score
                    contradicted.discard(score.place)
                elif days[0] == days[1] and (earlier.score, earlier.named) != (score.score, score.named):
                    contradicted.add(score.place)
        for place in sorted(contradicted):
            parsed.rejected.append(Rejected(" ".join(filter(None, place)), "two scores of one day; neither is taken"))
            del found[place]
        return list(found.values())

    def _score(self, stated: Stated, model: str, effort: str) -> Score:
        variant = ", ".join(filter(None, (effort, stated.variant)))[: _LONGEST["variant"]]
        return Score(
            model=model,
            name=stated.benchmark,
            score=stated.score,
            variant=variant,
            scale=stated.scale,
            named=stated.named,
            measured_on=stated.measured_on,
            evidence=stated.evidence or self.evidence,
        )


@dataclass(slots=True)
class ParsedScores(Parsed):
    """What a payload of scores held."""

    scores: list[Stated] = field(default_factory=list)


def _model_of(stated: Stated, models: Collection[str]) -> tuple[str, str] | None:
    """Key of the model and the effort that its name says: the name as it is first, then without an effort behind it."""
    for name, effort in _readings(stated.ident or stated.named):
        for key in _keys(name, stated):
            if key in models:
                return key, effort
    return None


def _readings(named: str) -> Iterator[tuple[str, str]]:
    yield named.strip(), ""
    if found := _EFFORT.fullmatch(named.strip()):
        said = found["said"] or found["low"] or found["budget"] or found["effort"] or found["end"]
        yield found["name"], said.strip().lower().removesuffix("-effort")


def _keys(name: str, stated: Stated) -> Iterator[str]:
    """Keys that a name may mean: by what is said about its author, then by its family. All of them exact."""
    if stated.provider:
        if identity := identify(stated.provider, name):
            yield identity.key
        return
    if isinstance(stated.author, str) and stated.author.strip():
        yield model_key(stated.author, name)
    if "/" in name:
        yield model_key(*name.split("/", 1))
    elif author := family_author(without_author(canonical_name(name))):
        yield model_key(author, name)
