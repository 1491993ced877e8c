"""Where a request comes from, as far as it can be believed."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from api.web.page import PageRequest

_HOME_BITS = 64


def whence(request: PageRequest) -> str:
    """Return the address that a request comes from, or of the network where that is IPv6.

    Of the addresses that X-Forwarded-For names, those that our own proxies wrote are believed.
    """
    proxies: int = request.app.state.proxies
    named = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",")]
    if proxies and len(named) >= proxies:
        shown = named[-proxies]
    else:
        shown = request.client.host if request.client else ""
    try:
        address = ip_address(shown)
    except ValueError:
        return "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    # Every household has a whole network of them.
    return str(ip_network((address, _HOME_BITS), strict=False))
