"""What tests of sources ask of a sample or of a real payload."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from curation.core.claim import Claim
from registry.domain.rates import PREFIX
from syncers.kinds.record import Parsed
from syncers.kinds.source import Source
from tests.syncers.sources.samples import RECORDINGS


def parse(source: type[Source], document: Any) -> Parsed:
    """What a source finds in a document, or in the sample of that name."""
    body = (RECORDINGS / document).read_bytes() if isinstance(document, str) else json.dumps(document).encode()
    return source().parse(body)


def unreadable(source: type[Source], document: Any) -> list[tuple[str, str]]:
    """Place and field of what cannot be read, where every record is taken all the same."""
    parsed = parse(source, document)
    assert parsed.rejected == []
    return [(value.where, value.field) for value in parsed.unreadable]


def claims(source: type[Source], document: Any) -> dict[str, Claim]:
    """The claims by offering."""
    return {claim.offering: claim for claim in parse(source, document).claims}


def prices(claim: Claim) -> dict[str, Any]:
    """Amounts (or states) of undated prices, without the prefix of their names."""
    return {
        name.removeprefix(PREFIX): line[0].amount or line[0].state
        for name, line in claim.values.items()
        if name.startswith(PREFIX)
    }


def values(claim: Claim) -> dict[str, Any]:
    """All that is no price."""
    return {name: value for name, value in claim.values.items() if not name.startswith(PREFIX)}


def read_whole(source: type[Source], path: Path) -> Parsed:
    """A real payload of which every record must be taken, as many as the source expects."""
    parsed = source().parse(path.read_bytes())

    assert parsed.rejected == []
    assert source.expected[0] <= len(parsed.claims) <= source.expected[1], len(parsed.claims)
    return parsed
