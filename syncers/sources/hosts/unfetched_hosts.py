"""Providers that are in the registry, but whose models nobody can list, and why nothing is fetched."""

from __future__ import annotations

from curation.core.authority import Standing
from syncers.kinds.source import Source


class _Unfetched(Source):
    standing = Standing.OFFICIAL
    expected = (1, 1_000)


class GitHubModels(_Unfetched):
    slug, label, speaks_for = "github-models", "GitHub Models", "github-models"
    confidence = "medium"
    homepage = "https://github.com/marketplace/models"
    nothing_fetched = (
        "GitHub Models was retired on 2026-07-30 (catalogue, playground and inference, for everyone); calls are "
        "answered with 410."
    )


class Simplismart(_Unfetched):
    slug, label, speaks_for = "simplismart", "Simplismart", "simplismart"
    confidence = "low"
    homepage = "https://simplismart.ai/pricing"
    nothing_fetched = (
        "Simplismart has no list of its models that anything documents (its inference is at api.simplismart.live), and "
        "its prices are on a web page only."
    )
