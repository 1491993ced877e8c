"""Where the pages of the filled store are."""

from __future__ import annotations

from catalog.rules.keys import (
    body_key,
    building_key,
    certificate_key,
    company_key,
    product_key,
    project_key,
)
from catalog.rules.numbers import normal_number

COMPANY = company_key("绿洲混凝土有限公司", None)
PRODUCT = product_key(COMPANY, "预拌混凝土", "C30 P6", None)
MORTAR = product_key(COMPANY, "示例砂浆（演示）", "M10", None)
CERTIFICATE = certificate_key(body_key("示例认证中心"), normal_number("CTC-2024-001"))
PROJECT = project_key("P-1")
BUILDING = building_key(PROJECT, "1#")
BUILDING_PATH = f"/projects/{PROJECT}/buildings/{BUILDING}"
PATHS = [
    "/",
    "/products",
    f"/products/compare?key={PRODUCT}&key={MORTAR}&on=2025-06-01",
    "/searches",
    "/searches/new?q=c30&star=2",
    f"/products/{PRODUCT}",
    f"/companies/{COMPANY}",
    "/score",
    f"/score?category=ready-mixed-concrete&on=2026-06-01&site={PROJECT}",
    f"/products/{PRODUCT}/score?on=2026-06-01",
    f"/products/{PRODUCT}/score?on=2020-01-01",
    "/rules/score-2026",
    "/certificates",
    "/certificates?number=CTC-2024-001",
    f"/certificates/{CERTIFICATE}",
    "/projects",
    f"/projects/{PROJECT}",
    f"/projects/{PROJECT}/rules",
    BUILDING_PATH,
    f"{BUILDING_PATH}/measures",
    f"{BUILDING_PATH}/swaps?method=B&stage=completion&target=70",
    f"{BUILDING_PATH}/swaps?method=A&stage=design&objective=cheapest",
    f"{BUILDING_PATH}/matching",
    f"{BUILDING_PATH}/matching?need=all&over=80",
    "/results/1",
    "/results/1/form",
    "/divisions",
    "/divisions?method=A&stage=design",
    "/divisions/08",
    "/divisions?known_at=2026-06-02",
    "/divisions/08?year=2025&known_at=2026-06-02",
    "/published-figures",
    f"/certificates/{CERTIFICATE}/reach",
    f"/certificates/{CERTIFICATE}/reach?on=2025-01-01",
    "/divisions/08?basis=report&kind=key&year=2025",
    "/divisions/usage",
    "/divisions/usage?basis=report&division=08&year=2025",
    "/divisions/usage/lines?category=ready-mixed-concrete",
    "/divisions/usage/lines?stage=design&kind=none",
    "/imports",
    "/imports/1",
    "/imports/new",
    "/conflicts",
    "/public-notices",
    "/verify",
    "/verify-offline",
    f"/certificates/{CERTIFICATE}/record",
    f"/products/{PRODUCT}/record",
    "/editions",
    "/editions?kind=adoptions",
    "/draws",
    "/sign-in",
    "/register",
    "/join",
    "/rules",
    "/rules?place=CN-SC-Chengdu&on=2025-01-01",
    "/rules/ratio-a-2019",
    "/rules/ratio-b-2021",
    "/rules/ratio-b-chengdu-2024",
    "/rules/ratio-c-city",
    "/rules/procurement-2025",
    "/rules/local-materials-2019",
    "/rules/admission-xpcc-2025",
    "/rules/thresholds-2019",
    "/rules/thresholds-2024",
    "/rules/watch-2026",
]
