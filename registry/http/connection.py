"""Connections with a deadline, to exactly the addresses that were checked."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Collection
from contextlib import suppress
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy
from urllib3.connection import HTTPConnection, HTTPSConnection

from registry.http.addresses import public_addresses


class Deadline:
    """The deadline of a call. When it passes, the connection is closed, whatever it is waiting for.

    Socket timeouts restart with every byte; this one does not, so it also ends slow handshakes, headers and bodies.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._lock = threading.Lock()
        self._watched: socket.socket | None = None

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        self._forget()

    @property
    def left(self) -> float:
        """Seconds until the end; not below 0."""
        return max(0.0, self._end - time.monotonic())

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._end

    def at_most(self, seconds: float) -> float:
        """A timeout that does not exceed the remaining time."""
        return max(0.001, min(seconds, self.left))

    def watch(self, connection: socket.socket) -> None:
        """Closes this connection at the deadline. Only the latest one is watched."""
        self._forget()
        with self._lock:
            # A second handle on the same connection, because TLS detaches the first one.
            self._watched = connection.dup()
        if self.is_over:
            self._cut()

    def _forget(self) -> None:
        with self._lock:
            if self._watched:
                self._watched.close()
            self._watched = None

    def _cut(self) -> None:
        with self._lock:
            if self._watched:
                with suppress(OSError):
                    self._watched.shutdown(socket.SHUT_RDWR)


class _Watched:
    """A connection that ends at the deadline."""

    deadline: ClassVar[Deadline]

    def _new_conn(self) -> socket.socket:
        connection: socket.socket = super()._new_conn()  # type: ignore[misc]
        self.deadline.watch(connection)
        return connection


class _Checked(_Watched):
    """Connects to exactly the addresses that were checked, so that a later DNS answer cannot differ."""

    private_hosts: ClassVar[Collection[str]]
    _dns_host: str
    port: int

    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        addresses = public_addresses(name, self.port, self.private_hosts)
        try:
            for address in addresses[:-1]:
                self._dns_host = address  # what urllib3 connects to; certificates go by `host`
                with suppress(urllib3.exceptions.HTTPError):
                    return super()._new_conn()
            self._dns_host = addresses[-1]
            return super()._new_conn()
        finally:
            self._dns_host = name


class CheckedAdapter(HTTPAdapter):
    """Connects to public addresses only, except for proxies, and until a deadline."""

    def __init__(self, deadline: Deadline, private_hosts: Collection[str] = ()) -> None:
        self._deadline, self._private_hosts = deadline, tuple(private_hosts)
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools(_Checked)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """The proxy's own address is set by the operator, and not checked."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pools(_Watched)
        return manager

    def _pools(self, kind: type[_Watched]) -> dict[str, Any]:
        pools: dict[str, tuple[type, type]] = {
            "https": (urllib3.HTTPSConnectionPool, HTTPSConnection),
            "http": (urllib3.HTTPConnectionPool, HTTPConnection),
        }
        shared = {"deadline": self._deadline, "private_hosts": self._private_hosts}
        return {
            scheme: type(
                pool.__name__,
                (pool,),
                {"ConnectionCls": type(base.__name__, (kind, base), shared)},
            )
            for scheme, (pool, base) in pools.items()
        }

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        if select_proxy(request.url or "", kwargs.get("proxies")):
            parts = urlsplit(request.url or "")
            with suppress(socket.gaierror):  # in such a network the proxy may know more names
                public_addresses(str(parts.hostname), parts.port or 443, self._private_hosts)
        return super().send(request, *args, **kwargs)
