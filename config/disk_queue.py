"""The task queue of the single-machine installation: every message is a file in `var/queue`.

kombu's own file transport deletes a message when it is taken, so a killed worker loses it, and its reader crashes on a
partly written message. Here a message appears atomically, and is deleted only when its task is done: until then it
stays in the folder of taken messages, locked by its worker. When the worker dies, the lock is released and the message
returns to the queue.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import time
from pathlib import Path
from queue import Empty
from typing import IO, Any
from uuid import uuid4

from kombu.transport import filesystem

log = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    do_restore = False  # `close` puts unfinished messages back as files

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.folder = Path(self.data_folder_in)
        self.taken_folder = Path(self.processed_folder)
        self._taken: dict[str, tuple[Path, IO[bytes]]] = {}
        self._unacknowledged_queues: set[str] = set()

    def _put(self, queue: str, payload: dict[str, Any], **options: Any) -> None:  # type: ignore[override]
        name = f"{time.time_ns():020}_{uuid4().hex}.{queue}.msg"
        draft = self.folder / f".{name}"
        draft.write_text(json.dumps(payload))
        draft.rename(self.folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        for _ in range(2):
            for path in sorted(self.folder.glob(f"*.{queue}.msg")):
                if path.name.partition(".")[2] == f"{queue}.msg" and (message := self._take(path, queue)):
                    return message
            if not self._bring_back():
                break
        raise Empty

    def _take(self, path: Path, queue: str) -> dict[str, Any] | None:
        """The message in a file that no other process holds; this process holds it then."""
        place = self.taken_folder / path.name
        file = _move_locked(path, place)
        if file is None:
            return None
        try:
            message: dict[str, Any] = json.load(file)
            tag = message["properties"]["delivery_tag"]
        except (ValueError, KeyError, TypeError):
            file.close()
            aside = place.rename(place.with_suffix(".damaged"))
            log.error("a message in the task queue cannot be read; it was set aside as %s", aside)
            return None
        self._taken[tag] = place, file
        if queue in self._unacknowledged_queues:
            self._done(tag)
        return message

    def _bring_back(self) -> int:
        """Puts back the messages of dead workers. Returns how many."""
        count = 0
        for path in sorted(self.taken_folder.glob("*.msg")):
            if file := _move_locked(path, self.folder / path.name):
                file.close()
                count += 1
        return count

    def _done(self, tag: str | None) -> None:
        if tag and tag in self._taken:
            path, file = self._taken.pop(tag)
            path.unlink(missing_ok=True)
            file.close()

    # -- called by kombu --------------------------------------------------------------------------------------------

    def basic_consume(self, queue: str, no_ack: bool, *args: Any, **options: Any) -> str:
        if no_ack:
            self._unacknowledged_queues.add(queue)
        tag: str = super().basic_consume(queue, no_ack, *args, **options)
        return tag

    def basic_get(self, queue: str, no_ack: bool = False, **options: Any) -> Any:
        message = super().basic_get(queue, no_ack, **options)
        if message and no_ack:
            self._done(message.delivery_tag)
        return message

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        super().basic_ack(delivery_tag, multiple)
        self._done(delivery_tag)

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        super().basic_reject(delivery_tag, requeue)
        self._done(delivery_tag)

    def close(self) -> None:
        super().close()
        while self._taken:
            _, (path, file) = self._taken.popitem()
            path.rename(self.folder / path.name)
            file.close()


class Transport(filesystem.Transport):
    Channel = Channel


def _move_locked(path: Path, to: Path) -> IO[bytes] | None:
    """Moves a file that no process holds, and locks it; None if another process holds it or was faster."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.rename(path, to)  # the lock stays with the file
    except OSError:
        file.close()
        return None
    return file
