"""The body of a request to pin, read strictly: every error names its key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from rest_framework.request import Request

from curation.api import pin_values
from curation.apply import pin_drift
from curation.models import Pin
from registry import json_schema as schema
from registry.api import cost_conditions, json_body
from registry.api.problems import BadParameters, ParameterError, Problem
from registry.domain import fields
from registry.domain.fields import FIELDS
from registry.domain.words import nearest

LONGEST_REASON: Final = 400
_LONGEST: Final = {"offering": 320, "field": 250, "reason": 500, "evidence": 500}
NEW_PIN: Final = schema.shape(
    "NewPin",
    "What to pin.",
    {
        "offering": schema.text(maxLength=_LONGEST["offering"]),
        "field": schema.text(maxLength=_LONGEST["field"]),
        "value": schema.anything(
            'Null pins that there is none. A price: "2.5" (USD), "free", "dynamic", "included", "not_offered", '
            "one point in time, or a list of them. Never a JSON number, which would lose digits."
        ),
        "reason": schema.text(maxLength=_LONGEST["reason"]),
        "evidence": schema.link(null=True, maxLength=_LONGEST["evidence"]),
        "expires_at": schema.moment(null=True),
        "review_at": schema.moment(null=True),
    },
    optional=("evidence", "expires_at", "review_at"),
)


@dataclass(frozen=True, slots=True)
class PinRequest:
    """The arguments of `curation.pins.pinning.pin`."""

    offering: str
    field: str
    value: Any
    reason: str
    evidence: str
    expires_at: datetime | None
    review_at: datetime | None
    now: datetime

    def as_arguments(self) -> dict[str, Any]:
        # Not deeply: prices are plain values of their own.
        return {name: getattr(self, name) for name in NEW_PIN.keys} | {"at": self.now}

    def existing_pin(self, person: Any) -> Pin | None:
        """The same pin of the same person, when it is in force: a request that is sent twice pins once."""
        held = Pin.objects.select_related("author").filter(pin_drift.in_force(self.now))
        pin = held.filter(offering_key=self.offering, field=self.field, author=person).first()
        if pin is None:
            return None
        same = {name: getattr(pin, name) for name in ("reason", "evidence", "expires_at", "review_at")}
        mine = {name: getattr(self, name) for name in same} | {"reason": self.reason.strip()}
        return pin if same == mine and pin.value == fields.field(self.field).encode(self.value) else None


def read(request: Request, now: datetime) -> PinRequest:
    """The request's body. Raises BadParameters, and Problem for a body that is no JSON."""
    data = json_body.document(request)
    if not isinstance(data, dict):
        raise Problem("The body is an object with offering, field, value and reason.")
    reader = _Reader(data)
    offering, name = reader.text("offering"), reader.text("field")
    reason, evidence = reader.text("reason"), reader.text("evidence", required=False)
    expires_at, review_at = reader.moment("expires_at"), reader.moment("review_at")
    value = reader.value(name)
    if reader.errors:
        raise BadParameters(reader.errors)
    return PinRequest(offering, fields.field(name).name, value, reason, evidence, expires_at, review_at, now)


def reason(text: Any) -> str:
    """Why a pin is released. Raises BadParameters where nobody says."""
    if not isinstance(text, str) or not text.strip():
        raise BadParameters([ParameterError("reason", "say why: the reason is what the next curator reads")])
    if len(text) > LONGEST_REASON:
        raise BadParameters([ParameterError("reason", f"at most {LONGEST_REASON} signs")])
    return text.strip()


class _Reader:
    """Collects errors, so that all are reported at once."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.errors = [
            ParameterError(str(name)[:100], "no such key here", nearest(str(name), NEW_PIN.keys))
            for name in data
            if name not in NEW_PIN.keys
        ]

    def text(self, name: str, *, required: bool = True) -> str:
        text = self.data.get(name)
        if text is None and not required:
            return ""
        if not isinstance(text, str) or (required and not text.strip()):
            self.wrong(name, "is missing" if text is None else "a text is expected")
        elif "\0" in text or len(text) > _LONGEST[name]:
            self.wrong(name, f"at most {_LONGEST[name]} signs, none of them NUL")
        else:
            return text.strip()
        return ""

    def moment(self, name: str) -> datetime | None:
        if self.data.get(name) is None:
            return None
        try:
            return cost_conditions.moment(self.data[name])
        except ValueError as error:
            self.wrong(name, str(error))
            return None

    def value(self, name: str) -> Any:
        if not name:
            return None
        try:
            declared = fields.field(name)
        except ValueError as error:
            near = nearest(name, (*FIELDS, "price.input", "price.output", "price.cache_read"))
            self.wrong("field", str(error)[:300], near)
            return None
        if "value" not in self.data:
            self.wrong("value", "is missing; null pins that there is none")
            return None
        try:
            return pin_values.read(declared, self.data["value"])
        except (ValueError, ArithmeticError) as error:
            self.wrong("value", str(error)[:300])
            return None

    def wrong(self, name: str, why: str, near: str | None = None) -> None:
        self.errors.append(ParameterError(name, why, near))
