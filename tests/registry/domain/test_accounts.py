"""The short account of values, as versions keep it."""

from __future__ import annotations

import orjson
from hypothesis import given
from hypothesis import strategies as st

from registry.domain import accounts
from registry.domain.accounts import Account

WORDS = st.sampled_from(["", "list", "openai", "only source", "pinned"])
ACCOUNTS = st.dictionaries(
    st.sampled_from(["name", "price.input", "price.input[tier=batch]", "status"]),
    st.builds(
        Account, WORDS, st.just("partial"), WORDS, WORDS, st.sampled_from([None, "2026-01-01"]), st.integers(1, 3)
    ),
)


@given(ACCOUNTS)
def test_what_is_packed_is_read_back_also_from_json(by_field: dict[str, Account]) -> None:
    assert accounts.unpack(orjson.loads(orjson.dumps(accounts.pack(by_field)))) == by_field


def test_values_with_the_same_account_are_written_once() -> None:
    first, other = Account("a", "partial", "", "", None, 1), Account("b", "partial", "", "", None, 1)

    assert accounts.pack({"name": first, "status": other, "task": first}) == [
        [*first, ["name", "task"]],
        [*other, ["status"]],
    ]


def test_only_source_quality_reason_and_policy_make_two_accounts_differ() -> None:
    before = {"name": Account("a", "partial", "r", "p", "2026-01-01", 1)}

    assert not accounts.differ(before, {"name": before["name"]._replace(since="2026-02-01", revision=2)})
    for after in (
        before["name"]._replace(source="x"),
        before["name"]._replace(quality="x"),
        before["name"]._replace(reason="x"),
        before["name"]._replace(policy="x"),
    ):
        assert accounts.differ(before, {"name": after})
    assert accounts.differ(before, {})


def test_a_value_keeps_the_revision_that_brought_it() -> None:
    provenance = {"name": {"source": "a"}, "status": {"source": "a"}, "task": {"source": "a"}}
    before = accounts.accounts({"name": {}, "status": {}}, revision=3, before={})

    by_field = accounts.accounts(provenance, revision=5, changed={"status"}, before=before)

    assert {name: account.revision for name, account in by_field.items()} == {"name": 3, "status": 5, "task": 5}
