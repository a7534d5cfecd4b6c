"""The admin's lists at 10,000 offerings with 10,000 open changes: server time at the 95th percentile, and queries.

Each is compared with a view that only runs `select 1`, in the same process: the floor of the machine.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

if TYPE_CHECKING:
    from bench.run import Figures

OFFERINGS: Final = 10_000
PROVIDERS: Final = 50
CALLS: Final = 40
PAGES: Final = (
    ("overview", "/admin/"),
    ("not confirmed in time", "/admin/registry/offering/stale/"),
    ("ending soon", "/admin/registry/offering/expiring/"),
    ("duplicates", "/admin/registry/offering/duplicates/"),
    ("public catalogue", "/"),
    ("public catalogue, searched", "/?search=model-77"),
    ("public catalogue, sorted by price", "/?ordering=-input_price&page=100"),
    ("offerings", "/admin/registry/offering/"),
    ("offerings, searched", "/admin/registry/offering/?q=model-77"),
    ("offerings, sorted by price", "/admin/registry/offering/?o=-6"),
    ("models", "/admin/registry/model/"),
    ("review queue", "/admin/curation/change/"),
    ("review queue, one provider", "/admin/curation/change/?provider_slug=provider-7"),
    ("review queue, last page", "/admin/curation/change/?p=199"),
    ("claims", "/admin/curation/storedclaim/"),
    ("pins", "/admin/curation/pin/"),
    ("ledger", "/admin/registry/ledgerentry/"),
    ("statements by hand", "/admin/curation/statement/"),
    ("imports", "/admin/curation/importbatch/"),
    ("sources", "/admin/curation/source/"),
    ("runs", "/admin/syncers/run/"),
    ("policies", "/admin/curation/policy/"),
)


def pages(figures: Figures) -> None:
    """Measures every page. Figures are milliseconds of server time; `facts` takes the 95th percentiles and queries."""
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, override_settings

    fill(OFFERINGS)
    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.create_superuser("bench"))
    by_page: dict[str, Any] = {}
    for name, path in (*PAGES, *_single_pages()):
        answer = client.get(path)
        if answer.status_code == 302:
            answer = client.get(path := answer["Location"])
        assert answer.status_code == 200, (path, answer.status_code)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
            query_count = len(queries)
        milliseconds = sorted(_timed(lambda path=path: client.get(path)))
        figures.taken[f"admin: {name}"] = milliseconds
        by_page[name] = {"p95 ms": round(_p95(milliseconds), 1), "queries": query_count}
    with override_settings(ROOT_URLCONF="bench.bare"):
        bare = sorted(_timed(lambda: client.get("/")))
    figures.taken["floor: a view that does `select 1`"] = bare
    by_page["floor: select 1"] = {"p95 ms": round(_p95(bare), 1), "queries": 1}
    figures.facts["admin pages at 10,000 offerings and 10,000 open changes"] = by_page
    for name, page_figures in by_page.items():
        print(f"{name:<40}{page_figures['p95 ms']:>10} ms p95{page_figures['queries']:>6} queries", flush=True)


def fill(count: int) -> None:
    """Offerings of many providers with a price each, and a source with another price: one held change each."""
    from django.utils import timezone

    from curation.apply.reconcile import reconcile
    from curation.core.claim import claim
    from curation.models import Change, Source, StoredClaim
    from curation.policies.installed import ensure_defaults
    from registry.domain import rates

    now = timezone.now()
    ensure_defaults()
    source, _ = Source.objects.get_or_create(
        slug="bench", defaults={"label": "Bench", "source_type": "catalogue", "authority": ["*"], "last_good_at": now}
    )
    keys = [f"provider-{number % PROVIDERS}/author/model-{number}" for number in range(count)]

    def says(amount: str) -> Iterator[StoredClaim]:
        for key in keys:
            new_claim = claim(key, {
                "name": key.rpartition("/")[2], "context_window": 128_000, "supports_tools": True,
                "price.input": rates.price(amount), "price.output": rates.price("8"),
            })  # fmt: skip
            yield StoredClaim(
                source=source, offering_key=key, digest=new_claim.digest(), values=new_claim.encoded(),
                since=dict.fromkeys(new_claim.values, now.date().isoformat()), first_seen_at=now, changed_at=now,
            )  # fmt: skip

    for amount in ("2", "7"):
        StoredClaim.objects.all().delete()
        StoredClaim.objects.bulk_create(says(amount), batch_size=1000)
        reconcile(keys, actor="sync:bench", reason="bench", batch=uuid4(), at=now)
    # Other parts of the benchmark may have left changes.
    assert Change.objects.awaiting_review().filter(offering_key__startswith="provider-").count() == count


def _single_pages() -> Iterator[tuple[str, str]]:
    from curation.models import Change
    from registry.models import Offering

    offering = Offering.objects.order_by("key").first()
    change = Change.objects.order_by("pk").first()
    assert offering is not None
    assert change is not None
    yield "one offering", f"/admin/registry/offering/{offering.pk}/change/"
    yield "one change", f"/admin/curation/change/{change.pk}/change/"


def _timed(action: Any) -> Iterator[float]:
    for _ in range(CALLS):
        start = time.perf_counter()
        action()
        yield (time.perf_counter() - start) * 1000


def _p95(milliseconds: list[float]) -> float:
    return statistics.quantiles(milliseconds, n=20)[-1]
