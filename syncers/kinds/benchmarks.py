"""Sources of benchmark scores: measurements of models, not of offerings.

    class Example(BenchmarkList):
        slug, label, licence = "example", "Example leaderboard", "CC-BY-4.0"
        url, evidence = "https://example.org/board.json", "https://example.org/board"
        expected = (50, 5_000)

        def scores(self, record: Record) -> Iterator[ReportedScore]:
            yield ReportedScore(record.text("model"), "example_bench", record.get("score"), "percent")

Publishers stay apart: nothing is decided between them, and nothing is averaged. A name is matched to a model exactly,
by the rules of identity. A reasoning effort at the end of the name becomes the score's variant. A name without a
published model is rejected as unmatched, and tried again with every run, since the model may be published later.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Final

from curation.core.authority import SourceType
from curation.core.claim import Claim, InvalidClaim
from registry.catalogue.publish.scores import Score
from registry.domain import kinds
from registry.identity.families import family_author, without_author
from registry.identity.normalise import canonical_name, identify, model_key
from syncers.kinds.parsing import attempt, counted
from syncers.kinds.record import Parsed, Record, Rejected
from syncers.kinds.source import Source

SCALES: Final = ("percent", "share", "rating")
"""0 to 100, 0 to 1, or a rating, which is only comparable within its list and its day."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}")
_LONGEST: Final = {"named": 200, "variant": 120}
#: Suffixes by which publishers state the reasoning effort. Words that are parts of model names elsewhere (`-max`,
#: `-medium`, `-thinking` alone) are not among them.
_EFFORT: Final = re.compile(
    r"""(?P<name>.+?) (?:
        \s*\((?P<brackets>[^()]+)\)                                     # GPT-5.5 (high)
        | _(?P<low>none|minimal|low|medium|high|xhigh|max|\d+k)     # gpt-5.5_high, …_32K
        | -(?P<budget>thinking-\d+k)                                # claude-opus-4-5-20251101-thinking-32k
        | -(?P<effort>(?:minimal|low|medium|high|xhigh|max)-effort) # …-high-effort
        | -(?P<end>minimal|low|high|xhigh)                          # gpt-5.5-high
    )""",
    re.VERBOSE | re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReportedScore:
    """One score as its publisher states it, checked when it is created. Raises InvalidClaim naming what is wrong."""

    named: str
    """The model, verbatim."""
    benchmark: str
    score: Any
    """An exact number; becomes a Decimal."""
    scale: str
    variant: str = ""
    """Effort or harness, in addition to what the name states."""
    measured_on: date | None = None
    ident: str = ""
    """The id for the lookup of the model, where the publisher gives one besides the name."""
    author: Any = None
    """The author of the model, where the publisher states it."""
    provider: str = ""
    """The provider whose id of the model `ident` is; then that provider's rules apply."""
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
            raise InvalidClaim("a rating needs the day on which it was measured")
        # The column has six decimal places; ratings come with the noise of binary fractions.
        object.__setattr__(self, "score", round(exact, 6) if exact.as_tuple().exponent < -6 else exact)


class BenchmarkList(Source):
    """Base of sources of scores; see the module's text."""

    source_type = SourceType.COMMUNITY
    authority = ()
    licence: ClassVar[str]
    """The licence under which the data may be shown. Data that may not be shown is not read."""
    evidence: ClassVar[str]
    """Page on which a score can be verified, where its record names none."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "slug" in cls.__dict__ and not (getattr(cls, "licence", "") and getattr(cls, "evidence", "")):
            raise TypeError(f"benchmark source {cls.slug} must declare its `licence` and its `evidence`")

    def scores(self, record: Record) -> Iterable[ReportedScore]:
        """The scores of one record. Raises InvalidClaim for a record that cannot be taken."""
        raise NotImplementedError

    def claims(self, record: Record) -> Iterator[Claim]:
        """None: scores are not about offerings."""
        yield from ()

    def parse(self, body: bytes) -> ParsedScores:
        """Scores and rejected records of a payload, as `Source.parse` does with claims."""
        document = self.read(body)
        parsed = ParsedScores(notices=self.notices(document))
        for record in counted(self, document, parsed):
            parsed.scores += attempt(self.scores, record, parsed)
        return parsed

    def match(self, parsed: ParsedScores, models: Collection[str]) -> list[Score]:
        """The scores of published models; the others are rejected. `models` are the keys of all published models."""
        scores: dict[tuple[str, str, str], Score] = {}
        contradicted: set[tuple[str, str, str]] = set()
        for reported in parsed.scores:
            meant = _model_of(reported, models)
            if meant is None:
                parsed.rejected.append(Rejected(reported.named, "unmatched: no published model has this name"))
                continue
            score = self._score(reported, *meant)
            earlier = scores.setdefault(score.place, score)
            if earlier != score:
                # Measured again: the later day is used. Of two on one day neither is used.
                days = (earlier.measured_on or date.min, score.measured_on or date.min)
                if days[0] < days[1]:
                    scores[score.place] = score
                    contradicted.discard(score.place)
                elif days[0] == days[1] and (earlier.score, earlier.named) != (score.score, score.named):
                    contradicted.add(score.place)
        for place in sorted(contradicted):
            parsed.rejected.append(Rejected(" ".join(filter(None, place)), "two scores of one day; neither is taken"))
            del scores[place]
        return list(scores.values())

    def _score(self, reported: ReportedScore, model: str, effort: str) -> Score:
        variant = ", ".join(filter(None, (effort, reported.variant)))[: _LONGEST["variant"]]
        return Score(
            model=model,
            name=reported.benchmark,
            score=reported.score,
            variant=variant,
            scale=reported.scale,
            named=reported.named,
            measured_on=reported.measured_on,
            evidence=reported.evidence or self.evidence,
        )


@dataclass(slots=True)
class ParsedScores(Parsed):
    """The result of parsing a payload of scores."""

    scores: list[ReportedScore] = field(default_factory=list)


def _model_of(reported: ReportedScore, models: Collection[str]) -> tuple[str, str] | None:
    """Key of the model and the effort in its name: the whole name is tried first, then without the effort suffix."""
    for name, effort in _readings(reported.ident or reported.named):
        for key in _keys(name, reported):
            if key in models:
                return key, effort
    return None


def _readings(name: str) -> Iterator[tuple[str, str]]:
    yield name.strip(), ""
    if match := _EFFORT.fullmatch(name.strip()):
        effort = match["brackets"] or match["low"] or match["budget"] or match["effort"] or match["end"]
        yield match["name"], effort.strip().lower().removesuffix("-effort")


def _keys(name: str, reported: ReportedScore) -> Iterator[str]:
    """Candidate keys of a name: by its stated author, then by its family. All of them are exact."""
    if reported.provider:
        if identity := identify(reported.provider, name):
            yield identity.key
        return
    if isinstance(reported.author, str) and reported.author.strip():
        yield model_key(reported.author, name)
    if "/" in name:
        yield model_key(*name.split("/", 1))
    elif author := family_author(without_author(canonical_name(name))):
        yield model_key(author, name)
