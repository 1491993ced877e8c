"""The closed lists of annual reports."""

from __future__ import annotations

from enum import StrEnum

CORPS = "xpcc"
"""Stands where a division's key would, for the report over all divisions."""


class DemonstrationKind(StrEnum):
    """What the Corps names as an example to others."""

    PROJECT = "project"
    BASE = "base"


class Punctuality(StrEnum):
    """How it stands with something that a division owes for a year."""

    ON_TIME = "on-time"
    LATE = "late"
    EXEMPT = "exempt"
    MISSING = "missing"
    NOT_YET_DUE = "not-yet-due"
