"""What the terminal says of how words were taken."""

from __future__ import annotations

from cli.output import say
from search.query import Tier


def say_how_found(tier: Tier, *, is_degraded: bool) -> None:
    """Note if products were not found as typed, or not by the index."""
    if tier is Tier.SOUND:
        say("没有完全匹配的产品，以上按读音查找。", "No exact match; these sound like it.")
    elif tier is Tier.RELAXED:
        say("没有完全匹配的产品，以上为近似结果。", "No exact match; these are the nearest.")
    if is_degraded:
        say(
            "索引不可用，现直接查找数据库：不按读音和相近的写法找。",
            "The index is away: the database was searched by itself, not by sound and not for "
            "what is nearly so.",
        )
