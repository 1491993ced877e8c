"""Is what came to site proven green on the day it came? The proof is a valid certificate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from catalog.rules.validity import StateChange, Validity, Window, validity_on

NO_PRODUCT = "no-product"
NO_CERTIFICATE = "no-certificate"


def greenness(
    timelines: Iterable[tuple[list[Window], list[StateChange]]],
    *,
    has_product: bool,
    on: dt.date,
) -> tuple[bool | None, str]:
    """Return whether the delivery counts as green, and the key of the reason.

    One valid certificate is enough (Sichuan 2024, 2.3 and 5.3: certified, and within validity at
    entry acceptance). A delivery that names no product is not proven, so it is not green;
    whether a certificate without dates was valid is unknown.
    """
    if not has_product:
        return False, NO_PRODUCT
    found = {validity_on(windows, states, on) for windows, states in timelines}
    if Validity.VALID in found:
        return True, Validity.VALID
    if Validity.UNKNOWN in found:
        return None, Validity.UNKNOWN
    for reason in (
        Validity.SUSPENDED,
        Validity.EXPIRED,
        Validity.NOT_YET,
        Validity.REVOKED,
        Validity.CANCELLED,
    ):
        if reason in found:
            return False, reason
    return False, NO_CERTIFICATE
