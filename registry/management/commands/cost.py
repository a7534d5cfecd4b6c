from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry import costing
from registry.api.cost_body import conditions, moment
from registry.costing import Costed, Question
from registry.pricing import Cost, InvalidUsage, Usage
from registry.pricing.usage import QUANTITIES, SECONDS

SHORT = {
    "input": "input_tokens",
    "output": "output_tokens",
    "cache-read": "cache_read_tokens",
    "cache-write": "cache_write_tokens",
    "reasoning": "reasoning_tokens",
}
"""Options with names of their own; the others are called as the quantity."""


class Command(BaseCommand):
    help = (
        "Prices one call, line by line: what was used, by which rate, under which rule. Parts with no known price are "
        "listed and never counted as 0. With --compare it prices the same call at every offering of the model, the "
        "cheapest first. The exit code is 1 if the id means no single offering."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", metavar="ID", help="any id, alias or spelling that `lookup` resolves")
        named = {quantity: short for short, quantity in SHORT.items()}
        for name in QUANTITIES:
            parser.add_argument(
                f"--{named.get(name, name.replace('_', '-'))}",
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
        parser.add_argument("--fallback", action="store_true", help="estimate what is not found, if allowed")
        parser.add_argument("--json", action="store_true", help="print JSON, as the API answers")

    def handle(self, *, json: bool, compare: bool, **options: Any) -> None:
        try:
            question = _question(options)
            known_at = options["known_at"]
            revision = costing.revision_known_at(moment(known_at)) if known_at else options["revision"]
            one = costing.costs([question], revision=revision, fallback=options["fallback"])[0]
            others = costing.compare(question, revision=one.revision) if compare else []
        except (InvalidUsage, costing.UnknownRevision, ValueError) as error:
            raise CommandError(str(error)) from error
        if json:
            self.stdout.write(_json(one, others, compare))
        else:
            self.stdout.write("\n".join((*_report(one), *_compared(others))))
        if not (one.found or others):
            sys.exit(1)


def _question(options: dict[str, Any]) -> Question:
    stated = {name: value for name in QUANTITIES if (value := options[name]) is not None}
    others = dict(_other(text) for text in options["other"])
    usage = Usage(**stated, others=others)
    if usage.is_empty and "requests" not in stated:
        raise CommandError("say what was used, for example --input 1000 --output 200")
    at = moment(options["at"]) if options["at"] else timezone.now()
    said = {name: options[name] for name in ("tier", "region", "plan", "detail")}
    return Question(options["id"], usage, conditions(at, said))


def _other(text: str) -> tuple[str, Decimal]:
    word, separator, number = text.rpartition("=")
    try:
        return word, Decimal(number if separator else "")
    except InvalidOperation as error:
        raise ValueError(f"--other wants a rate and a number, such as `page=3`, not {text!r}") from error


def _json(one: Costed, others: Iterable[Costed], compare: bool) -> str:
    answer = costing.as_json(one)
    if compare:
        answer["compared"] = [costing.as_json(other) for other in others]
    return json.dumps(answer, indent=2)


def _report(one: Costed) -> Iterator[str]:
    shown = one.question.id.encode("utf-8", "backslashreplace").decode()
    if one.found:
        yield f"{one.offering}  (matched by {one.matched_by}, revision {one.revision})"
    else:
        yield f"{shown}: {'could be several' if one.matched_by == 'ambiguous' or one.model else 'not found'}"
        yield from (f"    {candidate['id']} ({candidate['kind']})" for candidate in one.candidates)
    if one.estimate:
        yield "  estimate by the operator's fallback; no price of this model:"
    if one.cost:
        yield from _breakdown(one.cost)


def _breakdown(cost: Cost) -> Iterator[str]:
    rows = [
        (line.meter, f"{line.quantity:,f}" if isinstance(line.quantity, Decimal) else f"{line.quantity:,}", line.unit,
         f"{line.amount:f} {line.currency} / {line.rate.counted_in}", f"{line.cost:f}", line.rule)
        for line in cost.lines
    ]  # fmt: skip
    rows += [(part.meter, f"{part.quantity:,}", part.unit, "unpriced", "?", part.says) for part in cost.unpriced]
    yield from _aligned(rows, right=(1, 4))
    yield f"  total  {_total(cost)}"


def _total(cost: Cost) -> str:
    if not cost.totals:
        return "unknown"
    known = " + ".join(f"{total:f} {currency}" for currency, total in cost.totals.items())
    return known if cost.complete else f"{known}, without what is unpriced"


def _compared(others: list[Costed]) -> Iterator[str]:
    if others:
        yield ""
        rows = [(one.offering or "", _total(one.cost) if one.cost else "unknown") for one in others]
        yield from _aligned(rows, right=())


def _aligned(rows: Sequence[tuple[str, ...]], right: tuple[int, ...]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell.rjust(width) if number in right else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  " + "  ".join(cells).rstrip()
