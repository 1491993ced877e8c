"""Passwords are kept as Argon2id hashes; to try one costs time and memory on purpose."""

from __future__ import annotations

from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_NOBODYS = "nobody has this password"


class Passwords:
    """Hashes passwords and tells whether one is right.

    One trial takes ``passes`` over ``memory_kib`` on one processor: call it in a thread, never on
    the event loop. Hashes of other parameters stay good, and are told apart as outdated.
    """

    def __init__(self, *, memory_kib: int, passes: int) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash(_NOBODYS)

    def hash(self, password: str) -> str:
        """Return what to keep of a password."""
        return self._hasher.hash(password)

    def matches(self, password: str, kept: str | None) -> bool:
        """Tell whether the password is the one kept; where none is kept it takes as long to say no.

        Whoever measures the time of an answer shall not learn whether an account exists.
        """
        try:
            return self._hasher.verify(kept or self._nobodys, password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, kept: str) -> bool:
        """Tell whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)
