"""The published account of a value: who states it, how sure it is, who agrees. Part of the API's contract. Pure.

It is true now: *verified* is what the named source states today, being the provider, or what two independent sources
state today, or a pin with evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from curation.core.authority import Standing
from curation.core.diff import stated_after
from curation.core.hearing import split, voices_of
from curation.core.merge import pinned
from curation.core.policy import PINS_APPLY
from curation.core.statements import Decision, PinnedValue, Quality, Reason, SourceClaim, independent, slugs
from registry.domain import fields, rates

Account = dict[str, Any]
_OF_TODAY: Final = ("agreement", "announced", "pending", "rejected", "stated")
"""Words that an account has on some days only. `stated` is false where the named source states it no longer."""


def provenance(decision: Decision, policy: str) -> Account:
    """The account of a decision that `policy` let through."""
    return (
        {
            "source": decision.source,
            "quality": decision.quality.value,
            "reason": decision.reason.value,
            "since": decision.stated_on.isoformat() if decision.stated_on else None,
            "policy": policy,
            "agree": list(decision.agreeing),
            "disagree": list(decision.disagreeing),
        }
        | counted(decision.agree, decision.of)
        | _announced(decision)
    )


def _announced(decision: Decision) -> Account:
    """Who announces another price for a later day: shown, and in no total."""
    told = [{"source": slug, "prices": rates.encode(prices)} for slug, prices in decision.announced]
    return {"announced": told} if told else {}


def counted(agree: int, of: int) -> Account:
    """How many independent voices agree, where it is not the one that states the value; see `registry.quality`."""
    return {} if (agree, of) == (1, 1) else {"agreement": {"agree": agree, "of": of}}


def pinned_account(name: str, pin: PinnedValue, provider: str, claims: Iterable[SourceClaim], *, on: date) -> Account:
    """The account of a pin in force."""
    return provenance(pinned(name, pin, provider, claims, on=on), PINS_APPLY)


def refreshed(
    name: str,
    data: fields.Json,
    old: Mapping[str, Any],
    decision: Decision | None,
    claims: Iterable[SourceClaim],
    provider: str,
    *,
    on: date,
) -> Account:
    """The account of a value that stays, as it is today: who agrees, who disagrees, how sure it is.

    Where a decision says nothing of today (`firm` is empty, only a later day was announced), nobody states the value.
    """
    declared, policy = fields.field(name), str(old.get("policy", ""))
    if decision and decision.firm != () and stated_after(declared, data, decision, on)[1] == data:
        return provenance(decision, policy) | _silence(name, decision.source, claims)
    stands = standing(name, declared.decode(data), old, claims, provider, on=on)
    return stands | (_announced(decision) if decision else {})


def _silence(name: str, source: str, claims: Iterable[SourceClaim]) -> Account:
    """What an account says where the named source lists the offering and states the value no longer."""
    return {"stated": False} if any(c.source.slug == source and name in c.dropped for c in claims) else {}


def standing(
    name: str, value: Any, old: Mapping[str, Any], claims: Iterable[SourceClaim], provider: str, *, on: date
) -> Account:
    """The account of a value that stands though the claims come to something else: a change to it waits, say."""
    voices = voices_of(name, provider, claims, on=on)
    same, other = split(name, value, voices, on=on)
    source = str(old.get("source", ""))
    named = next((voice for voice in same if voice.slug == source), None)
    new = {**old, "reason": Reason.INCUMBENT.value, "agree": [slug for slug in slugs(same) if slug != source]}
    new["disagree"] = list(slugs(other))
    for word in _OF_TODAY:
        new.pop(word, None)
    states_it = named is not None and named.counts
    if states_it and (independent(same) >= 2 or (named and named.standing is Standing.OFFICIAL)):
        new["quality"] = Quality.VERIFIED.value
    elif old.get("quality") == Quality.VERIFIED.value:
        new["quality"] = Quality.PARTIAL.value
    if source and (named is None or name in named.claim.dropped):
        new["stated"] = False
    return new | counted(independent(same), independent(voices))
