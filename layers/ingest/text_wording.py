"""The sentences of the readers of text and tables, and the list in which a reader notes them.

No sentence holds text of the file: values and names stand in the facts and the column of a
finding, which the doors escape.
"""

from collections import Counter
from typing import Any

from layers.errors import ImportRefusedError
from layers.ingest.base import Finding
from layers.ingest.text_sentences import FINDINGS

_SHOWN = 100
"""Findings of one code and column that are given one by one; the rest is counted."""

_CAUSES: dict[str, tuple[str, str]] = {
    "empty-file": ("the file is empty; export it again", "文件为空，请重新导出"),
    "format-mismatch": (
        "the content is not what the name of the file says; save it anew as CSV, XLSX or TXT",
        "文件内容与扩展名不符，请另存为 CSV、XLSX 或 TXT",
    ),
    "old-workbook": (
        "an old .xls or an encrypted workbook; save it as .xlsx without a password",
        "旧版 .xls 或加密的工作簿，请另存为不加密的 .xlsx",
    ),
    "workbook-damaged": (
        "the workbook cannot be read; open it, save it anew and send that",
        "工作簿无法读取，请打开后重新保存再上传",
    ),
    "xml-entity": (
        "the workbook declares XML entities, which no office program writes; save it anew",
        "工作簿内含 XML 实体声明，请用表格软件重新保存",
    ),
    "quotes": (
        'a quotation mark (") is open or stands where none may; correct the row',
        '双引号（"）未成对或位置有误，请修改该行',
    ),
    "no-header": (
        "no row of headings was found; put one above the data",
        "未找到表头，请在数据上方添加表头行",
    ),
    "no-rows": (
        "there is no row that can be taken; put data below the headings",
        "没有可导入的数据行，请检查表头以下的数据",
    ),
    "combined-coordinates": (
        "a column holds both coordinates; put longitude and latitude into columns of their own",
        "经纬度写在同一列，请拆分为经度、纬度两列",
    ),
    "too-many": (
        "the table has more than 256 columns, 1,000,000 rows or 5,000,000 cells; split it",
        "表格超过 256 列、100 万行或 500 万个单元格，请拆分",
    ),
    "no-sublayer": ("there is no such sheet in the file", "文件中没有这个工作表"),
    "no-plots": (
        "no plot with readable boundary points was found under [地块坐标]",
        "在 [地块坐标] 下没有找到可读取的地块",
    ),
}


def refusal(cause: str, place: str = "") -> ImportRefusedError:
    """Return the error of a cause, to be raised; ``place`` says where in the file."""
    english, chinese = _CAUSES[cause]
    where, where_zh = (f" ({place})", f"（{place}）") if place else ("", "")
    return ImportRefusedError(english + where, chinese + where_zh, cause=cause, place=place)


class Notes:
    """Findings in the order in which they were made; many of one kind and column are counted."""

    def __init__(self) -> None:
        self._found: list[Finding] = []
        self._counts: Counter[tuple[str, str | None]] = Counter()
        self.refused: set[int] = set()
        """The rows that a finding refuses."""

    def add(
        self, code: str, *, row: int | None = None, column: str | None = None, **facts: object
    ) -> None:
        """Note a finding of a code; ``facts`` are plain values that the report shows."""
        severity, english, chinese = FINDINGS[code]
        if severity == "refusal" and row is not None:
            self.refused.add(row)
        self._counts[code, column] += 1
        if self._counts[code, column] <= _SHOWN or severity == "refusal":
            self._found.append(Finding(code, severity, english, chinese, row, column, facts=facts))

    def all(self) -> tuple[Finding, ...]:
        """Return the findings, those that were only counted as one finding a kind and column."""
        _, english, chinese = FINDINGS["more"]
        more = [
            Finding("more", "note", english, chinese, column=column, facts=_count(code, count))
            for (code, column), count in self._counts.items()
            if count > _SHOWN and FINDINGS[code][0] != "refusal"
        ]
        return (*self._found, *more)


def _count(code: str, count: int) -> dict[str, Any]:
    return {"code": code, "count": count - _SHOWN}
