"""How sure a result is: the range in which it lies while lines leave something open."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from sqlalchemy import Connection

from catalog.errors import RulePackNotFoundError
from catalog.repositories import reference
from catalog.repositories import results as stored
from catalog.rules.packs import RatioPack, ThresholdPack, named
from catalog.rules.ratio.bounds import ThresholdOutlook, bounds, outlook
from catalog.rules.ratio.open_lines import OpenLine
from catalog.services import results


class OutlookView(msgspec.Struct, frozen=True, kw_only=True):
    """A result's ratio in percent, the lowest and highest it can be, and what that means.

    ``is_exact`` is False where the range may be wider than it need be; the truth is inside either
    way. ``open_lines`` are the lines that keep it open, each with the items it could count in.
    """

    result: int
    percent: Decimal
    low_percent: Decimal
    high_percent: Decimal
    is_exact: bool
    thresholds: tuple[ThresholdOutlook, ...]
    open_lines: tuple[OpenLine, ...]


def outlook_of_result(connection: Connection, result_id: int) -> OutlookView:
    """Return the range of a result, from the lines that it counted and by its own packs.

    Raises:
        ResultNotFoundError: There is no such result.
        RulePackNotFoundError: A pack that it went by is not here.
        TraceOutdatedError: Its lines were not kept.
    """
    view = stored.get_by_id(connection, result_id)
    packs = {named(pack): pack for pack in reference.packs(connection)}
    pack, thresholds = packs.get(view.pack), packs.get(view.thresholds)
    if not isinstance(pack, RatioPack) or not isinstance(thresholds, ThresholdPack):
        raise RulePackNotFoundError(key=view.pack, known=", ".join(sorted(packs)))
    lines = results.lines_of(connection, result_id)
    found = bounds(pack, lines, reference.unit_table(connection), view.stage)
    return OutlookView(
        result=result_id,
        percent=view.ratio,
        low_percent=found.low_percent,
        high_percent=found.high_percent,
        is_exact=found.is_exact,
        thresholds=outlook(thresholds, found),
        open_lines=found.open_lines,
    )
