"""Fetch one public web page: http and https only, bounded in size and time, no private addresses.

Every address that the host name resolves to must be public, and the connection goes to one of the
addresses checked, so that a name cannot change its answer in between (DNS rebinding). Redirects
are checked in the same way. Proxies named in the environment are not used.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from credscore.errors import FetchError
from credscore.page.guard import MAX_BYTES

__all__ = ["fetch"]

MAX_REDIRECTS = 5
MAX_URL_CHARACTERS = 4_000
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml")
_HEADERS = {
    "User-Agent": "credscore (article reader)",
    "Accept": "text/html,application/xhtml+xml;q=0.9,text/plain;q=0.5",
    "Accept-Encoding": "gzip, identity",
    "Connection": "close",
}
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    location: str | None
    content_type: str
    body: bytes


def fetch(url: str, *, timeout: float = 20.0) -> tuple[str, bytes]:
    """Fetch a page.

    Args:
        url: an http or https address.
        timeout: seconds for the whole fetch, redirects included (the name look-up is the system's).

    Returns:
        The address after redirects, and the page's bytes (UTF-8 where the server named another
        character set).

    Raises:
        FetchError: offline, refused, too large, too slow, or not a page.
    """
    if not timeout > 0:
        raise FetchError(f"timeout is {timeout!r}; seconds above 0 are needed")
    deadline = time.monotonic() + timeout
    address = url
    for _ in range(MAX_REDIRECTS + 1):
        parts = _checked(address)
        reply = _get(parts, deadline)
        if reply.status not in _REDIRECTS or not reply.location:
            return address, _page(address, reply)
        address = urljoin(address, reply.location)
    raise FetchError(f"{url}: more than {MAX_REDIRECTS} redirects")


def _checked(url: str) -> SplitResult:
    if len(url) > MAX_URL_CHARACTERS or re.search(r"[\x00-\x20]", url):
        raise FetchError(f"{url!r:.80}: not a web address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchError(f"{url:.80}: not a web address: {error}") from error
    if parts.scheme not in _PORTS:
        raise FetchError(f"{url:.80}: only http and https addresses are fetched")
    if not parts.hostname or port == 0:
        raise FetchError(f"{url:.80}: the address names no host")
    if parts.username is not None or parts.password is not None:
        raise FetchError("addresses that carry a user name or password are not fetched")
    return parts


def _get(parts: SplitResult, deadline: float) -> _Reply:
    host = _ascii_host(parts)
    port = parts.port or _PORTS[parts.scheme]
    addresses = _public_addresses(host, port)
    connection = http.client.HTTPConnection(host, port)
    if port == _PORTS[parts.scheme]:
        # Lets the Host header leave out the port, as servers expect.
        connection.default_port = port
    try:
        sock = _connect(addresses, port, deadline)
        if parts.scheme == "https":
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
    except OSError as error:
        raise _failed(host, error) from error
    # Socket timeouts restart with every byte; the timer bounds a server that sends one at a time.
    guard = threading.Timer(_remaining(deadline), _shut, [sock])
    guard.daemon = True
    guard.start()
    try:
        connection.sock = sock
        connection.request("GET", _target(parts), headers=_HEADERS)
        return _read(connection.getresponse(), host, deadline)
    except (OSError, http.client.HTTPException) as error:
        if time.monotonic() >= deadline:
            raise _too_slow(host) from error
        raise _failed(host, error) from error
    finally:
        guard.cancel()
        connection.close()
        sock.close()


def _target(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return f"{path}?{query}" if query else path


def _ascii_host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    try:
        return host if ":" in host else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise FetchError(f"{host:.80}: not a host name") from error


def _public_addresses(host: str, port: int) -> list[str]:
    """The host's addresses; all must be public."""
    addresses = [literal] if (literal := _literal(host)) else _resolved(host, port)
    for address in addresses:
        if not _is_public(address):
            raise FetchError(f"{host}: {address} is a private or local address; it is not fetched")
    if not addresses:
        raise FetchError(f"{host}: the name has no address")
    return addresses


def _resolved(host: str, port: int) -> list[str]:
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise FetchError(
            f"{host}: the name cannot be resolved; is this machine offline? ({error})"
        ) from error
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def _literal(host: str) -> str | None:
    """The address that a host spells out, also as "127.1" or "0x7f000001"; None for a name."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return str(ipaddress.IPv4Address(socket.inet_aton(host)))
    except (OSError, ValueError):
        return None


def _is_public(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return _is_public(str(parsed.ipv4_mapped))
        if parsed in _NAT64:  # carries an IPv4 address in its last four bytes
            return _is_public(str(ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)))
        if parsed.sixtofour is not None or parsed.teredo is not None or parsed.is_site_local:
            return False
    return parsed.is_global and not (
        parsed.is_multicast or parsed.is_reserved or parsed.is_unspecified
    )


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _connect(addresses: list[str], port: int, deadline: float) -> socket.socket:
    failure: OSError | None = None
    for address in addresses[:4]:
        try:
            return socket.create_connection((address, port), timeout=_remaining(deadline))
        except OSError as error:
            failure = error
    raise failure or OSError("no address")


def _read(response: http.client.HTTPResponse, host: str, deadline: float) -> _Reply:
    chunks: list[bytes] = []
    size = 0
    while chunk := response.read1(_CHUNK):
        size += len(chunk)
        if size > MAX_BYTES:
            raise FetchError(f"{host}: the page has more than {MAX_BYTES:,} bytes")
        if time.monotonic() >= deadline:
            raise _too_slow(host)
        chunks.append(chunk)
    if time.monotonic() >= deadline:  # the guard may have cut the connection
        raise _too_slow(host)
    if response.length:  # what the server announced and did not send
        raise FetchError(
            f"{host}: the page could not be fetched: it broke off after {size:,} bytes"
        )
    body = b"".join(chunks)
    coding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if coding in ("gzip", "x-gzip"):
        body = _unzipped(body, host)
    elif coding != "identity":
        raise FetchError(f"{host}: the server sent {coding!r:.40}, which was not asked for")
    content_type = (response.getheader("Content-Type") or "").lower()
    return _Reply(response.status, response.getheader("Location"), content_type, body)


def _unzipped(body: bytes, host: str) -> bytes:
    stream = zlib.decompressobj(wbits=31)
    try:
        data = stream.decompress(body, MAX_BYTES + 1)
    except zlib.error as error:
        raise FetchError(f"{host}: the server sent broken gzip data: {error}") from error
    if len(data) > MAX_BYTES:
        raise FetchError(f"{host}: the page has more than {MAX_BYTES:,} bytes")
    return data


def _page(address: str, reply: _Reply) -> bytes:
    if reply.status != 200:
        raise FetchError(f"{address:.200}: the server answered {reply.status}")
    kind = reply.content_type.partition(";")[0].strip()
    if kind and not kind.startswith(_TYPES):
        raise FetchError(f"{address:.200}: a web page is needed; the server sent {kind!r:.60}")
    if not reply.body.strip():
        raise FetchError(f"{address:.200}: the server sent an empty page")
    match = re.search(r"charset\s*=\s*[\"']?([\w.:\-]+)", reply.content_type)
    if match is None or match[1] in ("utf-8", "utf8"):
        return reply.body
    try:
        return reply.body.decode(match[1]).encode("utf-8-sig")
    except (LookupError, UnicodeError, AttributeError):
        return reply.body  # the header is wrong; the page's own declaration decides


def _remaining(deadline: float) -> float:
    return max(0.01, deadline - time.monotonic())


def _shut(raw: socket.socket) -> None:
    try:
        raw.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # already closed


def _too_slow(host: str) -> FetchError:
    return FetchError(f"{host}: the page did not arrive in the time allowed; raise timeout")


def _failed(host: str, error: Exception) -> FetchError:
    reason = str(error) or type(error).__name__
    return FetchError(f"{host}: the page could not be fetched: {reason}")
