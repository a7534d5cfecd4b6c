"""Checks addresses: https on public hosts only, resolved once, so that a later DNS answer cannot differ."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from registry.http.errors import NotPublic

_ASSUMED_PUBLIC_BUT_NOT: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # special purposes; one cloud serves its metadata there
        "168.63.129.16/32",  # another cloud's, within its public range
    )
)
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_ASSIGNED: Final = ipaddress.IPv6Network("2000::/3")


def check_url(url: str, private_hosts: Collection[str] = ()) -> str:
    """The host of an allowed URL. `private_hosts` are always allowed. Raises NotPublic."""
    if not re.fullmatch(r"[\x21-\x5b\x5d-\x7e]+", url):
        raise NotPublic("an address holds no blanks, backslashes, line breaks or foreign signs")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise NotPublic("that is no address: its host or port cannot be read") from error
    private = host in private_hosts
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise NotPublic(f"only https is fetched, not {parts.scheme or 'none'}://{host}")
    if not host or "@" in parts.netloc or "%" in host:
        raise NotPublic("an address needs a host, and no credentials or network zone in it")
    return host


def public_addresses(host: str, port: int, private_hosts: Collection[str] = ()) -> list[str]:
    """All addresses of a host, IPv4 first. Raises NotPublic if any of them is not public."""
    try:
        resolved = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise NotPublic(f"{host[:80]!r} is no name of a host") from error
    addresses = sorted({str(info[4][0]) for info in resolved}, key=lambda address: (":" in address, address))
    if host not in private_hosts:
        for address in addresses:
            if not _is_public(address):
                raise NotPublic(f"{host} leads to the private address {address}, which is never fetched")
    return addresses


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:  # on a network without IPv4: stands for the IPv4 address at its end
            ip = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        elif ip not in _ASSIGNED or ip.sixtofour or ip.teredo:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _ASSUMED_PUBLIC_BUT_NOT)
