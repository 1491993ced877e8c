"""Read what a password must be."""

from __future__ import annotations

from catalog.rules.credentials import PasswordPolicy
from seed_data import read_toml


def password_policy() -> PasswordPolicy:
    """Return the rule that ships with the program."""
    content = read_toml("accounts/passwords.toml")
    return PasswordPolicy(
        shortest=content["shortest"],
        longest=content["longest"],
        common=frozenset(content["common"]),
    )
