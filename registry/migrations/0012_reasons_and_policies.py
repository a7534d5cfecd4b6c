"""Reasons and default policies got clearer names: the ledger, today's provenance and that of versions follow."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Final

import orjson
from django.db import migrations

_REASONS: Final = {
    "best standing": "best source type",
    "most voices": "most independent sources",
    "withdrawn": "no longer stated",
}
_POLICIES: Final = {
    "backed by two voices": "backed by two sources",
    "smells of a unit mix-up": "possible unit error",
}
_Names = Mapping[str, str]


def _account(account: dict[str, Any], reasons: _Names, policies: _Names) -> dict[str, Any]:
    words = {"reason": reasons, "policy": policies}
    return {key: words[key].get(value, value) if key in words else value for key, value in account.items()}


def _behind(behind: dict[str, Any], reasons: _Names, policies: _Names) -> dict[str, Any]:
    return {
        name: held and held | {"account": _account(held["account"], reasons, policies)}
        for name, held in behind.items()
    }


def _digest(content: Any) -> str:
    told = [content.facts, content.account, *([content.behind] if content.behind else [])]
    return blake2b(orjson.dumps(told, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()


def _rename(apps: Any, reasons: _Names, policies: _Names) -> None:
    ledger = apps.get_model("registry", "LedgerEntry").objects
    for column, names in (("reason", reasons), ("policy", policies)):
        for old, new in names.items():
            ledger.filter(**{column: old}).update(**{column: new})
    _rename_today(apps.get_model("registry", "Offering").objects, reasons, policies)
    _rename_versions(apps.get_model("registry", "OfferingContent").objects, reasons, policies)
    for documents in ("Document", "DocumentBlock"):  # they are rendered again when somebody asks
        apps.get_model("registry", documents).objects.all().delete()


def _rename_today(offerings: Any, reasons: _Names, policies: _Names) -> None:
    rows = []
    for row in offerings.only("provenance", "behind").iterator(chunk_size=500):
        row.provenance = {name: _account(value, reasons, policies) for name, value in row.provenance.items()}
        row.behind = _behind(row.behind, reasons, policies)
        rows.append(row)
        if len(rows) == 500:
            offerings.bulk_update(rows, ["provenance", "behind"])
            rows = []
    offerings.bulk_update(rows, ["provenance", "behind"])


def _rename_versions(contents: Any, reasons: _Names, policies: _Names) -> None:
    rows = []
    for row in contents.iterator(chunk_size=500):
        row.account = [
            [source, quality, reasons.get(reason, reason), policies.get(policy, policy), *rest]
            for source, quality, reason, policy, *rest in row.account
        ]
        row.behind = _behind(row.behind, reasons, policies)
        row.digest = _digest(row)
        rows.append(row)
        if len(rows) == 500:
            contents.bulk_update(rows, ["account", "behind", "digest"])
            rows = []
    contents.bulk_update(rows, ["account", "behind", "digest"])


def _forwards(apps: Any, _schema: Any) -> None:
    _rename(apps, _REASONS, _POLICIES)


def _backwards(apps: Any, _schema: Any) -> None:
    _rename(apps, {new: old for old, new in _REASONS.items()}, {new: old for old, new in _POLICIES.items()})


class Migration(migrations.Migration):
    dependencies = [("registry", "0011_embedding_dimensions")]

    operations = [migrations.RunPython(_forwards, _backwards)]
