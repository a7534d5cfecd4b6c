"""What a message says: counts with links, worst first, nothing when there is nothing."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from curation.notifications.digest import LINES, WORST_FIRST, Item, digest

AT = datetime(2026, 3, 1, tzinfo=UTC)


def item(event: str = "held", title: str = "12 from openrouter", count: int = 1, weight: int = 0) -> Item:
    return Item(event, title, "/admin/x/", count, weight, AT)


items = st.builds(
    item,
    event=st.sampled_from([*WORST_FIRST, "something new"]),
    title=st.text(min_size=1, max_size=20),
    count=st.integers(0, 5000),
    weight=st.integers(0, 10),
)


def test_nothing_is_told_when_there_is_nothing():
    assert digest([]) is None
    assert digest([item(count=0)]) is None


def test_the_worst_comes_first_and_is_the_subject():
    message = digest([item("retirement"), item("held", count=12), item("quarantine", "litellm: shrank")])

    assert message is not None
    assert message.subject == "1 run was quarantined, and 13 more"
    assert [section.event for section in message.sections] == ["quarantine", "held", "retirement"]


def test_within_an_event_the_heaviest_comes_first():
    message = digest([item(title="small", weight=2), item(title="large", weight=300)])

    assert message is not None
    assert [item.title for item in message.sections[0].items] == ["large", "small"]


def test_a_mail_reads_as_a_person_would_write_it():
    message = digest(
        [item(title="12 from openrouter; the largest moves a value ×10", count=12)], site="https://reg.example"
    )

    assert message is not None
    assert message.text == (
        "12 changes wait for review\n\n"
        "- 12 from openrouter; the largest moves a value ×10\n  https://reg.example/admin/x/\n"
    )


@given(st.lists(items, max_size=60))
def test_every_count_is_told_once_and_lines_are_few(given_items):
    message = digest(given_items, site="https://reg.example")

    sections = message.sections if message else ()
    assert sum(section.count for section in sections) == sum(item.count for item in given_items)
    assert len({section.event for section in sections}) == len(sections)
    for section in sections:
        assert len(section.items) <= LINES
        there = sum(item.event == section.event and item.count > 0 for item in given_items)
        assert len(section.items) + section.more == there


@given(st.lists(items, max_size=20))
def test_the_order_of_what_is_found_does_not_matter(given_items):
    assert digest(given_items) == digest(sorted(given_items, key=lambda item: (item.title, item.weight, item.count)))
