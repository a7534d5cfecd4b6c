from __future__ import annotations

import json
import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.api import cost_compare
from registry.api.cost_conditions import conditions, moment
from registry.api.problems import BadParameters
from registry.catalogue import cache
from registry.catalogue.cache import Entry
from registry.cost import as_json as cost_json
from registry.cost import costing, fallback_log
from registry.cost.costing import CostComparison, CostResult, Question, asked_mix
from registry.domain.rate_keys import PREFIX, parse_key
from registry.domain.words import nearest
from registry.models import FallbackUse
from registry.pricing import Cost, Effective, InvalidUsage, Usage, parse_mix
from registry.pricing.mix import USUAL
from registry.pricing.usage import QUANTITIES, SECONDS

SHORT = {
    "input": "input_tokens",
    "output": "output_tokens",
    "cache-read": "cache_read_tokens",
    "cache-write": "cache_write_tokens",
    "reasoning": "reasoning_tokens",
}
"""Options with short names; the others are named like the quantity."""


class Command(BaseCommand):
    help = (
        "Prices one call, line by line: quantity, rate and rule. Parts without a known price are listed and never "
        "counted as 0. With --compare it prices the same call at every offering of the model, with --where at every "
        "offering that filters match, the cheapest first. With --mix it prices 1M tokens of a mix. The exit code is 0 "
        "when everything has a price (with --compare and --where, at one offering at least), and 1 otherwise, with the "
        "reason on standard error."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", metavar="ID", nargs="?", help="any id, alias or spelling that `lookup` resolves")
        option_names = {quantity: short for short, quantity in SHORT.items()}
        for name in QUANTITIES:
            parser.add_argument(
                f"--{option_names.get(name, name.replace('_', '-'))}",
                dest=name,
                metavar="N",
                type=Decimal if name in SECONDS else int,
                help=f"{name.replace('_', ' ')}{' (default: 1)' if name == 'requests' else ''}",
            )
        parser.add_argument(
            "--other",
            action="append",
            default=[],
            metavar="RATE=N",
            help="anything else: `search[detail=context:low]=2`",
        )
        parser.add_argument("--tier", default="", help="service tier, such as batch, flex or priority")
        parser.add_argument("--region", default="", help="region")
        parser.add_argument("--plan", default="", help="plan")
        parser.add_argument("--detail", default="", help="parameters of images and videos, such as size:1024x1024")
        parser.add_argument("--at", metavar="MOMENT", help="when the call was made (default: now), UTC")
        parser.add_argument("--revision", type=int, metavar="N", help="price by this revision of the catalogue")
        parser.add_argument("--known-at", metavar="MOMENT", help="price by what was published by then")
        parser.add_argument("--compare", action="store_true", help="every offering of the model, cheapest first")
        parser.add_argument(
            "--where",
            action="append",
            default=[],
            metavar="FILTER=VALUE",
            help="instead of an ID: every offering that filters match, as /api/v1/offerings/ takes them, such as "
            "provider=openai or supports_vision=true; may be given several times",
        )
        parser.add_argument(
            "--limit", type=int, default=20, metavar="N", help="how many of them to show, cheapest first (default: 20)"
        )
        parser.add_argument(
            "--mix",
            nargs="?",
            const=USUAL,
            metavar="IN:OUT",
            help=f"the price of 1M tokens, so many parts of input to so many of output (usual: {USUAL})",
        )
        parser.add_argument(
            "--cached", default="0", metavar="SHARE", help="share of the input of a mix that is read from a cache"
        )
        parser.add_argument("--fallback", action="store_true", help="estimate what is not found, if allowed")
        parser.add_argument("--json", action="store_true", help="print JSON, as the API answers")

    def handle(self, *, json: bool, compare: bool, where: list[str], limit: int, **options: Any) -> None:
        if bool(options["id"]) == bool(where) or (where and compare):
            raise CommandError("give an ID, or --where FILTER=VALUE, and --compare only with an ID")
        _check_region(options["region"])
        try:
            question = _question(options)
            known_at = options["known_at"]
            revision = costing.revision_known_at(moment(known_at)) if known_at else options["revision"]
            if where:
                comparison = cost_compare.compared(question, _over(where, limit), revision)
                self._show_compared(comparison, json)
                return
            result = costing.costs([question], revision=revision, fallback=options["fallback"])[0]
            others = costing.compare(question, revision=result.revision) if compare else []
        except BadParameters as error:
            raise CommandError(error.text) from error
        except (InvalidUsage, costing.UnknownRevision, ValueError) as error:
            raise CommandError(str(error)) from error
        fallback_log.note([result], FallbackUse.Origin.COMMAND)
        if json:
            self.stdout.write(_json(result, others, compare))
        else:
            self.stdout.write("\n".join((*_report(result), *_compared(others))))
        self._end([result, *others])

    def _show_compared(self, comparison: CostComparison, json: bool) -> None:
        if json:
            self.stdout.write(_dumped(cost_json.compared_as_json(comparison)))
        else:
            number_shown = len(comparison.results)
            head = f"{comparison.matching:,} offerings match, cheapest first (revision {comparison.revision})"
            more = (
                [f"  and {comparison.matching - number_shown:,} more; see --limit"]
                if comparison.matching > number_shown
                else []
            )
            if comparison.unknown:
                more.append(f"{comparison.unknown:,} more may match: a value that a filter uses is unknown")
            self.stdout.write("\n".join((head, *_rows(comparison.results), *more)))
        self._end(comparison.results)

    def _end(self, results: Sequence[CostResult]) -> None:
        """Exits with 1 unless one of them has a whole price."""
        if not any(map(_is_priced, results)):
            self.stderr.write("No complete price: " + (_what_lacks(results[0]) if results else "no offering matches."))
            sys.exit(1)


def _check_region(region: str) -> None:
    """Raises CommandError for a region that no offering has; else a price without region would be used for it."""
    if not region:
        return
    known_regions = {name for entry in cache.current().entries.values() for name in _regions(entry)}
    if _plain(region) not in map(_plain, known_regions):
        near = nearest(region, sorted(known_regions))
        raise CommandError(f"nothing is offered in a region {region!r}" + (f"; did you mean {near!r}?" if near else ""))


def _regions(entry: Entry) -> Iterator[str]:
    yield from entry.facts.get("regions") or ()
    yield from (parse_key(name).region for name in entry.facts if name.startswith(PREFIX) and "region=" in name)


def _plain(region: str) -> str:
    """A region without case, hyphens and blanks, which never distinguish two regions."""
    return re.sub(r"[\s_-]+", "", region.casefold())


def _question(options: dict[str, Any]) -> Question:
    quantities = {name: value for name in QUANTITIES if (value := options[name]) is not None}
    others = dict(_other(text) for text in options["other"])
    at = moment(options["at"]) if options["at"] else timezone.now()
    under = conditions(at, {name: options[name] for name in ("tier", "region", "plan", "detail")})
    id = options["id"] or ""
    if options["mix"]:
        if quantities or others:
            raise CommandError("--mix takes the place of what was used; give one of them")
        return asked_mix(id, parse_mix(options["mix"], options["cached"]), under)
    usage = Usage(**quantities, others=others)
    if usage.is_empty and "requests" not in quantities:
        raise CommandError("say what was used, for example --input 1000 --output 200, or --mix")
    return Question(id, usage, under)


def _over(where: list[str], limit: int) -> cost_compare.Over:
    if not 1 <= limit <= cost_compare.MOST:
        raise CommandError(f"--limit must be from 1 to {cost_compare.MOST}")
    filters: dict[str, str] = {}
    for text in where:
        name, separator, value = text.partition("=")
        if not separator or not value or name in filters:
            raise CommandError(f"--where wants one value for each filter, such as provider=openai, not {text!r}")
        filters[name] = value
    return cost_compare.Over(filters, limit=limit)


def _other(text: str) -> tuple[str, Decimal]:
    word, separator, number = text.rpartition("=")
    try:
        return word, Decimal(number if separator else "")
    except InvalidOperation as error:
        raise ValueError(f"--other wants a rate and a number, such as `page=3`, not {text!r}") from error


def _json(result: CostResult, others: Iterable[CostResult], compare: bool) -> str:
    answer = cost_json.as_json(result)
    if compare:
        answer["compared"] = [cost_json.as_json(other) for other in others]
    return _dumped(answer)


def _dumped(answer: dict[str, Any]) -> str:
    return json.dumps(answer, indent=2)


def _report(result: CostResult) -> Iterator[str]:
    id_text = result.question.id.encode("utf-8", "backslashreplace").decode()
    if result.found:
        yield f"{result.offering}  (matched by {result.matched_by}, revision {result.revision})"
    else:
        yield f"{id_text}: {'could be several' if result.matched_by == 'ambiguous' or result.model else 'not found'}"
        yield from (f"    {candidate['id']} ({candidate['kind']})" for candidate in result.candidates)
    if result.estimate:
        yield "  estimate by the operator's fallback; no price of this model:"
    if result.cost:
        yield from _breakdown(result.cost)
    if result.effective:
        yield f"  {_of_mix(result.effective)}"


def _breakdown(cost: Cost) -> Iterator[str]:
    rows = [
        (line.meter, f"{line.quantity:,f}" if isinstance(line.quantity, Decimal) else f"{line.quantity:,}", line.unit,
         f"{line.amount:f} {line.currency} / {line.rate.counted_in}", f"{line.cost:f}", line.rule)
        for line in cost.lines
    ]  # fmt: skip
    rows += [(part.meter, f"{part.quantity:,}", part.unit, "unpriced", "?", part.message) for part in cost.unpriced]
    yield from _aligned(rows, right=(1, 4))
    yield f"  total  {_total(cost)}"


def _total(cost: Cost) -> str:
    if not cost.totals:
        return "unknown"
    total_text = " + ".join(f"{total:f} {currency}" for currency, total in cost.totals.items())
    return total_text if cost.complete else f"{total_text}, without what is unpriced"


def _of_mix(effective: Effective) -> str:
    mix = f"{effective.mix} mix" + (f", {effective.mix.cached:.0%} of the input cached" if effective.mix.cached else "")
    fees = f", without the fee for each {' and '.join(effective.leaves_out)}" if effective.leaves_out else ""
    if effective.per_million is None:
        return f"{mix}  unknown"
    return f"{mix}  {effective.per_million:f} {effective.cost.currency} / 1M tokens{fees}"


def _compared(others: list[CostResult]) -> Iterator[str]:
    if others:
        yield ""
        yield from _rows(others)


def _rows(results: Iterable[CostResult]) -> Iterator[str]:
    rows = [
        (result.offering or result.question.id, _of_mix(result.effective) if result.effective else _known(result))
        for result in results
    ]
    if rows:
        yield from _aligned(rows, right=())


def _known(result: CostResult) -> str:
    return _total(result.cost) if result.cost else "unknown"


def _is_priced(result: CostResult) -> bool:
    """Whether every part has a price at that offering; an estimate does not count."""
    if result.effective:
        return result.found and result.effective.per_million is not None
    return result.found and result.cost is not None and result.cost.complete and bool(result.cost.totals)


def _what_lacks(result: CostResult) -> str:
    if not result.found:
        return "the id means no single offering."
    cost = result.effective.cost if result.effective else result.cost
    parts = "; ".join(f"{part.meter}: {part.message}" for part in cost.unpriced) if cost else ""
    return f"{parts or 'nobody states a price of it'}."


def _aligned(rows: Sequence[tuple[str, ...]], right: tuple[int, ...]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell.rjust(width) if number in right else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  " + "  ".join(cells).rstrip()
