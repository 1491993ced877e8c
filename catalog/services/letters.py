"""The words of a letter about what runs out or waits, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.rules.watching import WatchKind
from catalog.views.watching import Watched

_MOST_LINES = 50
_MOST_NAMES = 3
_WORDS = {
    WatchKind.LOST: ("已失去采信资格", "no longer adopted"),
    WatchKind.FILING_OVERDUE: ("方案或年度报告未报送", "plan or report overdue"),
    WatchKind.FILING_DUE: ("方案或年度报告即将到报送期限", "plan or report due soon"),
    WatchKind.CASE_OVERDUE: ("入库申请已超过办理期限", "case overdue"),
    WatchKind.SUBMISSION_OVERDUE: ("产品申报已超过核实期限", "submitted product overdue"),
    WatchKind.SUBMISSION_RETURNED: ("产品申报被退回", "submitted product given back"),
    WatchKind.SUBMISSION_WAITING: ("产品申报等待核实", "submitted product waits for proof"),
    WatchKind.SUBMISSION_PROVED: ("产品申报已核实", "submitted product proved"),
    WatchKind.CASE_DUE: ("入库申请即将到办理期限", "case due soon"),
    WatchKind.SURVEILLANCE_OVERDUE: ("证书监督已逾期", "surveillance overdue"),
    WatchKind.EXPIRING: ("证书即将到期", "certificate expires soon"),
    WatchKind.REPORT_ENDING: ("检验报告即将到期", "test report stops to count soon"),
    WatchKind.RENEWAL_OPEN: ("可以申请证书续期", "renewal can be asked for"),
    WatchKind.SURVEILLANCE_DUE: ("证书即将到监督期限", "surveillance due soon"),
    WatchKind.SURVEILLANCE_UNKNOWN: ("没有已知的监督记录", "no surveillance visit is known"),
}


def letter_of(told: Sequence[Watched], *, language: str, site: str | None) -> tuple[str, str]:
    """Return the subject and the text of a letter about these."""
    chinese = language != "en"
    count = len(told)
    subject = (
        f"绿采提醒：{count} 项" if chinese else f"Lücai: {count} notice{'s' if count > 1 else ''}"
    )
    lines = [_line(each, chinese=chinese) for each in told[:_MOST_LINES]]
    rest = count - len(lines)
    if rest:
        lines.append(f"……另有 {rest} 项。" if chinese else f"… and {rest} more.")
    if site:
        where = f"{site.rstrip('/')}/notices"
        lines += ["", f"全部提醒：{where}" if chinese else f"All notices: {where}"]
    return subject, "\n".join(lines) + "\n"


def _line(each: Watched, *, chinese: bool) -> str:
    word = _WORDS[each.kind][0 if chinese else 1]
    day = each.due_on.isoformat() if each.due_on else ("日期未知" if chinese else "day unknown")
    between = "、" if chinese else ", "
    names = between.join(own.name for own in each.products[:_MOST_NAMES])
    more = len(each.products) - _MOST_NAMES
    if more > 0:
        names += f" 等 {len(each.products)} 个产品" if chinese else f" and {more} more"
    said = f"· {word}：{each.name}（{day}）" if chinese else f"- {word}: {each.name} ({day})"
    return f"{said} {names}".rstrip()
