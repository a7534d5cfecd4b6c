"""Black Forest Labs: its models, from the paths of its public OpenAPI file, since it has no list.

Docs: https://docs.bfl.ai. Each model is a path `/v1/flux-…` of its own. It states no prices: those are credits by
megapixel, on a page for people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from curation.core.authority import SourceType
from curation.core.claim import Claim, InvalidClaim, claim
from syncers.errors import BadPayload
from syncers.kinds.record import Record
from syncers.kinds.source import Source
from syncers.payload.paging import at_path

_MODEL: Final = re.compile(r"/v1/(flux-.+)", re.DOTALL)


class BlackForestLabs(Source):
    slug, label = "black-forest-labs", "Black Forest Labs"
    url, homepage = "https://api.bfl.ai/openapi.json", "https://bfl.ai"
    source_type, speaks_for = SourceType.OFFICIAL, "black-forest-labs"
    expected = (4, 200)
    confidence = "high"

    def records(self, document: Any) -> Iterator[Record]:
        paths = at_path(document, "paths")
        if not isinstance(paths, dict):
            raise BadPayload(f"{self.slug}: an object of `paths` expected")
        for path, item in paths.items():
            if match := _MODEL.fullmatch(path):
                yield Record(path[:200], item, context=match[1])

    def claims(self, record: Record) -> Iterator[Claim]:
        tags = record.get("post", "tags")
        if not isinstance(tags, list) or "Models" not in tags:
            raise InvalidClaim("a POST operation with the tag `Models` expected")
        yield claim(f"{self.speaks_for}/{record.context}", {})
