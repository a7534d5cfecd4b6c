"""What one source states about one offering: the only thing a syncer produces."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from curation.core.evidence import Evidence
from registry.domain import fields, offering_ids
from registry.domain.fields import Value
from registry.domain.rates import PREFIX

_LONGEST_ALIAS = 320
ANY_FIELD: Final = "*"
"""Stands in `Claim.unreadable` for fields of which it is not known which they are."""


class InvalidClaim(ValueError):
    """An element of a payload that is no valid claim. The message names the field and the reason."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Everything one source states about one offering, normalised and checked.

    `values` maps field names to values in the Python form of their kind: a field left out is not stated, None states
    that there is no value. `estimates` names the fields which the source itself calls estimates.
    """

    offering: str
    """`<provider slug>/<the provider's own id>`, exactly as one would call it there."""
    values: Mapping[str, Value]
    aliases: tuple[str, ...] = ()
    """Other names that the source says mean this very offering at its provider."""
    as_of: date | None = None
    """The day for which the source speaks, when it says so itself."""
    estimates: frozenset[str] = field(default_factory=frozenset)
    origin: str = ""
    """The source that this very statement was taken from, so that a copy never counts as an independent one."""
    unreadable: frozenset[str] = field(default_factory=frozenset)
    """Fields about which the source says something that cannot be read: it is unknown whether it still states what it
    stated before. ANY_FIELD where it is not known which fields they are.
    """
    denied: frozenset[str] = frozenset()
    """Fields without a value about which the source says, in its own format, that there is none. It is not silent about
    them, so its earlier statement is not kept.
    """
    evidence: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)
    """Field → the lines of the source's page that state it, of sources that are pages."""

    def leaves_open(self, name: str) -> bool:
        """Whether the earlier statement of the source on a field may still hold.

        Prices are one list: while a part of it cannot be read, no other part counts as no longer stated.
        """
        if name in self.values or not self.unreadable:
            return False
        if name in self.unreadable or ANY_FIELD in self.unreadable:
            return True
        return name.startswith(PREFIX) and any(other.startswith(PREFIX) for other in self.unreadable)

    def encoded(self) -> dict[str, fields.Json]:
        """The values in canonical JSON form, keys in order."""
        return {name: fields.field(name).encode(self.values[name]) for name in sorted(self.values)}

    def encoded_evidence(self) -> dict[str, fields.Json]:
        """The lines by field, fields in order."""
        return {name: [line.as_json() for line in lines] for name, lines in sorted(self.evidence.items())}

    def digest(self) -> str:
        """Fingerprint of all that is stated. Equal statements have equal digests, in whatever order they were made."""
        document = [
            self.offering,
            self.encoded(),
            sorted(self.aliases),
            str(self.as_of or ""),
            sorted(self.estimates),
            self.origin,
        ]
        if self.unreadable:
            document.append(sorted(self.unreadable))
        if self.denied:
            document.append({"denied": sorted(self.denied)})
        if self.evidence:
            document.append({"evidence": self.encoded_evidence()})
        return hashlib.sha256(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def claim(
    offering: str,
    values: Mapping[str, Value],
    *,
    aliases: tuple[str, ...] = (),
    as_of: date | None = None,
    estimates: frozenset[str] = frozenset(),
    origin: str = "",
) -> Claim:
    """A checked claim: each value cleaned by its field's kind. Raises InvalidClaim naming the field and the reason."""
    try:
        offering_ids.check(offering)
    except ValueError as error:
        raise InvalidClaim(str(error)) from error
    cleaned = {}
    for name, value in values.items():
        try:
            declared = fields.field(name)
            cleaned[declared.name] = declared.clean(value)
        except (ValueError, TypeError) as error:
            raise InvalidClaim(f"{name}: {error}") from error
    for alias in aliases:
        if not 0 < len(alias) <= _LONGEST_ALIAS or not alias.isprintable() or alias != alias.strip():
            raise InvalidClaim(f"cannot be another name of an offering: {alias[:120]!r}")
    if unknown := estimates - cleaned.keys():
        raise InvalidClaim(f"called estimates, but not stated: {', '.join(sorted(unknown))[:200]}")
    return Claim(offering, cleaned, tuple(sorted(set(aliases))), as_of, estimates, origin)
