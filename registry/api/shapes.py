"""The shapes of answers, for the schema and its readers.

Nothing is serialised with these (see `registry.catalogue.representation`); a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from registry.api.computed_schema import COMPUTED
from registry.catalogue import representation
from registry.domain import fields
from registry.domain.lifecycle import Stage
from registry.domain.rates import METERS, Amounts
from registry.models.choices import Pricing, ProviderKind, Quality, Status
from registry.pricing import Why
from registry.pricing.usage import MOST as MOST_USED
from registry.pricing.usage import QUANTITIES, SECONDS

Shape = serializers.Serializer[Any]


def keys(shape: type[Shape]) -> tuple[str, ...]:
    """Names of a shape's keys, in order."""
    return tuple(shape().fields)


def _text(says: str, **kwargs: Any) -> serializers.CharField:
    return serializers.CharField(help_text=says, required=False, allow_null=True, **kwargs)


def _sure(says: str) -> serializers.CharField:
    return serializers.CharField(help_text=says, required=False)


def _day(says: str) -> serializers.DateField:
    return serializers.DateField(help_text=says, required=False, allow_null=True)


def _moment(says: str, null: bool = True) -> serializers.DateTimeField:
    return serializers.DateTimeField(help_text=says, required=False, allow_null=null)


def _count(says: str) -> serializers.IntegerField:
    return serializers.IntegerField(help_text=says, required=False, allow_null=True, min_value=1)


def _flag(says: str) -> serializers.BooleanField:
    return serializers.BooleanField(help_text=says, required=False, allow_null=True, default=None)


def _words(says: str, null: bool = True) -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(), help_text=says, required=False, allow_null=null)


def _choice(says: str, known: Any, null: bool = False) -> serializers.CharField:
    # Written out where it is used: named enumerations would get names that nobody chose.
    values = [*known, None] if null else [*known]
    schema = {"type": ["string", "null"] if null else "string", "enum": values}
    kind = extend_schema_field(schema)(type("Choice", (serializers.CharField,), {}))
    field: serializers.CharField = kind(help_text=says, required=False, allow_null=null)
    return field


def _shape(name: str, members: dict[str, Any], says: str = "") -> type[Shape]:
    return type(name, (serializers.Serializer,), {**members, "__doc__": says})


_AMOUNT = r"^(0|[0-9]+(\.[0-9]*[1-9])?)$"


@extend_schema_field({"type": ["string", "null"], "pattern": _AMOUNT})
class _AmountField(serializers.CharField):
    """An exact number as text: "0" is free, null is no number."""


def _amount(says: str) -> _AmountField:
    return _AmountField(help_text=says, required=False, allow_null=True)


def _state(says: str, known: Iterable[str]) -> serializers.CharField:
    # A pattern: enumerations of nearly the same words, of which `pricing` is one, would be named by chance.
    schema = {"type": "string", "pattern": f"^({'|'.join(known)})$"}
    kind = extend_schema_field(schema)(type("State", (serializers.CharField,), {}))
    field: serializers.CharField = kind(help_text=says, required=False)
    return field


class Converted(Shape):
    """An amount in another currency: the native amount times the rate, exactly. Nothing is stored converted."""

    amount = _amount("In the currency asked for.")
    currency = _sure("The currency asked for.")
    rate = _amount("How much of it one unit of the native currency was.")
    rate_day = _day("Day for which the rate was published; null where nothing had to be converted.")
    source = _text("Who published the rate; null where nothing had to be converted.")  # type: ignore[assignment]


class Price(Shape):
    """The ordinary price of one meter today: standard tier, no special condition."""

    amount = _amount("In `currency` per `unit`. `0` when free; null when there is no number.")
    state = _state("Why the amount is what it is; `unknown` when nobody stated a price.", (*Amounts, "unknown"))
    currency = _text("ISO 4217 code; null when the price is unknown.")
    unit = _sure("What the amount pays for.")
    schedule = serializers.CharField(
        required=False,
        help_text="Only where the price changes with the hour: the amount is that of the dearest hours, which these "
        "are. `rates` has those of the others. Left out where the price is the same at every hour.",
    )
    converted = Converted(required=False, allow_null=True, help_text="With `currency=`; null without a rate.")


Prices = _shape("Prices", {meter: Price(required=False) for meter in representation.BASE_METERS})
Capabilities = _shape(
    "Capabilities",
    {
        word: _flag(fields.FIELDS[name].label + ": true, false, or null when not known.")
        for name, word in representation.CAPABILITIES.items()
    },
)


class Rate(Shape):
    """One price with the conditions under which it holds; a condition that is null does not apply."""

    rate = _sure("The rate in one word, such as `input[tier=batch]`.")
    meter = _choice("What is metered.", METERS)
    unit = _sure("What one amount pays for.")
    modality = _text("Modality; null is text, for meters that count tokens.")
    ttl = _text("Life of a cache entry.")
    tier = _text("Service tier, such as batch or priority; null is the standard one.")
    above = serializers.IntegerField(
        help_text="Holds for the whole of requests with more input tokens than this.", required=False
    )
    beyond = serializers.IntegerField(
        help_text="Marginal: holds only for what comes after so many units of the meter in one request.", required=False
    )
    region = _text("Region.")
    schedule = _text("When in the week: `16:30-00:30Z`, `Mon-Fri 09:00-18:00 Asia/Shanghai`, joined by `+`.")
    plan = _text("Plan.")
    detail = _text("Other parameters, such as the size of an image.")
    state = _state("How the price is known.", Amounts)
    amount = _amount("In `currency` per `unit`. `0` when free; null when there is no number.")
    currency = _sure("ISO 4217 code.")
    valid_from = _day("First day; null is open.")
    valid_to = _day("First day on which it no longer holds; null is open.")
    in_force = serializers.BooleanField(help_text="Whether it holds today.", required=False)
    converted = Converted(required=False, allow_null=True, help_text="With `currency=`; null without a rate.")


class Proposed(Shape):
    """A value that is not published."""

    value = serializers.JSONField(help_text="As it would be published; null where the value would go.", allow_null=True)
    source = _sure("Slug of the source that states it.")  # type: ignore[assignment]
    since = _day("Since when it has waited.")
    why = _sure("What holds it, or who rejected it and when.")


class AnnouncedPrice(Shape):
    """A price of a later day that nobody stands for yet. It is in no total."""

    source = _sure("Slug of the source that announces it.")  # type: ignore[assignment]
    prices = serializers.ListField(child=serializers.JSONField(), help_text="Points of the price line, with `from`.")


class Said(Shape):
    """Where one published value comes from, and what waits or is announced beside it."""

    source = _sure("Slug of the source, or `pin` for a curator.")  # type: ignore[assignment]
    quality = _choice("How sure it is.", Quality.values)
    reason = _sure("Why this source won.")
    since = _day("Since when the source has said so; of a past state, as told when the value was published.")
    revision = serializers.IntegerField(
        help_text="Of a past state: the revision that brought the value.", required=False
    )
    policy = _sure("The policy under which it was published.")
    agree = _words("Other sources that say the same.", null=False)
    disagree = _words("Sources that say something else.", null=False)
    agreement = serializers.DictField(
        child=serializers.IntegerField(),
        required=False,
        help_text="Independent voices that state the value (`agree`), of all (`of`); left out where it is one of one.",
    )
    stated = serializers.BooleanField(
        required=False, help_text="False where `source` states the value no longer; left out where it does."
    )
    pending = Proposed(required=False, help_text="A change that waits for a person.")
    rejected = Proposed(required=False, help_text="What its sources come to, and a person rejected.")
    announced = AnnouncedPrice(many=True, required=False, help_text="Prices that are announced for later days.")


class Lifecycle(Shape):
    """The stage of an offering today, by what its sources state."""

    stage = _choice("Stage; null when nobody states one.", Stage, null=True)
    because = _words("Fields that the stage follows from.", null=False)
    released_on = _day("Day of release.")
    deprecated_on = _day("Day from which its provider advises against it.")
    retires_on = _day("Day from which it is no longer served.")
    days_left = serializers.IntegerField(help_text="Days until it retires.", required=False, allow_null=True)
    successor = _text("Offering that its provider names in its place.")


class Offering(Shape):
    """One model at one provider. Null is not known, everywhere."""

    id = serializers.CharField(help_text="`provider/the provider's own id`.")
    provider = _sure("Slug of the provider.")
    native_id = _sure("The id to call the provider with.")
    model = _text("Id of the model behind it.")
    name = _text("Name.")
    description = _text("Description, as its source wrote it: text of others, not of the registry.")
    status = _choice("Status.", Status.values, null=True)
    task = _choice("What it is for.", fields.TASKS, null=True)
    hugging_face_id = _text("Id at Hugging Face.")
    released_on = _day("Day of release.")
    retires_on = _day("Day from which it is no longer served.")
    deprecated_on = _day("Day from which its provider advises against it.")
    successor = _text("Offering that its provider names in its place.")
    lifecycle = Lifecycle(required=False, help_text="Where it is in its life today.")
    knowledge_cutoff = _text("Year, month or day.")
    context_window = _count("Tokens.")
    max_input_tokens = _count("Tokens.")
    max_output_tokens = _count("Tokens.")
    input_modalities = _words("What it takes.")
    output_modalities = _words("What it gives.")
    capabilities = Capabilities(required=False)
    can_classify = _flag("Whether it can classify.")
    reasoning_efforts = _words("Efforts that can be asked for.")
    open_weights = _flag("Whether its weights are published.")
    license = _text("Licence.")
    quantization = _text("Quantisation.")
    regions = _words("Regions.")
    variants = _words("What its id says besides the model: ways of serving, dates, states.")
    ttft_ms = _amount("Time to first token, milliseconds.")
    tokens_per_second = _amount("Tokens per second.")
    pricing = _choice("What is known of its price as a whole.", Pricing.values)
    prices = Prices(required=False)
    source = _text("Source of most of its values.")  # type: ignore[assignment]
    quality = _choice("The weakest quality among its prices and limits.", Quality.values)
    aliases = _words("Other names; null in a past state that was made of the ledger: not known.")
    created = _moment("First published.", null=False)
    updated = _moment("Last changed.", null=False)
    missing_since = _moment("Since when its sources no longer list it; null: they do.")
    not_seen_since = _moment(
        "Since when no source has listed it, while that may be a gap: `missing_since` follows after several readings "
        "without it. Null: listed, or delisted."
    )
    pinned = _words("Fields that a curator pinned; null in a past state that was made of the ledger: not known.")
    disputed = _words("Fields about which sources differ; null in a past state.")


class OfferingDetail(Offering):
    """One model at one provider, with every price and who says so. Null is not known, everywhere."""

    rates = Rate(many=True, required=False, help_text="All prices, past and announced ones too.")
    benchmarks = serializers.DictField(child=_AmountField(), required=False, help_text="Scores by benchmark.")
    provenance = serializers.DictField(child=Said(), required=False, help_text="Field → where its value comes from.")


class Brief(Shape):
    """An offering where a model lists who serves it."""

    id = serializers.CharField()
    provider = _sure("Slug of the provider.")
    status = _choice("Status.", Status.values, null=True)
    context_window = _count("Tokens.")
    pricing = _choice("What is known of its price as a whole.", Pricing.values)
    prices = Prices(required=False)
    quality = _choice("The weakest quality among its prices and limits.", Quality.values)


class Score(Shape):
    """One score of a model, as one source states it."""

    name = serializers.CharField(help_text="Benchmark.")
    variant = _text("Effort, budget or harness that it holds for.")
    score = _AmountField(help_text="Score.")
    scale = _text("What the score counts: `percent`, `share` (0 to 1), `rating`.")
    source = serializers.CharField(help_text="Who states it.")  # type: ignore[assignment]
    named = _text("The model as its source calls it.")
    measured_on = _day("When it was measured.")
    evidence = _text("Link.")


class Model(Shape):
    """The thing itself, whoever serves it."""

    id = serializers.CharField(help_text="`author/name`.")
    author = _sure("Who made it.")
    name = _text("Name.")
    offerings = serializers.IntegerField(help_text="How many serve it.", required=False)
    created = _moment("First published.", null=False)


@extend_schema_field(COMPUTED)
class Computed(serializers.DictField):
    """What `registry.catalogue.computed` gives."""


class ModelDetail(Model):
    """A model and everybody who serves it."""

    served_by = Brief(many=True, required=False, help_text="Its offerings, by id.")
    ids = _words("Every id that means it, at some provider: of offerings, and their aliases.", null=False)
    benchmarks = Score(many=True, required=False, allow_null=True, help_text="Null in a past state: not known.")
    computed = Computed(required=False, allow_null=True, help_text="What the registry computes. Null in a past state.")


class Provider(Shape):
    """Who serves models."""

    id = serializers.CharField(help_text="Slug, the first part of every offering's id.")
    name = _sure("As the provider writes it.")
    kind = _choice("Kind.", ProviderKind.values, null=True)
    homepage = _text("Home page.")
    docs_url = _text("Documentation.")
    ended_on = _day("When the service ended.")
    successor = _text("Slug of the provider that took over.")
    note = _text("Note.")
    offerings = serializers.IntegerField(help_text="How many it serves.", required=False)


class Catalogue(Shape):
    """The whole published catalogue. Prices are those in force on the day of publication, or on the day asked for."""

    revision = serializers.IntegerField()
    published_at = serializers.DateTimeField(allow_null=True, help_text="Null before the first publication.")
    prices_on = serializers.DateField(required=False, help_text="Day whose prices a past state shows.")
    offerings = OfferingDetail(many=True)
    models = Model(many=True)
    providers = Provider(many=True)


class Candidate(Shape):
    """What an id may have meant."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=["offering", "model", "provider"])
    score = serializers.FloatField(required=False, help_text="Likeness from 0 to 1.")


class Answer(Shape):
    """What an id means."""

    query = serializers.CharField()
    offering = serializers.CharField(allow_null=True, help_text="Id of the offering, if one is meant.")
    model = serializers.CharField(allow_null=True, help_text="Id of the model, if one is meant.")
    matched_by = serializers.ChoiceField(
        choices=["exact", "own_id", "alias", "model", "normalised", "ambiguous", "none"],
        help_text="The rule that found it; `ambiguous` and `none` found nothing.",
    )
    candidates = Candidate(many=True)
    others = serializers.ListField(
        child=serializers.CharField(),
        help_text="Ids of other offerings of the model that was found, listed ones first.",
    )
    conditions = serializers.DictField(
        child=serializers.CharField(),
        help_text="How the id says that the model is called: `region`, `plan`, `detail`. `/cost/` prices by them.",
    )
    source = serializers.CharField(  # type: ignore[assignment]
        allow_null=True, help_text="Who states the alias that was found: a source, or `curator`."
    )


class Answers(Shape):
    """Several answers, in the order of the questions."""

    results = Answer(many=True)


# -- history ----------------------------------------------------------------------------------------------------------


class Known(Shape):
    """A revision and when it was published."""

    revision = serializers.IntegerField()
    at = serializers.DateTimeField()


class LedgerChange(Shape):
    """One field of one offering going from an old value to a new one, as published."""

    id = serializers.IntegerField(help_text="Its place in the ledger; later ones are greater.")
    revision = serializers.IntegerField()
    at = serializers.DateTimeField(help_text="When the revision was published.")
    offering = serializers.CharField(help_text="Id of the offering.")
    field = serializers.CharField(help_text="Field, such as `context_window` or `price.input[tier=batch]`.")
    group = _text("Group of the field; null for one that is no longer known.")
    old = serializers.JSONField(help_text="Null: there was none. A price is a list of its points in time.")
    new = serializers.JSONField(help_text="Null: there is none, or nobody states it any more (`reason`: withdrawn).")
    source = _text("Who states the new value.")  # type: ignore[assignment]
    quality = _choice("How sure it was.", Quality.values)
    reason = _text("Why this source won.")
    policy = _text("The policy under which it was published.")
    actor = serializers.CharField(help_text="Who did it: a person's name, or `sync:` and a source.")
    note = _text("Note.")


class PricePointKnown(Shape):
    """What a rate cost in one span of time, and in which revisions the registry said so."""

    amount = _amount("In `currency` per `unit`. `0` when free; null when there is no number.")
    state = _state("How the price was known; `unknown` while nobody stated it.", (*Amounts, "unknown"))
    currency = _text("ISO 4217 code; null when unknown.")
    unit = _sure("What one amount pays for.")
    valid_from = _day("First day; null is open.")
    valid_to = _day("First day on which it no longer holds; null is open.")
    known_from = Known(help_text="The revision that brought it.")
    known_to = Known(allow_null=True, help_text="The revision that replaced it; null: it is what is published.")
    source = _text("Who stated it.")  # type: ignore[assignment]
    quality = _choice("How sure it was.", Quality.values)
    actor = _sure("Who published it.")
    note = _text("Note.")


class Page(Shape):
    """What every page has."""

    count = serializers.IntegerField(help_text="Rows on all pages together.")
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class History(Page):
    """What changed about one offering, newest first, and its prices on both clocks."""

    id = serializers.CharField()
    results = LedgerChange(many=True)
    prices = serializers.DictField(
        child=serializers.ListField(child=PricePointKnown()), help_text="Rate field → its points, oldest first."
    )


class Changes(Shape):
    """A part of the ledger, oldest first. Ask `next` again and again to get every change once."""

    revision = serializers.IntegerField(help_text="The newest revision.")
    results = LedgerChange(many=True)
    more = serializers.BooleanField(help_text="Whether `next` has changes already.")
    next = serializers.URLField(help_text="What comes after this, now or later.")


class Revision(Shape):
    """One publication."""

    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    actor = serializers.CharField(help_text="Who published: a person's name, or `sync:` and a source.")
    reason = _text("Why.")
    entries = serializers.IntegerField(help_text="How many values it changed.")


class Revisions(Page):
    """Publications, newest first."""

    results = Revision(many=True)


class WrongParameter(Shape):
    parameter = serializers.CharField()
    detail = serializers.CharField()
    nearest = serializers.CharField(allow_null=True, help_text="What was probably meant.")


class Problem(Shape):
    """An error, by RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What is wrong and what to do, for people.")
    instance = serializers.CharField()
    errors = WrongParameter(many=True, required=False)  # type: ignore[assignment]
    candidates = Candidate(many=True, required=False)
    lookup_url = serializers.URLField(required=False)
    known_since = Known(required=False, help_text="Of what was not published yet in the state asked for.")


# -- cost -------------------------------------------------------------------------------------------------------------


def _quantities() -> dict[str, Any]:
    found: dict[str, Any] = {
        name: serializers.DecimalField(max_digits=27, decimal_places=12, min_value=0, required=False)
        if name in SECONDS
        else serializers.IntegerField(min_value=0, max_value=MOST_USED, required=False)
        for name in QUANTITIES
    }
    says = "Anything else by the word of its rate, such as `search[detail=context:low]`."
    return found | {"others": serializers.DictField(child=serializers.CharField(), required=False, help_text=says)}


UsageShape = _shape("Usage", _quantities(), "What one call used. Cached tokens are a part of the input.")


class CostItem(Shape):
    """One usage of one model."""

    id = serializers.CharField(max_length=400, help_text="Any id that `lookup` resolves.")
    usage = UsageShape(required=False)
    mix = serializers.JSONField(
        required=False,
        help_text="Instead of `usage`: parts of input to parts of output, such as `3:1`, to be priced per 1M tokens; "
        "`true` for 3:1.",
    )
    cached = serializers.DecimalField(
        max_digits=3, decimal_places=2, min_value=0, max_value=1, required=False,
        help_text="Share of the input of the mix that is read from a cache.",
    )  # fmt: skip
    tier = _text("Service tier, such as batch; standard when left out.")
    region = _text("Region.")
    plan = _text("Plan.")
    detail = _text("Parameters of images and videos, such as `size:1024x1024,quality:hd`.")
    at = _moment("When the call was made; now when left out.")


class _CostOptions(Shape):
    fallback = serializers.BooleanField(
        required=False, help_text="Estimate what is not found by the operator's price, if one is set."
    )
    revision = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, help_text="Price by the catalogue of this revision."
    )
    known_at = _moment("Price by what was published by then.")
    currency = serializers.RegexField(
        "^[A-Z]{3}$", required=False, allow_null=True, help_text="Give totals in this currency, too."
    )


class CostRequest(CostItem, _CostOptions):
    """One usage, priced at one offering, or compared over all offerings of its model, over a filter, or over ids."""

    id = serializers.CharField(max_length=400, required=False, help_text="Any id that `lookup` resolves.")
    compare = serializers.JSONField(
        required=False,
        help_text='`true`: price it at every offering of the model, too. Instead of an id: `{"filter": {…}}` with '
        'the filters of the list of offerings, or `{"ids": […]}`, each with `limit`.',
    )


class CostBatch(_CostOptions):
    """Up to 10,000 usages."""

    items = CostItem(many=True)


class CostLine(Shape):
    """One part of a usage and what it costs."""

    meter = serializers.CharField(help_text="What was used.")
    quantity = _AmountField(help_text="How much of it.")
    unit = serializers.CharField(help_text="What the quantity counts.")
    rate = serializers.CharField(help_text="The rate that was charged, such as `input[tier=batch]`.")
    amount = _AmountField(help_text="Its price, in `currency` per `per`; `0` is free.")
    per = serializers.CharField(help_text="What the amount pays for.")
    currency = serializers.CharField()
    cost = _AmountField(help_text="Cost of this part.")
    rule = serializers.CharField(help_text="How the rate was chosen.")


class UnpricedPart(Shape):
    """A part of a usage whose price is not known. It is in no total."""

    meter = serializers.CharField()
    quantity = _AmountField()
    unit = serializers.CharField()
    why = _state("Why, in a word.", Why)
    detail = serializers.CharField(help_text="Why, in a sentence.")


class Effective(Shape):
    """What 1M tokens of a mix cost."""

    mix = serializers.CharField(help_text="Parts of input to parts of output.")
    cached = _AmountField(help_text="Share of the input that is read from a cache.")
    per_1m_tokens = _amount("Null when a part of the mix has no known price.")
    currency = serializers.CharField(allow_null=True)
    leaves_out = _words("Fees that do not depend on tokens and are not in the price.", null=False)


class ExchangeRate(Shape):
    """A rate that was converted by; nothing had to be converted where the day is null."""

    rate = _amount("How much of the currency asked for one unit of the native one was.")
    rate_day = _day("Day for which it was published.")
    source = _text("Who published it.")  # type: ignore[assignment]


class ConvertedTotal(Shape):
    """All sums as one, in the currency asked for."""

    amount = _amount("The sum.")
    currency = _sure("The currency asked for.")
    rates = serializers.DictField(child=ExchangeRate(), help_text="By native currency.")


class CostAnswer(Shape):
    """What one usage costs, as far as it is known."""

    id = serializers.CharField(help_text="As asked.")
    found = serializers.BooleanField(help_text="Whether the id means one offering.")
    estimate = serializers.BooleanField(help_text="True when the operator's fallback was used.")
    offering = serializers.CharField(allow_null=True)
    model = serializers.CharField(allow_null=True)
    matched_by = serializers.CharField(help_text="The rule of `lookup` that found it.")
    candidates = Candidate(many=True, help_text="What else it may have meant.")
    revision = serializers.IntegerField(help_text="Revision of the prices; asking for it again gives the same cost.")
    at = serializers.DateTimeField(help_text="Moment for which prices were taken.")
    total = _amount("Sum of the lines; null when nothing could be priced, or in several currencies.")
    currency = serializers.CharField(allow_null=True)
    totals = serializers.DictField(child=_AmountField(), help_text="Sum by currency.")
    converted_total = ConvertedTotal(
        required=False, allow_null=True, help_text="With `currency`; null without a rate for every part."
    )
    complete = serializers.BooleanField(help_text="Whether every part is priced.")
    lines = CostLine(many=True)
    unpriced = UnpricedPart(many=True)
    effective = Effective(required=False, help_text="Where a mix was asked for; lines are of a small request.")


class CostCompared(CostAnswer):
    """What one usage costs, here and at every other offering of the model."""

    compared = CostAnswer(many=True, required=False, help_text="Cheapest first; partly priced and unpriced ones last.")


class CostRefused(Shape):
    """An item of a batch that cannot be read. It has a `problem`, and neither a total nor anything else."""

    id = serializers.CharField(allow_null=True, help_text="As asked; null where that is no id.")
    problem = Problem(help_text="What is wrong; `errors` names the place.")


class CostAnswers(Shape):
    """Answers to a batch, in the order of its items."""

    revision = serializers.IntegerField()
    refused = serializers.IntegerField(help_text="How many items have a `problem` in place of an answer.")
    results = PolymorphicProxySerializer(
        component_name="CostBatchResult",
        serializers=[CostAnswer, CostRefused],
        resource_type_field_name=None,
        many=True,
    )


class CostComparison(Shape):
    """The same usage at all that some filters match, or at some ids."""

    revision = serializers.IntegerField()
    matching = serializers.IntegerField(help_text="How many were priced; `limit` tells how many of them are answered.")
    unknown_count = serializers.IntegerField(
        help_text="How many more may match: a filter looks at something of them that is unknown. 0 for `compare.ids`."
    )
    compared = CostAnswer(many=True, help_text="Cheapest first; partly priced, unpriced and not found ones last.")
