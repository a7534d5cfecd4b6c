"""A sample of each source's payload, and where in it a test finds an element, its id, a price and a name.

Most follows from the declaration. What does not stands in EXCEPT, a line for each source. A sample is a file of
`tests/recordings`, called as the source is.
"""

from __future__ import annotations

import copy
import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any, Final

from registry.formats import csv25
from registry.formats.columns import COLUMNS
from registry.formats.row import Row
from syncers.kinds.benchmarks import BenchmarkList
from syncers.kinds.exchange_rates import ExchangeRateList
from syncers.kinds.model_list import ModelList
from syncers.kinds.page.source import PageSource
from syncers.kinds.record import Parsed
from syncers.kinds.source import Source
from syncers.registry import all_sources

RECORDINGS: Final = Path(__file__).resolve().parents[2] / "recordings"
JSONPath = tuple[str | int, ...]
HOSTILE: Final = "hostile/one"


@dataclass(frozen=True)
class Sample:
    """A payload of a source, made of elements that hold one record each."""

    source: type[Source]
    file: str
    holder: JSONPath = ()
    """Where the elements are: a list, or an object by id."""
    element: str | int = 0
    """A sound one of them, with a price."""
    id_at: JSONPath = ("id",)
    """Where the id is in an element; () when it stands outside of it."""
    id_as: str = "{}"
    """How it is written there."""
    besides: tuple[tuple[str, Any], ...] = ()
    """Further keys that change with the id: `{}` is the id."""
    price: JSONPath = ()
    """One price in that element; () when the source states none."""
    name: JSONPath = ()
    """The display name in it; () when it has none."""
    depth: int = 2
    """How many steps down the payload a single element begins."""
    rejected: frozenset[str] = frozenset()
    """`where` of the records that are there to be rejected."""
    bare_values: Mapping[str, Any] | None = None
    """What is stated of a record that has nothing but its id: nothing, unless its place says something."""
    any_object_is_listed: bool = False
    ids_are_ours: bool = False
    """Whether ids are looked up in a table of ours, so that no element can bring a hostile one."""
    negative_is_dynamic: bool = False
    """Whether a negative price is the documented word for "it depends"."""
    every_cell_is_text: bool = False
    """Whether the payload is a CSV: an empty cell is unknown, every other a text, and nothing is nested."""

    def body(self) -> bytes:
        return (RECORDINGS / self.file).read_bytes()

    def document(self) -> Any:
        return json.loads(self.body())

    def parse(self, document: Any) -> Parsed:
        return self.source().parse(document if isinstance(document, bytes) else json.dumps(document).encode())

    def container(self, document: Any) -> Any:
        return reduce(lambda holder, step: holder[step], self.holder, document)

    def put(self, document: Any, element: Any, ident: str = HOSTILE) -> None:
        """Adds an element; its id is already in it, for payloads that keep it there."""
        container = self.container(document)
        if isinstance(container, list):
            container.append(element)
        else:
            container[ident] = element

    def renamed(self, document: Any, ident: str) -> Any:
        """The sound element under another id."""
        element = self.with_id(copy.deepcopy(self.container(document)[self.element]), ident)
        return element | {key: value.format(ident) if isinstance(value, str) else value for key, value in self.besides}

    def with_id(self, element: Any, ident: str) -> Any:
        if not self.id_at:
            return element
        assert reduce(lambda value, step: value[step], self.id_at, element)  # else it is renamed in vain
        return changed(element, self.id_at, self.id_as.format(ident))

    def bare(self, ident: str) -> Any:
        """An element of which nothing is stated."""
        element: Any = self.id_as.format(ident) if self.id_at else {}
        for step in reversed(self.id_at):
            element = {step: element}
        return element


class BlackForestLabs(Sample):
    def put(self, document: Any, element: Any, ident: str = HOSTILE) -> None:
        super().put(document, element, f"/v1/flux-{ident}")


class BedrockPrices(Sample):
    def put(self, document: Any, element: Any, ident: str = HOSTILE) -> None:
        super().put(document, element, ident)
        document["products"][ident] = document["products"]["NOVA-IN"]


class LiteLLM(Sample):
    def bare(self, ident: str) -> Any:
        return {"litellm_provider": "bare"}


class Replicate(Sample):
    def with_id(self, element: Any, ident: str) -> Any:
        owner, _, name = ident.partition("/")
        return element | {"owner": owner, "name": name}

    def bare(self, ident: str) -> Any:
        return self.with_id({}, ident)


class Vertex(Sample):
    def with_id(self, element: Any, ident: str) -> Any:
        return super().with_id(element, ident.replace("/one", "-one"))


class Curated(Sample):
    """A CSV: a document is a list of rows by column."""

    CSV = """\
id,alias,name,input_per_1m,output_per_1m,max_context,caps,mmlu,source,quality,updated
acme/rocket-1,rocket;acme/rocket,Rocket 1,2.5,10,200000,VT,80.5,official,verified,2026-01-04
acme/rocket-0,-,Rocket 0,0,0,8192,-,-,community,estimated,2025-06-01
acme/rocket-x,-,Rocket X,-1,-1,-,-,-,-,unknown,-
"""

    def body(self) -> bytes:
        return json.dumps({"files": {"sample.csv": self.CSV}}).encode()

    def document(self) -> Any:
        rows = [row for row in csv25.read(self.CSV) if isinstance(row, Row)]
        return [{name: cell or "-" for name, cell in row.cells().items()} for row in rows]

    def parse(self, document: Any) -> Parsed:
        if isinstance(document, list):
            document = {"files": {"sample.csv": _as_csv(document)}}
        return super().parse(document)


def _as_csv(rows: list[Any]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = [row.get(name) for name in COLUMNS] if isinstance(row, dict) else [json.dumps(row)]
        writer.writerow(["-" if cell is None else str(cell) for cell in cells])
    return text.getvalue()


def changed(document: Any, path: JSONPath, value: Any) -> Any:
    """A copy with another value at a place that exists."""
    document = copy.deepcopy(document)
    reduce(lambda holder, step: holder[step], path[:-1], document)[path[-1]] = value
    return document


#: What does not follow from the declaration.
EXCEPT: Final[Mapping[str, Mapping[str, Any]]] = {
    "aihubmix": {"id_at": ("model_id",), "price": ("pricing", "input")},
    "aimo": {"id_at": ("name",)},
    "alibaba": {"price": ("prices", 0, "prices", 0, "price")},
    "azure-arm": {"id_at": ("model", "name")},
    "azure-prices": {"id_at": (), "price": ("retailPrice",), "ids_are_ours": True},
    "bedrock": {"holder": ("modelSummaries",), "element": 2, "id_at": ("modelId",)},
    "bedrock-prices": {
        "kind": BedrockPrices, "holder": ("terms", "OnDemand"), "element": "NOVA-IN", "id_at": (), "depth": 3,
        "price": ("T.1", "priceDimensions", "R", "pricePerUnit", "USD"), "ids_are_ours": True,
    },
    "black-forest-labs": {"kind": BlackForestLabs, "holder": ("paths",), "element": "/v1/flux-9-pro", "id_at": ()},
    "cloudflare-ai-gateway": {"price": ("cost_in",)},
    "cloudflare-workers-ai": {"price": ("properties", 0, "value", 0, "price")},
    "curated": {
        "kind": Curated, "price": ("input_per_1m",), "name": ("name",), "every_cell_is_text": True,
    },
    "deepgram": {"holder": ("tts",), "bare_values": {"task": "speech"}},
    "deepinfra": {"id_at": ("model_name",), "price": ("pricing", "cents_per_input_token")},
    "deprecations-info": {"id_at": ("model_id",)},
    "fal-prices": {"holder": ("prices",), "element": 5, "id_at": ("endpoint_id",), "price": ("unit_price",)},
    "fireworks": {"id_at": ("name",), "name": ("displayName",)},
    "genai-prices": {"holder": (0, "models"), "price": ("prices", "input_mtok"), "name": ("name",), "depth": 4},
    "google": {"id_as": "models/{}"},
    "google-vertex": {"kind": Vertex, "id_at": ("name",), "id_as": "publishers/google/models/{}"},
    "helicone": {"price": ("endpoints", 1, "pricing", "prompt")},
    # What a model says of itself holds at all of its providers.
    "huggingface-router": {"price": ("providers", 0, "pricing", "input"), "depth": 6},
    "litellm": {
        "kind": LiteLLM, "element": "xai/grok-9", "id_at": (), "besides": (("litellm_provider", "hostile"),),
        "price": ("input_cost_per_token",), "depth": 1,
    },
    "mistral": {"element": 2, "besides": (("name", "{}"),)},
    "model-eol": {"holder": (0, "models"), "depth": 3},
    "models-dev": {
        "holder": ("openai", "models"), "element": "gpt-9", "price": ("cost", "input"), "name": ("name",), "depth": 3,
    },
    "novita": {"price": ("pricing", "prompt", "price_per_m_decimal")},
    "ollama": {"besides": (("model", "{}"),)},
    "onerouter": {"price": ("sale_input_cost",)},
    "openrouter": {
        "besides": (("canonical_slug", "{}"),), "price": ("pricing", "prompt"), "name": ("name",),
        "negative_is_dynamic": True,
    },
    "portkey": {
        "holder": ("files", "anthropic"), "element": "claude-9-latest", "id_at": (), "depth": 3,
        "price": ("pricing_config", "pay_as_you_go", "request_token", "price"), "rejected": frozenset({"openai/gone"}),
        "any_object_is_listed": True,
    },
    "replicate": {"kind": Replicate},
    "together": {"price": ("pricing", "input")},
    "venice": {"price": ("model_spec", "pricing", "input", "usd")},
    "xai": {"besides": (("aliases", []),)},
    "zenmux": {"price": ("pricings", "prompt", 0, "value")},
}  # fmt: skip


def sample_of(source: type[Source]) -> Sample:
    """What follows from a declaration, and what is excepted."""
    facts: dict[str, Any] = {"file": f"{source.slug.replace('-', '_')}.json"}
    facts["holder"] = tuple(filter(None, source.records_at.split(".")))
    facts["depth"] = len(facts["holder"]) + 1
    if issubclass(source, ModelList):
        facts["id_at"] = (source.id_at,)
        facts["price"] = tuple(filter(None, source.prices_at.get("price.input", "").split(".")))
        name = source.fields_at.get("name", "")
        facts["name"] = tuple(name.split(".")) if isinstance(name, str) and name else ()
    facts |= EXCEPT.get(source.slug, {})
    kind: type[Sample] = facts.pop("kind", Sample)
    return kind(source=source, **facts)


def samples() -> Iterator[tuple[str, Sample]]:
    """One for each source that reads records into claims; those that are like another one have that one's."""
    for source in all_sources():
        if issubclass(source, PageSource):  # see `pages/samples.py`
            continue
        if source.nothing_fetched or "like" in source.table or issubclass(source, (BenchmarkList, ExchangeRateList)):
            continue
        yield source.slug, sample_of(source)
        if source.slug == "novita":  # an answer of old, with its prices in other units only
            old = replace(sample_of(source), element=1, price=("input_token_price_per_m",))
            yield "novita of old", old


SAMPLES: Final = dict(samples())
