"""Seeded draws: every number of the demo follows from the seed, a stream's name and an index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b, shake_256
from struct import unpack
from typing import TypeVar

T = TypeVar("T")
Draws = tuple[int, ...]
SPAN = 1 << 16  # A draw is a whole number from 0 up to, not including, this.


def draws_of(seed: int, stream: str) -> Callable[[int], Draws]:
    """Return a function from an index to its 32 draws.

    A hash instead of a running generator: thing number i does not depend on how many others
    were made before it, and one call gives all the draws that a record needs.
    """
    base = blake2b(f"{stream}:{seed}:".encode(), digest_size=64)

    def at(index: int) -> Draws:
        state = base.copy()
        state.update(index.to_bytes(8, "big"))
        return unpack("<32H", state.digest())

    return at


def many_draws(seed: int, stream: str, index: int, count: int) -> Draws:
    """Return as many draws as asked for, for a thing that needs hundreds."""
    state = shake_256(f"{stream}:{seed}:{index}".encode())
    return unpack(f"<{count}H", state.digest(2 * count))


def one_of(items: Sequence[T], draw: int) -> T:
    """Return the item that a draw falls on."""
    return items[draw * len(items) >> 16]


def between(least: int, most: int, draw: int) -> int:
    """Return a whole number from least to most, both included."""
    return least + (draw * (most - least + 1) >> 16)
