"""Fetching a page, without a network: the resolver is replaced, servers run on this machine."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from credscore.errors import FetchError
from credscore.page import fetch as module
from credscore.page.fetch import _is_public, fetch

PAGE = b"<html><body><p>The bridge is closed.</p></body></html>"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n"


@contextmanager
def serving(*answers: bytes, pause: float = 0.0) -> Iterator[int]:
    """A server that gives one prepared answer to each connection. Yields its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(10)

    def serve() -> None:
        for answer in answers:
            try:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65_536)
                    for piece in (
                        (answer[i : i + 1] for i in range(len(answer))) if pause else [answer]
                    ):
                        connection.sendall(piece)
                        time.sleep(pause)
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        thread.join(timeout=10)


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the host "courier.example" stand for this machine, as if its address were public."""
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *args: object, **kwargs: object) -> object:
        local = host in ("courier.example", "127.0.0.1")
        return real("127.0.0.1" if local else host, port, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(module, "_is_public", lambda address: address == "127.0.0.1")


def answering(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 80)) for a in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://127.1/",
        "http://0x7f000001/", "http://2130706433/", "http://0.0.0.0/", "http://10.0.0.1/",
        "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data", "http://[fe80::1]/",
        "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://100.64.0.1/",
    ],
)  # fmt: skip
def test_private_addresses_are_refused(url: str) -> None:
    with pytest.raises(FetchError, match="private or local"):
        fetch(url, timeout=2)


def test_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "93.184.215.14", "127.0.0.1")
    with pytest.raises(FetchError, match=r"127\.0\.0\.1"):
        fetch("http://courier.example/", timeout=2)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700::1111"])
def test_public_addresses(address: str) -> None:
    assert _is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://courier.example/", "file:///etc/passwd", "javascript:1", "data:text/html,a", "",
        "courier.example", "http://", "http:///path", "http://a b/", "http://a.example/\r\nX: 1",
        "http://user:word@courier.example/", "http://courier.example:99999/", "http://[::1/",
        "http://" + "a" * 5_000, "http://" + "a" * 70 + ".example/",
    ],
)  # fmt: skip
def test_other_addresses_are_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "create_connection", _no_connection)
    with pytest.raises(FetchError):
        fetch(url, timeout=2)


def _no_connection(*_: object, **__: object) -> socket.socket:
    raise AssertionError("nothing may be connected to")


def test_offline_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> object:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(FetchError, match="offline"):
        fetch("https://courier.example/", timeout=2)


def test_connects_to_the_address_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "93.184.215.14")
    asked: list[object] = []

    def connect(address: object, timeout: float) -> socket.socket:
        asked.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(FetchError, match="refused"):
        fetch("http://courier.example/", timeout=2)
    assert asked == [("93.184.215.14", 80)]


@pytest.mark.usefixtures("public")
def test_fetches_a_page() -> None:
    with serving(OK % len(PAGE) + PAGE) as port:
        url = f"http://courier.example:{port}/a?b=c"
        assert fetch(url, timeout=5) == (url, PAGE)


@pytest.mark.usefixtures("public")
def test_follows_a_redirect() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: /new\r\nContent-Length: 0\r\n\r\n"
    with serving(moved, OK % len(PAGE) + PAGE) as port:
        address, body = fetch(f"http://courier.example:{port}/old", timeout=5)
    assert (address, body) == (f"http://courier.example:{port}/new", PAGE)


@pytest.mark.usefixtures("public")
@pytest.mark.parametrize("target", ["http://10.0.0.1/", "file:///etc/passwd", "ftp://a.example/"])
def test_redirects_are_checked(target: str) -> None:
    moved = b"HTTP/1.1 301 Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % target.encode()
    with serving(moved) as port, pytest.raises(FetchError, match=r"private or local|only http"):
        fetch(f"http://courier.example:{port}/", timeout=5)


@pytest.mark.usefixtures("public")
def test_endless_redirects_end() -> None:
    moved = b"HTTP/1.1 301 Moved\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n"
    with serving(*[moved] * 6) as port, pytest.raises(FetchError, match="redirects"):
        fetch(f"http://courier.example:{port}/", timeout=5)


def _typed(kind: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b"\r\nContent-Length: 1\r\n\r\na"


@pytest.mark.usefixtures("public")
@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "404"),
        (_typed(b"application/pdf"), "application/pdf"),
        (OK % 0, "empty"),
        (OK % 500 + PAGE, "could not be fetched"),  # cut short
        (b"not http at all\r\n\r\n", "could not be fetched"),
        (b"", "could not be fetched"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\nabc", "not asked for"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nabc", "broken gzip"),
    ],
)
def test_bad_answers(answer: bytes, message: str) -> None:
    with serving(answer) as port, pytest.raises(FetchError, match=message):
        fetch(f"http://courier.example:{port}/", timeout=5)


@pytest.mark.usefixtures("public")
def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 10_000)
    bomb = gzip.compress(b"a" * 1_000_000)
    zipped = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + bomb
    with serving(b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 20_000, zipped) as port:
        for _ in range(2):
            with pytest.raises(FetchError, match="more than"):
                fetch(f"http://courier.example:{port}/", timeout=5)


@pytest.mark.usefixtures("public")
def test_too_slow_ends_in_time() -> None:
    start = time.monotonic()
    with (
        serving(OK % 5_000 + PAGE * 100, pause=0.05) as port,
        pytest.raises(FetchError, match="time"),
    ):
        fetch(f"http://courier.example:{port}/", timeout=0.5)
    assert time.monotonic() - start < 5


@pytest.mark.usefixtures("public")
def test_character_set_of_the_header_is_kept() -> None:
    body = "<p>Die Brücke</p>".encode("cp1252")
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=windows-1252\r\n\r\n"
    with serving(head + body) as port:
        _, data = fetch(f"http://courier.example:{port}/", timeout=5)
    assert data.decode("utf-8-sig") == "<p>Die Brücke</p>"


@pytest.mark.parametrize("timeout", [0, -1, float("nan")])
def test_timeout_is_checked(timeout: float) -> None:
    with pytest.raises(FetchError, match="timeout"):
        fetch("http://courier.example/", timeout=timeout)
