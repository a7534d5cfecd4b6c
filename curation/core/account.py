"""The account of a value (its provenance) as decisions write it: who states it, its quality, who agrees. Pure.

An account holds for today. A value is *verified* while the named source states it today and either is the provider or
is one of two independent sources that state it. A pin with evidence is verified too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from curation.core.authority import SourceType
from curation.core.candidates import candidates_of, independent, slugs, split
from curation.core.diff import stated_after
from curation.core.merge import pinned
from curation.core.policy import PINS_APPLY
from curation.core.statements import Decision, PinnedValue, Reason, SourceClaim
from registry.domain import fields, rates
from registry.domain.fields import Value
from registry.domain.provenance import Agreement, Provenance, Quality


def provenance(decision: Decision, policy: str) -> Provenance:
    """The account of a decision that `policy` let through."""
    account = Provenance.of(
        decision.source,
        decision.quality.value,
        decision.reason.value,
        since=decision.stated_on,
        policy=policy,
        agree=decision.agreeing,
        disagree=decision.disagreeing,
    )
    if decision.agree != 1 or decision.of != 1:
        account = account.with_agreement(Agreement(decision.agree, decision.of))
    return _announced(account, decision) if decision.announced else account


def _announced(account: Provenance, decision: Decision) -> Provenance:
    return account.with_announced([(slug, rates.encode(prices)) for slug, prices in decision.announced])


def pinned_account(
    name: str, pin: PinnedValue, provider: str, claims: Iterable[SourceClaim], *, on: date
) -> Provenance:
    """The account of a pin in force."""
    return provenance(pinned(name, pin, provider, claims, on=on), PINS_APPLY)


def refreshed(
    name: str,
    data: fields.Json,
    old: Provenance,
    decision: Decision | None,
    claims: Iterable[SourceClaim],
    provider: str,
    *,
    on: date,
) -> Provenance:
    """The account of a value that stays, brought up to date: who agrees, who disagrees, its quality.

    Where a decision says nothing about today (`firm` is empty: only a later day was announced), nobody states it.
    """
    declared = fields.field(name)
    if decision and decision.firm != () and stated_after(declared, data, decision, on)[1] == data:
        account = provenance(decision, old.policy)
        # The named source may list the offering and state the value no longer.
        is_dropped = any(c.source.slug == decision.source and name in c.dropped for c in claims)
        return account.unstated() if is_dropped else account
    incumbent = incumbent_account(name, declared.decode(data), old, claims, provider, on=on)
    return _announced(incumbent, decision) if decision else incumbent


def incumbent_account(
    name: str, value: Value, old: Provenance, claims: Iterable[SourceClaim], provider: str, *, on: date
) -> Provenance:
    """The account of a value that stays though the claims come to another one, for example while a change waits."""
    candidates = candidates_of(name, provider, claims, on=on)
    same, other = split(name, value, candidates, on=on)
    source = old.source
    stating = next((candidate for candidate in same if candidate.slug == source), None)
    is_official = stating is not None and stating.source_type is SourceType.OFFICIAL
    is_verified = stating is not None and stating.counts and (is_official or independent(same) >= 2)
    quality = Quality.VERIFIED.value if is_verified else Quality.PARTIAL.value if old.is_verified else old.quality
    agree = [slug for slug in slugs(same) if slug != source]
    new = old.as_incumbent(Reason.INCUMBENT.value, quality, agree, slugs(other))
    if source and (stating is None or name in stating.claim.dropped):
        new = new.unstated()
    return new.with_agreement(Agreement(independent(same), independent(candidates)))
