from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection, Queue

from config.celery import app
from config.disk_queue import Transport

QUEUE = Queue("work")


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, str]:
    names = {
        "data_folder_in": "messages",
        "data_folder_out": "messages",
        "processed_folder": "taken",
        "control_folder": "control",
    }
    for name in set(names.values()):
        (tmp_path / name).mkdir()
    return {option: str(tmp_path / name) for option, name in names.items()}


@pytest.fixture
def connect(folders: dict[str, str]) -> Iterator[Callable[[], Connection]]:
    connections = []

    def connect() -> Connection:
        connections.append(Connection("filesystem://localhost", transport=Transport, transport_options=folders))
        return connections[-1]

    yield connect
    for connection in connections:
        connection.release()


def put(connection: Connection, *bodies: str) -> None:
    with connection.Producer() as producer:
        for body in bodies:
            producer.publish(body, routing_key="work", declare=[QUEUE])


def channel(connection: Connection) -> Any:
    return connection.default_channel


def take(connection: Connection, no_ack: bool = False) -> Any:
    """The next message, None when there is none."""
    return channel(connection).basic_get("work", no_ack=no_ack)


def files(folder: Path) -> int:
    return sum(1 for _ in folder.glob("*.msg"))


def test_it_is_what_celery_uses_when_no_broker_is_named() -> None:
    with app.connection_for_write("filesystem://localhost") as connection:
        assert isinstance(connection.transport, Transport)


def test_it_gives_messages_in_the_order_they_came(connect: Callable[[], Connection]) -> None:
    put(connect(), *map(str, range(20)))
    taker = connect()

    assert [take(taker, no_ack=True).payload for _ in range(20)] == [str(number) for number in range(20)]
    assert take(taker) is None


def test_it_gives_a_message_to_one_taker_only(connect: Callable[[], Connection]) -> None:
    put(connect(), "one")
    first, second = connect(), connect()

    assert take(first).payload == "one"
    assert take(second) is None


def test_it_keeps_a_message_until_it_is_acknowledged(connect: Callable[[], Connection], tmp_path: Path) -> None:
    put(connect(), "one")
    message = take(connect())

    assert files(tmp_path / "taken") == 1
    message.ack()
    assert files(tmp_path / "taken") == files(tmp_path / "messages") == 0


def test_it_puts_back_what_is_not_done_when_it_closes(connect: Callable[[], Connection]) -> None:
    put(connect(), "one")
    first = connect()
    take(first)
    first.release()
    second = connect()

    assert take(second).payload == "one"
    assert take(second) is None


def test_it_puts_a_rejected_message_back_once(connect: Callable[[], Connection]) -> None:
    taker = connect()
    put(taker, "one")
    take(taker).requeue()

    again = take(taker)
    assert again.payload == "one"
    assert take(taker) is None
    again.reject()
    assert take(taker) is None


def test_it_brings_a_message_back_when_its_taker_is_killed(
    connect: Callable[[], Connection], folders: dict[str, str]
) -> None:
    put(connect(), "one")
    script = (
        "import os, signal, sys; from kombu import Connection; from config.disk_queue import Transport\n"
        f"connection = Connection('filesystem://localhost', transport=Transport, transport_options={folders!r})\n"
        "assert connection.default_channel.basic_get('work').payload == 'one'\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", script], check=False, cwd=Path(__file__).parent.parent)
    taker = connect()

    assert killed.returncode == -9
    assert take(taker).payload == "one"
    assert take(taker) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '"text"', "{}", '{"properties": 3}'])
def test_it_sets_a_damaged_message_aside_and_goes_on(
    connect: Callable[[], Connection], tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "messages" / "000_x.work.msg").write_text(content)
    put(connect(), "one")

    assert take(connect()).payload == "one"
    assert [path.name for path in (tmp_path / "taken").glob("*.damaged")] == ["000_x.work.damaged"]
    assert "set aside" in caplog.text


def test_it_does_not_see_a_message_that_is_still_being_written(
    connect: Callable[[], Connection], tmp_path: Path
) -> None:
    (tmp_path / "messages" / ".0_x.work.msg").write_text('{"half": ')

    with pytest.raises(Empty):
        channel(connect())._get("work")


def test_it_keeps_queues_apart(connect: Callable[[], Connection]) -> None:
    put(connect(), "one")
    apart = channel(connect())

    for other in ("ork", "a.work", "wor", "*"):
        with pytest.raises(Empty):
            apart._get(other)
