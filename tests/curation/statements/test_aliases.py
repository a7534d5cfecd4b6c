from __future__ import annotations

import pytest

from curation.models import StatedAlias
from curation.review import decisions
from curation.statements import aliases
from registry.catalogue import cache
from registry.models import Alias, LedgerEntry, Revision
from tests.builders import NOW, OFFERING, claim, curator, offering, source, state

pytestmark = pytest.mark.django_db
NAME = "the-fast-one"


@pytest.fixture
def rocket():
    return offering()


def say(name: str = NAME, key: str = OFFERING, reason: str = "their changelog") -> StatedAlias:
    return aliases.state(name=name, offering=key, actor=curator(), reason=reason, at=NOW)


def test_a_stated_name_is_found_with_who_states_it(rocket):
    say()

    answer = cache.current().lookup("The-Fast-One")
    assert (answer.offering, answer.matched_by, answer.source) == (OFFERING, "alias", "curator")
    assert answer.as_json()["source"] == "curator"


def test_it_is_kept_with_who_why_and_when(rocket):
    alias = say()

    assert (alias.author.get_username(), alias.reason, alias.stated_at) == ("ada", "their changelog", NOW)
    assert "their changelog" in Revision.objects.latest("number").reason
    assert Revision.objects.latest("number").actor == "ada"


def test_no_sync_loses_it(rocket):
    say()

    state(source(), claim(context_window=210_000, aliases=("rocket-latest",)))
    state(source(), claim(context_window=220_000))

    assert set(Alias.objects.values_list("name", "source")) == {(NAME, "curator")}


def test_stating_a_name_publishes_nothing_else_that_waits(rocket):
    before = LedgerEntry.objects.count()
    say()

    assert LedgerEntry.objects.count() == before


def test_what_a_source_says_too_stays_the_curators_until_it_is_withdrawn(rocket):
    alias = say()
    state(source(), claim(aliases=(NAME,)))
    assert Alias.objects.get().source == "curator"

    aliases.withdraw(alias, actor=curator("bob"), reason="they say it themselves", at=NOW)

    assert Alias.objects.get().source == "list"


def test_a_withdrawn_name_means_nothing_again(rocket):
    alias = say()

    aliases.withdraw(alias, actor=curator("bob"), reason="it was another", at=NOW)

    assert not cache.current().lookup(NAME).found
    assert (alias.withdrawn_by, alias.withdrawn_reason, alias.withdrawn_at) == ("bob", "it was another", NOW)
    assert say().pk != alias.pk


def test_it_is_withdrawn_once(rocket):
    alias = say()
    aliases.withdraw(alias, actor=curator("bob"), reason="it was another", at=NOW)

    with pytest.raises(decisions.Refused, match="already, by bob"):
        aliases.withdraw(alias, actor=curator(), reason="again", at=NOW)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_reason_is_required_and_fits(rocket, reason):
    with pytest.raises(decisions.Refused):
        say(reason=reason)
    assert not StatedAlias.objects.exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("zeta/Rocket-2", "the id of an offering itself"),
        ("rocket-2", "zeta itself calls"),
        ("zwei", "means zeta/rocket-2 already, as list says"),
        ("second meaning", "means zeta/rocket-2 already, as curator says"),
        ("amazon-bedrock/nova-lite-v1", "known already: it means bedrock/nova-lite-v1"),
        ("amazon/nova-lite-v1", "known already"),
        ("", "1 to 320"),
        ("bad\0name", "1 to 320"),
        ("x" * 321, "1 to 320"),
    ],
)
def test_a_name_that_means_something_already_is_refused(name, message):
    state(
        source(), claim(), claim("zeta/rocket-2", aliases=("zwei",)), claim("bedrock/nova-lite-v1"), claim("acme/other")
    )
    say("second meaning", "zeta/rocket-2")

    with pytest.raises(decisions.Refused, match=message):
        say(name)
    assert StatedAlias.objects.count() == 1


def test_only_what_is_published_can_be_meant(rocket):
    with pytest.raises(decisions.Refused, match="no published offering acme/rocket-9"):
        say(key="acme/rocket-9")


def test_the_same_twice_is_refused(rocket):
    say()

    with pytest.raises(decisions.Refused, match="already, as curator says"):
        say("THE-FAST-ONE")
