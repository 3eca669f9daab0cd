"""Decide which addresses are public, by the registries of special-purpose addresses.

The tables are those of IANA (RFC 6890 and later). They are written out here, because Python's
tables differ between versions.
"""

from __future__ import annotations

import ipaddress
from typing import Final

_V4_SPECIAL: Final = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # shared by providers
            "127.0.0.0/8",  # loopback
            "169.254.0.0/16",  # link-local
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # 6to4 relays, deprecated
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, broadcast
        ),
    )
)
_V6_PUBLIC: Final = ipaddress.IPv6Network("2000::/3")
"""The only block with public addresses."""
_V6_SPECIAL: Final = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/23",  # protocol assignments, Teredo among them
            "2001:db8::/32",  # documentation
            "3fff::/20",  # documentation
        ),
    )
)
_V6_WITH_V4: Final = (
    (ipaddress.IPv6Network("::ffff:0:0/96"), 0),  # mapped
    (ipaddress.IPv6Network("::ffff:0:0:0/96"), 0),  # translated (RFC 2765)
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (ipaddress.IPv6Network("2002::/16"), 80),  # 6to4
)
"""Blocks of IPv6 addresses that hold an IPv4 address, and the bits by which it is shifted to the
left.
"""
_ISATAP: Final = 0x5EFE
"""The bits before an IPv4 address in an ISATAP address, except for two bits."""


def is_public(address: str) -> bool:
    """Return whether an address is on the public Internet, not this machine or its networks.

    An IPv6 address that holds an IPv4 address is as public as the IPv4 address.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return not any(found in network for network in _V4_SPECIAL)
    number = int(found)
    for network, shift in _V6_WITH_V4:
        if found in network:
            return is_public(str(ipaddress.IPv4Address(number >> shift & 0xFFFFFFFF)))
    if found not in _V6_PUBLIC or any(found in network for network in _V6_SPECIAL):
        return False
    if number >> 32 & 0xFCFFFFFF == _ISATAP:
        return is_public(str(ipaddress.IPv4Address(number & 0xFFFFFFFF)))
    return True
