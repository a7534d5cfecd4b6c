"""Prices random usages with litellm's calculator and with ours, on litellm's map, and explains every difference.

    pip install litellm                                  # into an environment of its own
    .venv/bin/python scripts/differential_litellm.py --litellm-python ITS_PYTHON [--questions 12000] [--seed 1]
    .venv/bin/python scripts/differential_litellm.py --litellm-python ITS_PYTHON --golden litellm_golden.json

The classes of difference stand in tests/registry/pricing/litellm_reading.py. Exit code 1 when one is not explained.
With `--golden`, some hundred of the questions are kept with litellm's answers and the rows that they are about, so that
the ordinary suite can ask them without litellm.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from syncers.payload.parse import read_json  # noqa: E402
from tests.registry.pricing import litellm_reading as reading  # noqa: E402

MAP: Final = "import litellm, pathlib; print(pathlib.Path(litellm.__file__).parent / '{}')".format(
    "model_prices_and_context_window_backup.json"
)
UNEXPLAINED: Final = "UNEXPLAINED"
ONE_OF: Final = 30
"""So many questions of each class are kept in the golden file."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--litellm-python", required=True, metavar="PATH", help="an interpreter that has litellm")
    parser.add_argument("--questions", type=int, default=12_000)
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--golden", type=Path, metavar="FILE", help="keep some questions and answers here")
    options = parser.parse_args()

    rows: Mapping[str, Any] = read_json(Path(_run(options.litellm_python, ["-c", MAP]).strip()).read_bytes())
    about = json.loads(_answers(options.litellm_python, [])[0])
    text_rows = {key: rows[key] for key in about["keys"] if key in rows}
    prices = {
        key: row_prices for key, row in text_rows.items() if (row_prices := reading.prices_of(key, row)) is not None
    }
    counts = f"{len(rows)} rows, {len(text_rows)} of text models found by key, {len(prices)} read"
    print(f"litellm {about['litellm']}: {counts}")

    chance = random.Random(options.seed)  # noqa: S311 (no secrets are made of it)
    special = [key for key in prices if any(price.above or price.tier or price.modality for price in prices[key])]
    everything = list(prices)
    questions = [
        reading.random_question(chance, key, text_rows[key], prices[key])
        for number in range(options.questions)
        for key in [chance.choice(special if number % 2 else everything)]
    ]
    answers = [json.loads(line) for line in _answers(options.litellm_python, questions)[1:]]
    outcomes = [_outcome(text_rows, prices, *pair) for pair in zip(questions, answers, strict=True)]
    _print(questions, answers, outcomes)
    if options.golden:
        _keep(options.golden, about["litellm"], text_rows, questions, answers, outcomes)
    return 1 if any(UNEXPLAINED in classes for classes in outcomes) else 0


def _outcome(rows: Mapping[str, Any], prices: Mapping[str, Any], question: Any, answer: Any) -> list[str]:
    if "error" in answer:
        return ["litellm gives an error: " + answer["error"].partition(":")[0]]
    key = question["key"]
    return list(reading.compare(rows[key], prices[key], question, answer)) or [UNEXPLAINED]


def _run(python: str, arguments: Iterable[str], text: str = "") -> str:
    environment = os.environ | {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    done = subprocess.run(
        [python, *arguments], input=text, text=True, capture_output=True, env=environment, check=False
    )
    if done.returncode:
        raise SystemExit(f"{python} failed:\n{done.stderr[-2000:]}")
    return done.stdout


def _answers(python: str, questions: Iterable[Any]) -> list[str]:
    text = "".join(json.dumps(question) + "\n" for question in questions)
    script = str(ROOT / "scripts" / "litellm_answers.py")
    return [line for line in _run(python, [script], text).splitlines() if line.startswith("{")]


def _print(questions: list[Any], answers: list[Any], outcomes: list[list[str]]) -> None:
    counts = Counter(word for classes in outcomes for word in classes)
    examples: dict[str, list[Any]] = defaultdict(list)
    for question, answer, classes in zip(questions, answers, outcomes, strict=True):
        for word in classes:
            examples[word].append((question, answer))
    print(f"{len(questions)} questions")
    for word, count in counts.most_common():
        print(f"{count:7} {word}")
        for question, answer in examples[word][: 3 if word != reading.EQUAL else 0]:
            print(f"        {question['key']} tier={question['tier'] or '-'} {question['usage']} → {answer}")
    print(f"{counts[UNEXPLAINED]:7} unexplained")


def _keep(path: Path, version: str, rows: Any, questions: Any, answers: Any, outcomes: Any) -> None:
    counts: Counter[str] = Counter()
    golden = []
    for question, answer, classes in zip(questions, answers, outcomes, strict=True):
        is_timeless = "off_peak_pricing" not in rows[question["key"]]
        if (
            "error" not in answer
            and is_timeless
            and any(counts[word] < ONE_OF * (5 if word == reading.EQUAL else 1) for word in classes)
        ):
            counts.update(classes)
            golden.append({**question, **answer, "classes": classes})
    used = {key: _priced(rows[key]) for key in sorted({case["key"] for case in golden})}
    lines = [json.dumps(case, default=float, separators=(",", ":")) for case in golden]
    row_lines = [
        f"{json.dumps(key)}:{json.dumps(row, default=float, separators=(',', ':'))}" for key, row in used.items()
    ]
    path.write_text(
        f'{{"litellm":"{version}",\n"rows":{{\n'
        + ",\n".join(row_lines)
        + '},\n"questions":[\n'
        + ",\n".join(lines)
        + "]}\n"
    )
    print(f"kept {len(golden)} questions and {len(used)} rows in {path} ({path.stat().st_size:,} bytes)")


def _priced(row: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a row that costs depend on."""
    words = ("cost", "pricing")
    return {k: v for k, v in row.items() if k in ("litellm_provider", "mode") or any(word in k for word in words)}


if __name__ == "__main__":
    sys.exit(main())
