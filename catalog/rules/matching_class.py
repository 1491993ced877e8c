"""In which item of each ratio method goods of a kind count, by their place of use."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from catalog.rules.packs import RatioPack


class RatioClass(msgspec.Struct, frozen=True, kw_only=True):
    """The item of one method, or why there is none."""

    method: str
    pack: str
    item: str | None
    zh: str
    en: str


def ratio_classes(packs: Iterable[RatioPack], category: str, place: str | None) -> list[RatioClass]:
    """Return where each pack counts goods of the category at the place."""
    return [_class(pack, category, place) for pack in packs]


def needs_place(packs: Iterable[RatioPack], category: str) -> bool:
    """Tell whether some pack counts goods of the category by where they are used."""
    entries = (pack.mapped.get(category) for pack in packs)
    return any(entry is not None and bool(entry.places) for entry in entries)


def _class(pack: RatioPack, category: str, place: str | None) -> RatioClass:
    entry = pack.mapped.get(category)
    key = None
    if entry is None:
        zh, en = "本方法未列入此类", "this method does not list the category"
    elif entry.none_zh is not None and entry.none_en is not None:
        zh, en = entry.none_zh, entry.none_en
    else:
        key = entry.item or entry.places.get(place or "")
        if key is not None:
            zh, en = pack.items[key].name_zh, pack.items[key].name_en
        elif place is None:
            zh, en = "取决于使用部位，尚不明确", "depends on the place of use, which is not known"
        else:
            zh, en = "本方法不计此部位的此类材料", "not counted at this place by this method"
    return RatioClass(method=pack.method, pack=f"{pack.key}@{pack.version}", item=key, zh=zh, en=en)
