"""The shape that most providers use: a JSON list of models, each with an id. Such a source is a dozen lines of paths.

Most need nothing else and are tables of `syncers/sources/simple.toml`. A source that differs in one point is a class
that overrides one method: `more` for values that need code, `wanted` to skip rows that are no models, `native_id` for
unusual ids.

    class Example(ModelList):
        slug, label, speaks_for = "example", "Example AI", "example"
        url = "https://api.example.com/v1/models"
        key_variable, key_required = "EXAMPLE_API_KEY", True
        expected = (5, 500)
        fields_at = {"context_window": "context_length"}
        unit, prices_at = units.USD_PER_TOKEN, {"price.input": "pricing.prompt", "price.output": "pricing.completion"}

        def wanted(self, record: Record) -> bool:
            return record.get("private") is not True
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from curation.core.authority import SourceType
from curation.core.claim import Claim, claim
from registry.domain.fields import field
from registry.domain.kinds import LISTS
from syncers.kinds.capabilities import marks
from syncers.kinds.coerce import money, words
from syncers.kinds.declaration import check_fields
from syncers.kinds.record import Record
from syncers.kinds.source import Source
from syncers.payload.paging import at_path


class ModelList(Source):
    """Base of providers' own lists: official source type, one offering per record."""

    source_type = SourceType.OFFICIAL
    records_at = "data"
    also_at: ClassVar[tuple[str, ...]] = ()
    """Other paths of the list: another endpoint of the service wraps it differently, and recordings hold either."""
    id_at: ClassVar[str] = "id"
    fields_at: ClassVar[Mapping[str, str | tuple[str, ...]]] = {}
    """Field → dotted path in a record; of several, the first that states something. Null, "", 0, an
    empty list of words and missing state nothing; any other value must be valid.
    """
    meanings_at: ClassVar[Mapping[str, Mapping[str, Mapping[str, str]]]] = {}
    """Field → path of a word (also `true` and `false`) → word → value. Other words state nothing."""
    marks_at: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    """Path of a list of words → word → capability. A listed word means yes; a missing word states nothing."""
    prices_at: ClassVar[Mapping[str, str]] = {}
    """Rate field → dotted path, in the source's `unit`."""
    piece_prices_at: ClassVar[Mapping[str, str]] = {}
    """Rate field → dotted path, in USD per the unit of the rate (a request, an hour). 0 means that there is none."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "slug" in cls.__dict__:
            check_fields(cls, cls._mapped())

    @classmethod
    def _mapped(cls) -> Iterator[str]:
        for fields in (cls.fields_at, cls.meanings_at, cls.prices_at, cls.piece_prices_at):
            yield from fields
        for meanings in cls.marks_at.values():
            yield from meanings.values()

    def rows(self, document: Any) -> Iterator[Record]:
        for path in self.also_at:
            if isinstance(rows := at_path(document, path), list):
                return (Record(f"{path}[{index}]", data) for index, data in enumerate(rows))
        return super().rows(document)

    def claims(self, record: Record) -> Iterator[Claim]:
        if self.wanted(record):
            values = {**self._stated(record), **self.prices(record, self.prices_at), **self.more(record)}
            yield claim(f"{self.speaks_for}/{self.native_id(record)}", values, aliases=self.names(record))

    def _stated(self, record: Record) -> dict[str, Any]:
        """The values at the declared paths, without the token prices."""
        values: dict[str, Any] = {}
        for name, paths in self.fields_at.items():
            candidates = (record.at(path) for path in ([paths] if isinstance(paths, str) else paths))
            if field(name).kind in LISTS:
                candidates = (value or None for value in candidates)
            if (value := next((value for value in candidates if not _says_nothing(value)), None)) is not None:
                values[name] = value
        for name, meanings in self.meanings_at.items():
            for path, means in meanings.items():
                if (word := _word(record.at(path))) in means:
                    values[name] = means[word]
        for path, capabilities in self.marks_at.items():
            values |= marks(words(record.at(path), path.rpartition(".")[2]), capabilities)
        for name, path in self.piece_prices_at.items():
            if (line := money(record.at(path))) and line[0].amount:
                values[name] = line
        return values

    def wanted(self, record: Record) -> bool:
        """Whether a record is a model."""
        return True

    def native_id(self, record: Record) -> str:
        """The id by which the provider's API calls the model."""
        return record.text(self.id_at)

    def more(self, record: Record) -> dict[str, Any]:
        """Values that need more than a path."""
        return {}

    def names(self, record: Record) -> tuple[str, ...]:
        """Aliases: other names that the provider itself gives to this model."""
        return ()


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _says_nothing(value: Any) -> bool:
    """Together and Vercel AI Gateway write 0 for an unknown limit; no field that is read by a path can be 0."""
    return value is None or value == "" or (value == 0 and not isinstance(value, bool))
