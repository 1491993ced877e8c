"""Send signed messages to webhooks, and to no address that is this network's own."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
from urllib.parse import SplitResult, urlsplit

import msgspec

_TIMEOUT_S = 10.0
_MOST_READ = 4096
_PORTS = {"http": 80, "https": 443}


class AddressForbiddenError(Exception):
    """An address that webhooks may not have."""


class WebhookTroubleError(Exception):
    """Nothing was answered."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent: its key, what it is about, and the very bytes."""

    key: str
    event: str
    body: bytes


class WebhookSender:
    """Sends messages. ``allows_private`` lets them go to this machine and network, unencrypted."""

    def __init__(
        self, *, allows_private: bool = False, trusted: ssl.SSLContext | None = None
    ) -> None:
        self._allows_private = allows_private
        self._trusted = trusted or ssl.create_default_context()

    def check(self, url: str) -> SplitResult:
        """Return the parts of an address that a webhook may have; its name is not looked up.

        Raises:
            AddressForbiddenError: It is none, or says a password, or is no public one.
        """
        try:
            parts = urlsplit(url)
            has_port = parts.port is None or parts.port > 0
        except ValueError as error:
            raise AddressForbiddenError("not an address") from error
        if parts.scheme not in _PORTS or not parts.hostname or not has_port or not url.isascii():
            raise AddressForbiddenError("not an http or https address")
        if any(not character.isprintable() or character == " " for character in url):
            raise AddressForbiddenError("not an address")
        if parts.username is not None or parts.password is not None:
            raise AddressForbiddenError("a user or a password in the address")
        if parts.scheme != "https" and not self._allows_private:
            raise AddressForbiddenError("only https")
        try:
            ipaddress.ip_address(parts.hostname)
        except ValueError:
            pass
        else:
            self._ensure_public(parts.hostname)
        return parts

    def send(self, url: str, secret: str, message: Message, *, timestamp: int) -> int:
        """Send a message and return the status that was answered; redirects are not followed.

        The name is looked up once, and the connection goes to the very address that was found
        fit: a name that answers differently the second time gains nothing.

        Raises:
            AddressForbiddenError: The address may not be sent to.
            WebhookTroubleError: Nobody answered, or not in the manner of HTTP.
        """
        parts = self.check(url)
        connection = self._connection(parts)
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        headers = {
            "Host": parts.netloc,
            "Content-Type": "application/json",
            "User-Agent": "lucai-webhook",
            "Lucai-Event": message.event,
            "Lucai-Delivery": message.key,
            "Lucai-Signature": signature(secret, timestamp, message.body),
        }
        try:
            connection.request("POST", path, body=message.body, headers=headers)
            answer = connection.getresponse()
            answer.read(_MOST_READ)
        except (OSError, http.client.HTTPException) as error:
            raise WebhookTroubleError(str(error) or type(error).__name__) from error
        finally:
            connection.close()
        return answer.status

    def _connection(self, parts: SplitResult) -> http.client.HTTPConnection:
        host = parts.hostname or ""
        port = parts.port or _PORTS[parts.scheme]
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise WebhookTroubleError(f"{host}: {error}") from error
        addresses = [str(each[4][0]) for each in found]
        # One address of ours among others is enough to refuse: which one answers is chance.
        for address in addresses:
            self._ensure_public(address)
        if parts.scheme == "http":
            return http.client.HTTPConnection(addresses[0], port, timeout=_TIMEOUT_S)
        return _Pinned(host, port, addresses[0], self._trusted)

    def _ensure_public(self, address: str) -> None:
        if self._allows_private:
            return
        found = ipaddress.ip_address(address.partition("%")[0])
        if isinstance(found, ipaddress.IPv6Address):
            found = found.ipv4_mapped or found.sixtofour or found
        if not found.is_global or found.is_multicast:
            raise AddressForbiddenError(f"{address} is no public address")


class _Pinned(http.client.HTTPSConnection):
    """A connection to one address, whose certificate must be of the name that was asked for."""

    def __init__(self, host: str, port: int, address: str, trusted: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=_TIMEOUT_S, context=trusted)
        self._address, self._trusted = address, trusted

    def connect(self) -> None:
        """Connect to the address and prove the name."""
        plain = socket.create_connection((self._address, self.port), _TIMEOUT_S)
        try:
            self.sock = self._trusted.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """Return what proves who sent a body and when: HMAC-SHA256 over ``timestamp.body``."""
    signed = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return f"t={timestamp},v1={signed.hexdigest()}"
