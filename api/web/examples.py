"""The examples of the open data page and the API guide; tests run every one of them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from api.web.i18n import zh

SITE = "https://lucai.example.org"
"""What stands in an example for the address of the site."""


class LoadExample(msgspec.Struct, frozen=True):
    """A program that loads the open data; it prints what it finds."""

    title: str
    language: str
    text: str

    def code(self, site: str) -> str:
        """Return the program for the site at an address."""
        return self.text.replace(SITE, site)


LOADING: tuple[LoadExample, ...] = (
    LoadExample(
        "Python + Polars",
        "python",
        """import polars as pl

base = "https://lucai.example.org/open-data/latest"
products = pl.read_parquet(f"{base}/products.parquet")
links = pl.read_parquet(f"{base}/product_certificates.parquet")
certificates = pl.read_parquet(f"{base}/certificates.parquet")

valid = certificates.filter(pl.col("validity") == "valid")
certified = products.join(
    links.join(valid, left_on="certificate", right_on="key"),
    left_on="key", right_on="product", how="semi",
)
print(certified.group_by("category").len().sort("len", descending=True))""",
    ),
    LoadExample(
        "DuckDB",
        "sql",
        """SELECT category, count(*) AS products
FROM read_csv('https://lucai.example.org/open-data/latest/products.csv', all_varchar = true)
WHERE is_synthetic = 'false'
GROUP BY category ORDER BY products DESC""",
    ),
    LoadExample(
        "Python",
        "python",
        """import hashlib, json
from urllib.request import urlopen

base = "https://lucai.example.org/open-data/latest"
manifest = json.load(urlopen(f"{base}/manifest.json"))
for file in manifest["files"]:
    if file["table"] == "adoptions" and file["form"] == "jsonl":
        content = urlopen(f"{base}/{file['name']}").read()
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        for line in content.splitlines():
            adoption = json.loads(line)
            print(adoption["case_number"], adoption["standing"])""",
    ),
)


class ApiExample(msgspec.Struct, frozen=True, kw_only=True):
    """A question to the API in three languages; ``body`` is what is posted, if anything."""

    key: str
    title: str
    text: str
    path: str
    body: str | None = None

    def curl(self, site: str) -> str:
        """Return a command for the shell."""
        if self.body is None:
            return f'curl "{site}{self.path}"'
        return (
            f'curl "{site}{self.path}" \\\n'
            f"  -H 'Content-Type: application/json' \\\n  -d '{self.body}'"
        )

    def python(self, site: str) -> str:
        """Return a program of Python's own library."""
        if self.body is None:
            return (
                "import json\nfrom urllib.request import urlopen\n\n"
                f'answer = json.load(urlopen("{site}{self.path}"))\nprint(answer)'
            )
        return (
            "import json\nfrom urllib.request import Request, urlopen\n\n"
            f"asked = json.dumps(json.loads('{self.body}')).encode()\n"
            f'request = Request("{site}{self.path}", data=asked,\n'
            '                  headers={"Content-Type": "application/json"})\n'
            "answer = json.load(urlopen(request))\nprint(answer)"
        )

    def javascript(self, site: str) -> str:
        """Return a program for a browser of the site, or for Node."""
        if self.body is None:
            return (
                f'const response = await fetch("{site}{self.path}");\n'
                "console.log(await response.json());"
            )
        return (
            f'const response = await fetch("{site}{self.path}", {{\n'
            '  method: "POST",\n'
            '  headers: { "Content-Type": "application/json" },\n'
            f"  body: JSON.stringify({self.body}),\n"
            "});\nconsole.log(await response.json());"
        )

    def programs(self, site: str) -> Mapping[str, str]:
        """Return the example in each language, by its name."""
        return {
            "curl": self.curl(site),
            "Python": self.python(site),
            "JavaScript": self.javascript(site),
        }


class WritingExample(msgspec.Struct, frozen=True, kw_only=True):
    """A request that writes, by a token; what stands in capitals in its path is the reader's."""

    title: str
    verb: str
    path: str
    body: str

    def curl(self, site: str) -> str:
        """Return a command for the shell."""
        return (
            f'curl -X {self.verb} "{site}{self.path}" \\\n'
            '  -H "Authorization: Bearer $LUCAI_TOKEN" \\\n'
            f"  -H 'Content-Type: application/json' \\\n  -d '{self.body}'"
        )


WRITING: tuple[WritingExample, ...] = (
    WritingExample(
        title=zh("建设单位：登记一笔进场"),
        verb="POST",
        path="/api/v1/projects/PROJECT/buildings/BUILDING/deliveries",
        body=(
            '{"note_number": "SH-1", "delivered_on": "2026-05-01", "name": "预拌混凝土 C30", '
            '"unit": "m3", "quantity": "80.5", "number": "erp-2026-1"}'
        ),
    ),
    WritingExample(
        title=zh("生产企业：申报一个产品"),
        verb="POST",
        path="/api/v1/submissions",
        body=(
            '{"stated": {"name": "蒸压加气混凝土砌块", "model": "A3.5 B06"}, '
            '"number": "erp-2026-2"}'
        ),
    ),
    WritingExample(
        title=zh("住建局：登记一份书面报送的材料"),
        verb="POST",
        path="/api/v1/filings",
        body='{"division": "08", "duty": "plan", "year": 2021, "filed_on": "2021-03-12"}',
    ),
    WritingExample(
        title=zh("住建局：开始一份年度报告"),
        verb="POST",
        path="/api/v1/annual-reports",
        body='{"year": 2026, "scope": "08"}',
    ),
    WritingExample(
        title=zh("住建局：写年度报告，version 用上一个回答里的"),
        verb="PUT",
        path="/api/v1/annual-reports/2026/08/texts",
        body='{"version": 1, "progress": "全部核算。", "problems": "", "plan": ""}',
    ),
)


def api_examples(product: str | None, number: str) -> tuple[ApiExample, ...]:
    """Return the examples of the guide, about a product and a certificate number of the store."""
    found = [
        ApiExample(
            key="search",
            title=zh("搜索产品"),
            text=zh("词语、类别、星级、师市和日期都可以作条件；分面的数目与数据库一致。"),
            path="/api/v1/search?q=%E6%B7%B7%E5%87%9D%E5%9C%9F&limit=1",
        ),
        ApiExample(
            key="verify",
            title=zh("核验证书"),
            text=zh("一次可核验多个编号：当日是否有效，产品是否已采信，原因是什么。"),
            path="/api/v1/verifications",
            body='{"numbers": ["' + number + '"]}',
        ),
        ApiExample(
            key="changes",
            title=zh("读变更流"),
            text=zh("从 since 往后读，把 next_since 记下来，下次从那里继续。"),
            path="/api/v1/changes?since=0&limit=3",
        ),
        ApiExample(
            key="ratios",
            title=zh("各师市应用比例"),
            text=zh("一次只用一种方法、一个阶段；不同方法从不相加。"),
            path="/api/v1/ratios?method=B&stage=completion",
        ),
        ApiExample(
            key="reports",
            title=zh("年度报告"),
            text=zh("已公开的报告连同检查和数字都能读；住建局用自己的令牌还能读没有公开的。"),
            path="/api/v1/annual-reports",
        ),
        ApiExample(
            key="refused",
            title=zh("出错时的回答"),
            text=zh("错误用 RFC 9457 的形式回答：type 给程序看，detail 用读者的语言说怎么办。"),
            path="/api/v1/products/no-such-product",
        ),
    ]
    if product:
        found.insert(
            1,
            ApiExample(
                key="adoption",
                title=zh("问一个产品是否已采信"),
                text=zh("可以问任何一天；回答带上理由和采信至哪一天。"),
                path=f"/api/v1/products/{product}/adoption",
            ),
        )
    return tuple(found)
