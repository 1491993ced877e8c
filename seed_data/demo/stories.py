"""What happens to demo cases: every way through the workflow, and the common ones more often."""

from __future__ import annotations

from typing import NamedTuple


class Story(NamedTuple):
    """The steps of a case after it was filled in, and whether it is still under way.

    A move is a step, after a colon the ground where one is named. ``objections`` judged or not
    are recorded one at a time.
    """

    moves: tuple[str, ...]
    is_under_way: bool = False


_IN = ("submit", "accept", "announce")
_ADOPTED = (*_IN, "adopt")
_REMOVED_AT_ONCE = ("start-removal", "remove")


def _corrected(ground: str) -> tuple[str, ...]:
    return (*_ADOPTED, f"ask-correction:{ground}")


def _removed(ground: str) -> tuple[str, ...]:
    return (*_ADOPTED, f"start-removal:{ground}", "remove")


# Each of these happens once at least, in this order, however small the demo is.
STORIES: tuple[Story, ...] = (
    Story(_ADOPTED),
    Story(("submit", "return", "submit", "accept", "announce", "adopt")),
    Story(("submit", "accept", "send-back", "accept", "announce", "adopt")),
    Story((*_IN, "object", "dismiss", "adopt")),
    Story((*_IN, "object", "object", "dismiss", "dismiss", "adopt")),
    Story((*_IN, "object", "uphold")),
    Story((*_IN, "object", "uphold", "appeal", "reject-appeal")),
    Story(("submit", "refuse")),
    Story(("submit", "refuse", "appeal", "grant-appeal", "accept", "announce", "adopt")),
    Story(("submit", "accept", "refuse")),
    Story((*_IN, "refuse")),
    Story(("withdraw",)),
    Story(("submit", "withdraw")),
    Story(("submit", "return", "withdraw")),
    Story(("submit", "return", "lapse")),
    Story((*_IN, "withdraw")),
    Story((*_ADOPTED, "suspend", "resume")),
    Story((*_corrected("quality-safety"), "correct", "accept-correction")),
    Story((*_corrected("quality-safety"), *_REMOVED_AT_ONCE)),
    Story((*_corrected("pledge-broken"), "correct", *_REMOVED_AT_ONCE)),
    Story((*_corrected("uncorrected"), *_REMOVED_AT_ONCE, "appeal", "reject-appeal")),
    Story((*_removed("fraud"), "appeal", "grant-appeal")),
    Story(_removed("body-violation")),
    Story(_removed("expired")),
    Story((*_ADOPTED, "start-removal:fraud", "stop-removal")),
    Story((*_ADOPTED, "suspend", "ask-correction:pledge-broken", "correct", "accept-correction")),
    Story((*_ADOPTED, "suspend")),
    Story((), is_under_way=True),
    Story(("submit",), is_under_way=True),
    Story(("submit", "return"), is_under_way=True),
    Story(("submit", "accept"), is_under_way=True),
    Story(_IN, is_under_way=True),
    Story((*_IN, "object"), is_under_way=True),
    Story(("submit", "refuse", "appeal"), is_under_way=True),
    Story(_corrected("pledge-broken"), is_under_way=True),
    Story((*_ADOPTED, "start-removal:body-violation"), is_under_way=True),
)

COMMON: tuple[Story, ...] = (
    Story(_ADOPTED),
    Story(_ADOPTED),
    Story(_ADOPTED),
    Story(_ADOPTED),
    Story(("submit", "return", "submit", "accept", "announce", "adopt")),
    Story(("submit", "refuse")),
    Story((*_IN, "object", "dismiss", "adopt")),
    Story((*_ADOPTED, "suspend", "resume")),
    Story(("submit",), is_under_way=True),
    Story(("submit", "accept"), is_under_way=True),
    Story(_IN, is_under_way=True),
)

REASONS: dict[str, str] = {
    "withdraw": "产品配方调整，暂不申请。",
    "refuse": "材料与证书所载产品不是同一型号，不符合入库条件。",
    "send-back": "请师市核对生产地址后再报。",
    "dismiss": "经核查，异议所述情况不存在。",
    "uphold": "经核查，异议属实。",
    "suspend": "监督检查发现需要核实的情况，暂停采信。",
    "resume": "情况已核实，恢复采信。",
    "ask-correction": "工程抽查发现问题，责令限期整改。",
    "correct": "已更换批次并复检合格，附复检报告。",
    "accept-correction": "整改到位，经现场核查通过。",
    "start-removal": "事实清楚，拟清出采信应用数据库并公示。",
    "stop-removal": "复查认为事由不成立，终止清出。",
    "appeal": "对决定有异议，理由与证据见附件。",
    "grant-appeal": "申诉理由成立。",
    "reject-appeal": "申诉理由不成立，维持原决定。",
}
MISSING = ("营业执照复印件未加盖公章", "证书附件缺型号页")
OBJECTION = "公示产品的型号与证书附件所列型号不一致，请核查。（演示）"
