"""The shape that most providers share: a JSON list of models with an id each. Such a source is a dozen lines of paths.

    class Example(ModelList):
        slug, label, speaks_for = "example", "Example AI", "example"
        url = "https://api.example.com/v1/models"
        key_variable, key_required = "EXAMPLE_API_KEY", True
        expected = (5, 500)
        fields_at = {"context_window": "context_length"}
        unit, prices_at = units.USD_PER_TOKEN, {"price.input": "pricing.prompt", "price.output": "pricing.completion"}

A source that differs in one point overrides one method: `more` for values that need code, `wanted` for rows that are no
models, `native_id` for odd ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from curation.core.authority import Standing
from curation.core.claim import Claim, claim
from syncers.kinds.record import Record
from syncers.kinds.source import Source
from syncers.payload.paging import at_path


class ModelList(Source):
    """Base of providers' own lists: official standing, one offering per record."""

    standing = Standing.OFFICIAL
    records_at = "data"
    also_at: ClassVar[tuple[str, ...]] = ()
    """Other places of the list: another endpoint of the same service wraps it otherwise, and recordings hold either."""
    id_at: ClassVar[str] = "id"
    fields_at: ClassVar[Mapping[str, str]] = {}
    """Field → dotted path in a record. Null, "", 0 and missing are no opinion; what is there must be sound."""
    prices_at: ClassVar[Mapping[str, str]] = {}
    """Rate field → dotted path, in the source's `unit`."""

    def records(self, document: Any) -> Iterator[Record]:
        for path in self.also_at:
            if isinstance(found := at_path(document, path), list):
                return (Record(f"{path}[{index}]", data) for index, data in enumerate(found))
        return super().records(document)

    def claims(self, record: Record) -> Iterator[Claim]:
        if self.wanted(record):
            values = {name: record.get(*path.split(".")) for name, path in self.fields_at.items()}
            stated = {name: value for name, value in values.items() if not _says_nothing(value)}
            stated |= self.prices(record, self.prices_at) | self.more(record)
            yield claim(f"{self.speaks_for}/{self.native_id(record)}", stated, aliases=self.names(record))

    def wanted(self, record: Record) -> bool:
        """Whether a record is a model at all."""
        return True

    def native_id(self, record: Record) -> str:
        """The id one calls the model by at this provider."""
        return record.text(self.id_at)

    def more(self, record: Record) -> dict[str, Any]:
        """Values that take more than a path."""
        return {}

    def names(self, record: Record) -> tuple[str, ...]:
        """Other names that the provider itself gives this very model."""
        return ()


def _says_nothing(value: Any) -> bool:
    """0 is what stands where a limit is not known (Together, Vercel AI Gateway); no field read by a path can be 0."""
    return value is None or value == "" or (value == 0 and not isinstance(value, bool))
