"""Benchmarks: `make bench`. Prints tables and writes bench/results.json.

Every figure is measured several times in a fresh installation (a temporary folder, SQLite), and shown with its minimum
and maximum, beside a floor: the best possible time on the same machine in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench import admin  # noqa: E402  (found beside this file, also when it is run as a script)

PAST = "/api/v1/offerings/?revision=1&as_of=2026-01-01"


class Figures:
    """Measurements by name: milliseconds of each round."""

    def __init__(self, rounds: int) -> None:
        self.rounds = rounds
        self.taken: dict[str, list[float]] = {}
        self.facts: dict[str, Any] = {"python": platform.python_version(), "cores": os.cpu_count()}

    def measure(self, name: str, action: Callable[[], Any], rounds: int | None = None) -> None:
        for _ in range(rounds or self.rounds):
            start = time.perf_counter()
            action()
            self.taken.setdefault(name, []).append((time.perf_counter() - start) * 1000)

    def each(self, name: str, action: Callable[[], Any], calls: int) -> None:
        """For actions that are too fast to be timed once: the mean of many calls, per round."""
        for _ in range(self.rounds):
            start = time.perf_counter()
            for _ in range(calls):
                action()
            self.taken.setdefault(name, []).append((time.perf_counter() - start) * 1000 / calls)

    def table(self) -> Iterator[str]:
        yield f"{'what':<58}{'median ms':>12}{'min':>12}{'max':>12}"
        for name, times in self.taken.items():
            yield f"{name:<58}{statistics.median(times):>12.4g}{min(times):>12.4g}{max(times):>12.4g}"

    def save(self, path: Path) -> None:
        path.write_text(json.dumps({"facts": self.facts, "milliseconds": self.taken}, indent=2))


@contextmanager
def installation() -> Iterator[None]:
    """A fresh installation on SQLite in a temporary folder, for this process."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(VAR_DIR=folder, DATABASE_URL=f"sqlite:///{folder}/bench.sqlite3", LOG_LEVEL="ERROR")
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        yield


def syncing(figures: Figures) -> None:
    """The whole genai-prices snapshot: first load, unchanged payload, unchanged claims, and the floor of each."""
    from django.core.management import call_command

    from curation.models import StoredClaim
    from registry.models import Offering
    from syncers.models import StoredPayload
    from syncers.sources.catalogues.genai_prices import GenaiPrices
    from syncers.sync.engine import sync

    body = GenaiPrices().embedded()
    assert body is not None

    def first_load() -> None:
        report = sync(GenaiPrices, body=body)
        assert report.status == "ok", report

    for _ in range(figures.rounds):
        call_command("flush", interactive=False, verbosity=0)
        figures.measure("sync: genai-prices into an empty registry", first_load, rounds=1)
    figures.facts["offerings"] = Offering.objects.count()

    def unchanged_payload() -> None:
        assert sync(GenaiPrices, body=body).rows_written == 0

    def unchanged_claims() -> None:
        StoredPayload.objects.all().delete()
        report = sync(GenaiPrices, body=body)
        assert (report.status, report.rows_written) == ("ok", 0), report

    def floor() -> None:
        claims = GenaiPrices().parse(body).claims
        stored = dict(StoredClaim.objects.values_list("offering_key", "digest"))
        assert all(stored[claim.offering] == claim.digest() for claim in claims)

    figures.measure("sync: the same bytes again", unchanged_payload)
    figures.measure("sync: other bytes, the same claims", unchanged_claims)
    figures.measure("floor: parse, digest, one SELECT", floor)


def publishing(figures: Figures) -> None:
    """Cost of a revision, and of serving it."""
    from django.test import Client

    from registry.exports import rendering
    from registry.models import Document, Offering

    def render() -> None:
        Document.objects.all().delete()
        rendering.render()

    def render_one_changed() -> None:
        newest = Offering.objects.order_by("-revision").values_list("revision", flat=True)[0]
        Document.objects.update(revision=newest - 1)
        Offering.objects.exclude(pk=first.pk).update(revision=0)
        Offering.objects.filter(pk=first.pk).update(revision=newest)
        rendering.render()

    first = Offering.objects.all()[0]
    figures.measure("render: the whole catalogue", render)
    figures.measure("render: one changed offering", render_one_changed)
    client = Client(HTTP_HOST="localhost")
    figures.measure("serve: whole catalogue, from memory", lambda: client.get("/api/v1/catalogue/"), rounds=50)
    etag = client.get("/api/v1/catalogue/").headers["ETag"]
    headers = {"If-None-Match": etag}
    figures.measure("serve: 304 of the catalogue", lambda: client.get("/api/v1/catalogue/", headers=headers), rounds=50)
    for name, path in (
        ("serve: list page of 100", "/api/v1/offerings/?page_size=100"),
        ("serve: filtered list page of 100", "/api/v1/offerings/?page_size=100&provider=openrouter&pricing=priced"),
        ("serve: filtered list page of 100, a past day", f"{PAST}&page_size=100&provider=openrouter&pricing=priced"),
        ("serve: list page of 100 by price, a past day", f"{PAST}&page_size=100&ordering=-input_price"),
        ("serve: one offering", "/api/v1/offerings/openai/gpt-4o/"),
        ("serve: lookup", "/api/v1/lookup/?id=gpt-4o"),
    ):
        assert client.get(path).status_code == 200, path
        figures.measure(name, lambda path=path: client.get(path), rounds=30)  # type: ignore[misc]


def looking_up(figures: Figures) -> None:
    """In process: a dictionary access, beside a bare dictionary."""
    from registry.catalogue import cache
    from registry.models import Revision

    newest = Revision.objects.latest().number
    figures.measure("catalogue: load into memory", lambda: cache.load(newest))
    held = cache.current()
    bare = dict.fromkeys(held.entries)
    held.lookup("gpt-4o")
    figures.each("floor: a bare dictionary access", lambda: bare["openai/gpt-4o"], 100_000)
    figures.each("lookup: entry by id", lambda: held.entries["openai/gpt-4o"], 100_000)
    figures.each("lookup: any spelling of an id (exact)", lambda: held.lookup("openai/gpt-4o"), 10_000)
    figures.each("lookup: any spelling of an id (normalised)", lambda: held.lookup("GPT-4O"), 10_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=5)
    figures = Figures(parser.parse_args().rounds)
    with installation():
        for part in (syncing, publishing, looking_up, admin.pages):
            part(figures)
    print("\n".join(figures.table()))
    print(f"\n{figures.facts}")
    figures.save(HERE / "results.json")


if __name__ == "__main__":
    main()
