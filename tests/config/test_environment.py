from __future__ import annotations

from decimal import Decimal

import pytest

from config import environment
from config.environment import SettingError

NAME = "SOME_SETTING"


def refused(monkeypatch, value, reader, *arguments, **options) -> str:
    """The sentence about a value that cannot be."""
    monkeypatch.setenv(NAME, value)
    with pytest.raises(SettingError) as caught:
        reader(NAME, *arguments, **options)
    return str(caught.value)


@pytest.mark.parametrize("value", ["maybe", "2", "ture", "", " ", "nein"])
def test_a_switch_that_is_neither_on_nor_off_is_refused(monkeypatch, value):
    assert refused(monkeypatch, value, environment.switch, True).endswith("write 1 (on) or 0 (off).")


@pytest.mark.parametrize(
    ("value", "on"), [("1", True), ("TRUE", True), (" yes ", True), ("0", False), ("off", False), ("No", False)]
)
def test_a_switch_is_read_in_its_usual_words(monkeypatch, value, on):
    monkeypatch.setenv(NAME, value)

    assert environment.switch(NAME, not on) is on


@pytest.mark.parametrize("value", ["two", "-1", "1.5", "", "0", "70000"])
def test_a_whole_number_that_is_none_or_out_of_bounds_is_refused(monkeypatch, value):
    message = refused(monkeypatch, value, environment.whole, 25, least=1, most=65_535)

    assert message.startswith(NAME)
    assert message.endswith("write a whole number from 1 to 65535, such as 25.")


@pytest.mark.parametrize("value", ["ten", "nan", "inf", "0", "-3"])
def test_a_number_that_is_none_or_not_above_0_is_refused(monkeypatch, value):
    assert "write a number above 0, such as 10" in refused(monkeypatch, value, environment.number, example="10")


def test_a_number_that_is_empty_is_none(monkeypatch):
    monkeypatch.setenv(NAME, "")
    assert environment.number(NAME, example="10") is None
    monkeypatch.setenv(NAME, "1.5")
    assert environment.number(NAME, example="10") == Decimal("1.5")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("postgress://u:sekret@h/d", "begins with postgress://"),
        ("mysql://u:sekret@h/d", "begins with mysql://"),
        ("u:sekret@h/d", "is no address"),
        ("", "is empty"),
        ("postgres://u:sekret@h:5432", "names no database"),
        ("postgres://u:sekret@h:5432/", "names no database"),
        ("postgres://u:sekret@h:port/d", "cannot be read as an address"),
        ("postgres://u:sek#ret@h/d", "%23 stands for #"),
    ],
)
def test_an_address_that_is_no_database_is_refused_without_repeating_its_password(monkeypatch, value, words):
    message = refused(monkeypatch, value, environment.database)

    assert words in message
    assert "postgres://user:password@host:5432/name" in message
    assert "sek" not in message


@pytest.mark.parametrize("value", ["sqlite://:memory:", "sqlite:////tmp/x.sqlite3", "postgresql://u@h/d"])
def test_an_address_of_a_database_is_taken(monkeypatch, value):
    monkeypatch.setenv(NAME, value)

    options_read = environment.database(NAME)

    assert options_read is not None
    assert options_read["NAME"] in (":memory:", "/tmp/x.sqlite3", "d")


@pytest.mark.parametrize("value", ["reddis://h:6379/0", "127.0.0.1:6379", "", "redis://h:six/0", "redis://h/first"])
def test_an_address_that_is_no_task_queue_is_refused(monkeypatch, value):
    assert "redis://host:6379/0" in refused(monkeypatch, value, environment.broker, "filesystem://localhost")


@pytest.mark.parametrize("value", ["registry.example.org", "ftp://x.org", "https://", ""])
def test_an_address_that_is_no_site_is_refused(monkeypatch, value):
    assert "http://localhost:8000" in refused(monkeypatch, value, environment.website, "http://localhost:8000")


def test_a_word_that_is_none_of_the_choices_is_refused(monkeypatch):
    assert "DEBUG, INFO" in refused(monkeypatch, "loud", environment.choice, "INFO", ("DEBUG", "INFO"))
    monkeypatch.setenv(NAME, "debug")
    assert environment.choice(NAME, "INFO", ("DEBUG", "INFO")) == "DEBUG"


def test_a_list_is_read_with_or_without_blanks(monkeypatch):
    monkeypatch.setenv(NAME, "a.example, b.example,")

    assert environment.words(NAME) == ["a.example", "b.example"]


def test_a_file_of_settings_that_cannot_be_read_is_refused(tmp_path):
    (tmp_path / ".env").write_bytes(b"API_OPEN=\xff\xfe")

    with pytest.raises(SettingError, match="make it a readable text file"):
        environment.read_file(tmp_path / ".env")
    with pytest.raises(SettingError, match="make it a readable text file"):
        environment.read_file(tmp_path)
