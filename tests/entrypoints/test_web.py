"""Calls over HTTPS: only to the public internet, to the address that was looked at, under the name that was asked for, once."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chalicelib.adapters import web
from chalicelib.adapters.public_address import AddressRefused, Target, is_public, target_of
from chalicelib.adapters.web import MOST_BYTES, Line, Web
from chalicelib.model.errors import TransportFailed
from chalicelib.model.instant import HOUR

PUBLIC = ["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111"]
PRIVATE = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "169.254.170.2", "100.64.0.1",
    "192.0.0.170", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "192.88.99.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "100::1", "not an address", "",
]
LOOPBACK_FORMS = ["127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0", "localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]"]
STRANGE = [
    "http://shop.example/", "https://shop.example:8443/", "https://shop.example:80/", "ftp://shop.example/", "https:///x", "https://",
    "https://user@shop.example/", "https://user:word@shop.example/", "//shop.example/", "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", "https://①②⑦.0.0.①/",
    "https://shop.example\\@127.0.0.1/", "https://shop.example /", "https://[::1", "file:///etc/passwd", "", "https://shop.example:x/",
]


def leads_to(*addresses: str) -> Callable[..., list[Any]]:
    return lambda host, port, **_: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_server_on_the_public_internet_may_be_called(address: str) -> None:
    assert is_public(address)
    assert target_of("https://shop.example/hook?x=1", leads_to(address)) == Target("shop.example", address, "/hook?x=1")


@pytest.mark.parametrize("address", PRIVATE)
def test_no_other_machine_may(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(AddressRefused):
        target_of("https://shop.example/", leads_to(address))
    with pytest.raises(AddressRefused):
        target_of("https://shop.example/", leads_to(PUBLIC[0], address))


@pytest.mark.parametrize("host", LOOPBACK_FORMS)
def test_this_machine_may_not_however_it_is_written(host: str) -> None:
    with pytest.raises((AddressRefused, OSError)):  # the resolver of this machine reads it, or finds nothing in it
        target_of(f"https://{host}/")


@pytest.mark.parametrize("url", STRANGE)
def test_what_is_not_https_on_its_own_port_is_not_even_looked_up(url: str) -> None:
    def resolve(*_: Any, **__: Any) -> list[Any]:
        raise AssertionError("nothing is looked up")

    with pytest.raises(AddressRefused):
        target_of(url, resolve)


def test_a_name_is_looked_up_once_and_what_is_refused_waits_unsent(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return leads_to("127.0.0.1")(host, port)

    monkeypatch.setattr(web, "target_of", lambda url: target_of(url, resolve))
    with pytest.raises(TransportFailed) as caught:
        Web("the endpoint")("https://shop.example/secret-path", {}, b"{}")
    assert (caught.value.retryable, caught.value.retry_after, asked) == (True, HOUR, ["shop.example"])
    assert "secret-path" not in str(caught.value) and caught.value.__cause__ is None


Answering = Callable[[socket.socket], None]


@pytest.fixture
def listening() -> Iterator[Callable[[Answering], int]]:
    """A server that takes one connection and does with it what a test says."""
    servers: list[socket.socket] = []

    def open_server(answering: Answering) -> int:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def serve() -> None:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                answering(connection)

        threading.Thread(target=serve, daemon=True).start()
        return int(server.getsockname()[1])

    yield open_server
    for server in servers:
        server.close()


def to(port: int) -> Web:
    return Web("the endpoint", lambda url: Line(HTTPConnection("127.0.0.1", port, timeout=5), "shop.example", "/hook"))


def request_on(connection: socket.socket) -> bytes:
    read = b""
    while b"\r\n\r\n{}" not in read:
        read += connection.recv(65_536)
    return read


def test_it_posts_once_under_the_name_and_reads_so_much_and_no_more(listening: Any) -> None:
    got: list[bytes] = []

    def answering(connection: socket.socket) -> None:
        got.append(request_on(connection))
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-One: 1\r\nContent-Length: 10000000\r\n\r\n" + b"x" * (MOST_BYTES + 5_000))

    answer = to(listening(answering))("https://shop.example/hook", {"Content-Type": "application/json"}, b"{}")
    assert (answer.status, answer.headers["x-one"], len(answer.body)) == (200, "1", MOST_BYTES)
    assert got[0].startswith(b"POST /hook HTTP/1.1\r\n") and b"Host: shop.example\r\n" in got[0]


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 2", b"SSH-2.0\r\n"], ids=["nothing", "half", "another"])
def test_once_something_was_written_no_answer_is_ambiguous(listening: Any, said: bytes) -> None:
    def answering(connection: socket.socket) -> None:
        request_on(connection)
        connection.sendall(said)

    with pytest.raises(TransportFailed) as caught:
        to(listening(answering))("https://shop.example/hook", {}, b"{}")
    assert (caught.value.ambiguous, caught.value.retryable, caught.value.__cause__) == (True, False, None)


def test_a_redirect_is_an_answer_and_not_followed(listening: Any) -> None:
    def answering(connection: socket.socket) -> None:
        request_on(connection)
        connection.sendall(b"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n")

    assert to(listening(answering))("https://shop.example/hook", {}, b"{}").status == 307


def test_what_cannot_be_reached_was_not_told_and_may_be_later(listening: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])
    with pytest.raises(TransportFailed) as caught:
        to(port)("https://shop.example/hook", {}, b"{}")
    assert (caught.value.retryable, caught.value.ambiguous) == (True, False)


def test_an_answer_that_drips_is_cut_off(listening: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "WHOLE_SECONDS", 0.3)
    ended = threading.Event()

    def answering(connection: socket.socket) -> None:
        request_on(connection)
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while not ended.wait(0.05):
                connection.sendall(b"x")
        except OSError:
            return

    with pytest.raises(TransportFailed) as caught:
        to(listening(answering))("https://shop.example/hook", {}, b"{}")
    ended.set()
    assert caught.value.ambiguous


@pytest.mark.parametrize(("name", "reached"), [("shop.example", True), ("other.example", False)])
def test_the_connection_goes_to_the_checked_address_and_the_certificate_to_the_name(
        listening: Any, tmp_path: Path, name: str, reached: bool) -> None:
    """The certificate is shop.example's; SNI and the check are of the name, the connection is to the address."""
    context, trust = certified("shop.example", tmp_path)
    asked: list[str | None] = []
    context.sni_callback = lambda _, server_name, __: asked.append(server_name)

    def answering(connection: socket.socket) -> None:
        try:
            with context.wrap_socket(connection, server_side=True) as secure:
                request_on(secure)  # type: ignore[arg-type]
                secure.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        except (OSError, ssl.SSLError):
            return

    port = listening(answering)

    def connect(url: str) -> Line:
        return Line(HTTPConnection("127.0.0.1", port, timeout=5), name, "/", trust)

    if reached:
        assert Web("the endpoint", connect)(f"https://{name}/", {}, b"{}").status == 204
    else:
        with pytest.raises(TransportFailed) as caught:
            Web("the endpoint", connect)(f"https://{name}/", {}, b"{}")
        assert caught.value.retryable
    assert asked == [name]


def certified(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate of this name, and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
                   .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
                   .not_valid_after(now + timedelta(days=1))
                   .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
                   .sign(key, hashes.SHA256()))
    place = folder / "server.pem"
    place.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(place)
    return server, ssl.create_default_context(cadata=certificate.public_bytes(serialization.Encoding.PEM).decode())
