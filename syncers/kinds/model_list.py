"""The shape that most providers share: a JSON list of models with an id each. Such a source is a dozen lines of paths.

Most need nothing else and are tables of `syncers/sources/simple.toml`. A source that differs in one point is a class
that overrides one method: `more` for values that need code, `wanted` for rows that are no models, `native_id` for odd
ids.

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

from curation.core.authority import Standing
from curation.core.claim import Claim, claim
from syncers.kinds.capabilities import marks
from syncers.kinds.coerce import money, words
from syncers.kinds.declaration import check_fields
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
    fields_at: ClassVar[Mapping[str, str | tuple[str, ...]]] = {}
    """Field → dotted path in a record; of several, the first that states something. Null, "", 0 and missing are no
    opinion; what is there must be sound.
    """
    meanings_at: ClassVar[Mapping[str, Mapping[str, Mapping[str, str]]]] = {}
    """Field → path of a word (`true` and `false` are words, too) → what the words mean. Others are no opinion."""
    marks_at: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    """Path of a list of words → word → capability. A word says yes, a missing one nothing."""
    prices_at: ClassVar[Mapping[str, str]] = {}
    """Rate field → dotted path, in the source's `unit`."""
    piece_prices_at: ClassVar[Mapping[str, str]] = {}
    """Rate field → dotted path, in USD per the unit of the rate (a request, an hour). 0 says that there is none."""

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

    def records(self, document: Any) -> Iterator[Record]:
        for path in self.also_at:
            if isinstance(rows := at_path(document, path), list):
                return (Record(f"{path}[{index}]", data) for index, data in enumerate(rows))
        return super().records(document)

    def claims(self, record: Record) -> Iterator[Claim]:
        if self.wanted(record):
            values = {**self._stated(record), **self.prices(record, self.prices_at), **self.more(record)}
            yield claim(f"{self.speaks_for}/{self.native_id(record)}", values, aliases=self.names(record))

    def _stated(self, record: Record) -> dict[str, Any]:
        """What stands at the declared paths, without the token prices."""
        values: dict[str, Any] = {}
        for name, paths in self.fields_at.items():
            candidates = (record.at(path) for path in ([paths] if isinstance(paths, str) else paths))
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


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _says_nothing(value: Any) -> bool:
    """0 is what stands where a limit is not known (Together, Vercel AI Gateway); no field read by a path can be 0."""
    return value is None or value == "" or (value == 0 and not isinstance(value, bool))
