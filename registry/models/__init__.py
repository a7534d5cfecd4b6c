"""Tables of the published catalogue, its history and its documents. Only `registry.catalogue.publish` writes them."""

from __future__ import annotations

from registry.models.alias import Alias
from registry.models.api_token import ApiToken
from registry.models.benchmark import Benchmark
from registry.models.document import Document, DocumentBlock, Lease
from registry.models.exchange_rate import ExchangeRate
from registry.models.fallback_use import FallbackUse
from registry.models.ledger import LedgerEntry, Revision
from registry.models.model import Model
from registry.models.offering import Offering
from registry.models.provider import Provider
from registry.models.unknown_id import UnknownId
from registry.models.version import OfferingContent, OfferingVersion

__all__ = [
    "Alias",
    "ApiToken",
    "Benchmark",
    "Document",
    "DocumentBlock",
    "ExchangeRate",
    "FallbackUse",
    "Lease",
    "LedgerEntry",
    "Model",
    "Offering",
    "OfferingContent",
    "OfferingVersion",
    "Provider",
    "Revision",
    "UnknownId",
]
