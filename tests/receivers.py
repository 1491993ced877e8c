"""A mail server and a webhook receiver of this machine, both real, for tests that send."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import msgspec
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Post:
    """What a mail server took; ``refuses`` is what it says to every letter instead."""

    def __init__(self) -> None:
        self.letters: list[Envelope] = []
        self.were_encrypted: list[bool] = []
        self.refuses: str | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  So aiosmtpd calls it.
        """Keep a letter."""
        if self.refuses:
            return self.refuses
        self.letters.append(envelope)
        self.were_encrypted.append(session.ssl is not None)
        return "250 OK"


def _a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def a_mail_server(
    *, tls: ssl.SSLContext | None = None, asks_login: bool = False
) -> Iterator[tuple[Post, int]]:
    """Yield a mail server's post and its port; with a context it speaks STARTTLS."""
    post = Post()

    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        is_known = isinstance(data, LoginPassword) and data == LoginPassword(b"lucai", b"secret")
        return AuthResult(success=is_known)

    controller = Controller(
        post,
        hostname="127.0.0.1",
        port=_a_free_port(),
        tls_context=tls,
        require_starttls=tls is not None,
        auth_required=asks_login,
        auth_require_tls=tls is not None,
        authenticator=authenticate if asks_login else None,
    )
    controller.start()
    try:
        yield post, controller.port
    finally:
        controller.stop()


class Request(msgspec.Struct):
    """What a webhook received."""

    path: str
    headers: dict[str, str]
    body: bytes


class Hook:
    """What came to a webhook, and the statuses that it answers with, the last for ever."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answers = [204]


@contextmanager
def a_webhook() -> Iterator[tuple[Hook, str]]:
    """Yield what a receiver got and its address."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            request = Request(self.path, dict(self.headers.items()), self.rfile.read(length))
            hook.requests.append(request)
            status = hook.answers.pop(0) if len(hook.answers) > 1 else hook.answers[0]
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hook, f"http://127.0.0.1:{server.server_address[1]}/hook?of=lucai"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def a_certificate_of_localhost(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return what a server of this machine shows, and what a client that trusts it checks."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paper, secret = folder / "localhost.pem", folder / "localhost.key"
    paper.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(paper, secret)
    return shown, ssl.create_default_context(cafile=str(paper))
