"""Names that a person takes for one another at a glance."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from opencc import OpenCC

# Each group's signs are read as its first one.
_ALIKE = (
    "0oοоօ〇零Q", "1ilІіıⅰ|丨", "aаα", "bьв", "cсϲ", "eеε", "hнһ", "kкκ", "mм", "nпη", "pрρ", "sѕ",
    "tтτ", "uυս", "vν", "wԝω", "xхχ", "yуγ", "己已巳", "末未", "土士", "日曰", "人入八", "戊戌戍",
    "口囗", "大太犬", "天夭", "干千于", "王玉主", "木术本", "田由甲申", "候侯", "治冶", "洲州",
    "岚崗岗", "建健", "材村", "晴睛", "崇祟", "茶荼", "汆氽", "刀刁力", "历厉", "今令", "贝见",
    "风凤",
    "兴兵乒乓", "徽微", "博搏", "拔拨", "诚城成", "源原", "鑫金", "一—ー-－",
)  # fmt: skip
_READ_AS = {
    ord(sign): group[0]
    for group in reversed(_ALIKE)
    for sign in group.casefold()
    if sign != group[0]
}
_FORMS = re.compile(r"(有限责任|股份有限|有限|股份)?(总)?公司|集团|厂$")
_IGNORED = frozenset("ZPSC")


def folded_name(name: str) -> str:
    """Return a name as look-alikes share it.

    Width, case, spaces, brackets and legal forms do not count, nor whether signs are traditional,
    nor which of several similar ones stands there: 己 已 巳, or a Cyrillic а for a Latin one.
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    bare = "".join(sign for sign in plain if unicodedata.category(sign)[0] not in _IGNORED)
    bare = _simplifier().convert(bare)
    core = _FORMS.sub("", bare) or bare
    return core.translate(_READ_AS)


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")
