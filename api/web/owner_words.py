"""The words of the owner's desk."""

from __future__ import annotations

from collections.abc import Mapping

from api.web.i18n import zh

OWNER_WORDS: Mapping[str, Mapping[str, str]] = {
    "next-step": {
        "bill": zh("上传清单"),
        "match": zh("认定清单行"),
        "deliver": zh("登记进场材料"),
        "convert": zh("补换算系数"),
        "evidence": zh("补佐证材料"),
        "swap": zh("看怎样达标"),
        "documents": zh("准备报审文件"),
    },
    "next-step-why": {
        "bill": zh("还没有工程量清单，算不出比例。"),
        "match": zh("有的行还不知道是哪一类材料，没有计入比例。"),
        "deliver": zh("还没有进场记录：竣工比例按进场的绿色建材计算。"),
        "convert": zh("有的行单位不同又没有换算系数，没有计入比例。"),
        "evidence": zh("有的进场记录没有佐证材料，核查时不能证明。"),
        "swap": zh("比例还没有达到目标：看换用哪些已采信产品最省。"),
        "documents": zh("目标已达到：可以打印核算表，核对八类佐证材料。"),
    },
    "finding-cure": {
        "note-twice": zh(
            "核对这张送货单：重复登记的撤回；单号写错的更正。确实是两批货的，请向住建局说明。"
        ),
        "invoice-twice": zh(
            "核对这份发票或合同是不是属于本项目：写错的更正；几个项目合签的，请向住建局说明。"
        ),
        "over-billed": zh(
            "核对进场数量和单位、是否漏登退货；工程变更多用的，补交变更后的结算清单。"
        ),
        "over-output": zh(
            "向生产厂核实这批货是否由它供应，并索取出厂证明；登记错产品或证书的，更正。"
        ),
        "outside-validity": zh(
            "核对进场日期和证书：换了新证书的，把进场记录改为新证书；没有的，这批货不计为绿色。"
        ),
        "outside-scope": zh("核对规格和产品：选错产品的，更正；超出范围的，这批货不计为绿色。"),
        "other-site": zh("核对生产厂：写错的更正；不是证书所列生产厂的，这批货不计为绿色。"),
        "file-altered": zh("把原来的佐证文件重新上传，并附到进场记录上。"),
        "file-missing": zh("把佐证文件重新上传，并附到进场记录上。"),
    },
    "quantity-side": {
        "planned": zh("计划"),
        "settled": zh("结算"),
        "delivered": zh("进场"),
        "green": zh("进场（绿色）"),
    },
    "quantity-difference": {
        "not-planned": zh("计划里没有这一类：设计变更，或计划清单不全"),
        "not-settled": zh("结算里还没有这一类"),
        "not-delivered": zh("还没有进场"),
        "over-delivered": zh("进场多于清单：核对退货、损耗，或是否重复登记"),
        "under-delivered": zh("进场少于清单：还没有到齐，或漏登"),
        "changed": zh("结算与计划不同"),
        "unconverted": zh("有的行单位换算不了，没有计入"),
    },
}
