"""Words of the trade and what the catalogue writes for them, by hand and for this measurement.

Each says which texts are right answers, and why; it is not read from the product's own dictionary.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from random import Random
from typing import NamedTuple


class Synonym(NamedTuple):
    """What people say, what stands in the catalogue, and why both are the same."""

    said: str
    means: tuple[str, ...]
    reason: str


SYNONYMS = (
    Synonym("商砼", ("预拌混凝土",), "Site speech for ready-mixed concrete."),
    Synonym("商品砼", ("预拌混凝土",), "The same, half spelt out."),
    Synonym("商品混凝土", ("预拌混凝土",), "What it was called before the standard."),
    Synonym("砼", ("混凝土",), "One character for concrete, as on drawings."),
    Synonym("断桥铝", ("断桥铝合金", "隔热铝合金"), "Thermally broken aluminium."),
    Synonym("断热铝合金", ("断桥铝合金", "隔热铝合金"), "The standard's other word for it."),
    Synonym("苯板", ("聚苯板", "聚苯乙烯"), "Polystyrene board, said short."),
    Synonym("泡沫板", ("聚苯板",), "What it looks like."),
    Synonym("挤塑板", ("挤塑聚苯板",), "Extruded polystyrene board, said short."),
    Synonym("模塑板", ("模塑聚苯板",), "Expanded polystyrene board, said short."),
    Synonym("XPS板", ("挤塑聚苯板",), "By its abbreviation."),
    Synonym("EPS板", ("模塑聚苯板",), "By its abbreviation."),
    Synonym("加气块", ("加气混凝土",), "Autoclaved aerated concrete block, said short."),
    Synonym("加气砖", ("加气混凝土",), "The same as if it were a brick."),
    Synonym("马桶", ("坐便器",), "Everyday word for a water closet."),
    Synonym("座便器", ("坐便器",), "The other spelling of it."),
    Synonym("蹲坑", ("蹲便器",), "Everyday word for a squatting pan."),
    Synonym("洗脸盆", ("洗面器",), "Everyday word for a wash basin."),
    Synonym("台盆", ("洗面器",), "The shop's word for a wash basin."),
    Synonym("水龙头", ("水嘴",), "Everyday word for a tap."),
    Synonym("龙头", ("水嘴",), "The same, said short."),
    Synonym("乳胶漆", ("合成树脂乳液",), "Emulsion paint: the shop's word."),
    Synonym("内墙漆", ("内墙涂料",), "Paint and coating are one thing."),
    Synonym("外墙漆", ("外墙涂料",), "Paint and coating are one thing."),
    Synonym("玻璃胶", ("密封胶",), "Sealant as everybody calls it."),
    Synonym("耐候胶", ("耐候密封胶",), "Weathering sealant, said short."),
    Synonym("结构胶", ("结构密封胶", "结构加固胶"), "Structural sealant, said short."),
    Synonym("塑钢窗", ("塑料（PVC-U）平开窗", "塑料窗"), "PVC-U window by its steel insert."),
    Synonym("LOW-E玻璃", ("低辐射",), "Low-emissivity glass by its English name."),
    Synonym("SBS卷材", ("弹性体改性沥青",), "Elastomer-modified felt by its modifier."),
    Synonym("光伏板", ("光伏组件",), "Everyday word for a PV module."),
    Synonym("太阳能板", ("光伏组件",), "Everyday word for a PV module."),
    Synonym("PPR管", ("聚丙烯（PP-R）管材",), "Polypropylene random pipe by its abbreviation."),
    Synonym("净水器", ("净水设备", "净水机"), "Shop word for a water purifier."),
    Synonym("软水机", ("软水器", "软化设备"), "Shop word for a water softener."),
    Synonym("隔油池", ("隔油器", "油脂分离器"), "Grease trap, as the kitchen calls it."),
    Synonym("立体车库", ("机械式停车",), "Everyday word for mechanical parking."),
    Synonym("新风机", ("新风净化",), "Everyday word for a fresh-air unit."),
    Synonym("矽酸鈣板", ("硅酸钙",), "Taiwan's word for calcium silicate board."),
    Synonym("瓷砖", ("陶瓷砖",), "Everyday word for a ceramic tile."),
    Synonym("磁磚", ("陶瓷砖", "瓷砖"), "Taiwan's spelling of tile."),
    Synonym("大理石", ("大理石",), "Itself, which no synonym may lose."),
    Synonym("减水剂", ("减水剂",), "Itself, which no synonym may lose."),
    Synonym("地坪漆", ("树脂地坪", "地坪涂"), "Floor coating as painters call it."),
    Synonym("铝塑板", ("铝塑复合板",), "Aluminium composite panel, said short."),
    Synonym("叠合楼板", ("叠合板",), "Composite floor plank in full."),
    Synonym("PC楼梯", ("预制混凝土楼梯",), "Precast stairs by abbreviation."),
)


def drawn(draw: Random) -> list[Synonym]:
    """Return them in an order by chance."""
    return draw.sample(SYNONYMS, len(SYNONYMS))


@cache
def terms_of_the_trade() -> tuple[str, ...]:
    """Return the terms that the product's dictionary widens, read as plain data.

    A total is compared with a count only where none of them is in the words.
    """
    terms: list[str] = []
    for file in sorted(files("seed_data").joinpath("synonyms").iterdir(), key=str):
        if file.name.endswith(".toml"):
            table = tomllib.loads(file.read_text(encoding="utf-8"))
            terms += [term for entry in table.get("synonym", ()) for term in entry["said"]]
    return tuple(terms)
