"""Which proxy stands between here and an address: the environment's, the system's, or none.

Owns the reading of `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY` and of the system's settings,
which urllib finds. May ask the registry or the DNS, so `transport` calls it in a thread.
"""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def bypasses_proxy(url: str, *, configured: str = "") -> bool:
    """Whether no proxy is meant for this address; `configured` is the proxy of our own settings.

    The variables of the environment are followed to the letter; any other proxy, from our settings
    or the system's, is never meant for this computer itself. `NO_PROXY` holds for all of them.
    """
    from urllib.request import getproxies, getproxies_environment, proxy_bypass

    if not (configured or getproxies()):
        return False
    host = urlsplit(url).hostname or ""
    if proxy_bypass(host) or proxy_bypass(f"{host}:{_port(url)}") or _is_in_an_excluded_network(host):
        return True
    return (bool(configured) or not getproxies_environment()) and is_loopback(host)


def system_proxy(url: str) -> str:
    """The proxy that the environment or the system names for this address, or nothing."""
    from urllib.request import getproxies

    proxies = getproxies()
    return proxies.get(urlsplit(url).scheme) or proxies.get("all", "")


def has_tls_proxy() -> bool:
    from urllib.request import getproxies

    return any(proxy.startswith("https:") for proxy in getproxies().values())


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _port(url: str) -> int | None:
    parts = urlsplit(url)
    try:
        return parts.port or _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None


def _is_in_an_excluded_network(host: str) -> bool:
    """`NO_PROXY` of companies names networks (`10.0.0.0/8`), which urllib takes for names."""
    from urllib.request import getproxies_environment

    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    for word in getproxies_environment().get("no", "").split(","):
        try:
            if "/" in word and address in ipaddress.ip_network(word.strip(), strict=False):
                return True
        except ValueError:
            continue
    return False
