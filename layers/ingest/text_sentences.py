"""What the readers of text and tables find, with its weight and its two sentences."""

from collections.abc import Mapping
from types import MappingProxyType

from layers.ingest.base import Severity

FINDINGS: Mapping[str, tuple[Severity, str, str]] = MappingProxyType(
    {
        "more": (
            "note",
            "more findings of the same kind; they were counted",
            "同类问题还有更多，仅计数",
        ),
        # tables
        "notes-above": (
            "note",
            "rows above the headings were read as notes",
            "表头以上的行按说明处理",
        ),
        "header-rows": ("note", "several rows of headings were joined", "多行表头已合并"),
        "header-missing": (
            "change",
            "a column without a heading was given a name",
            "无表头的列已自动命名",
        ),
        "header-twice": (
            "change",
            "two columns have one heading; the later was renamed",
            "列名重复，后者已改名",
        ),
        "header-reserved": (
            "change",
            "a heading that is reserved was renamed",
            "列名为保留字，已改名",
        ),
        "single-quotes": (
            "change",
            "texts are in single quotes; they were taken off",
            "文本使用单引号，已去除",
        ),
        "other-sheets": (
            "note",
            "the workbook has other sheets; choose one",
            "工作簿中还有其他工作表，可选择",
        ),
        "row-short": (
            "note",
            "the row has fewer values than headings; the others are empty",
            "该行值少于列数，其余视为空",
        ),
        "row-long": ("refusal", "the row has more values than headings", "该行的值多于列数"),
        "cells-far": (
            "refusal",
            "a cell beyond the 256th column was left out",
            "第 256 列以外的单元格未读取",
        ),
        "nul": (
            "change",
            "NUL characters were taken out of the text",
            "文本中的空字符（NUL）已去除",
        ),
        "merged": (
            "change",
            "a merged cell gave its value to every row that it spans",
            "合并单元格的值已填入其跨越的各行",
        ),
        "formula-value": (
            "note",
            "formulas: the value of the last calculation was taken",
            "公式列取上次计算的值",
        ),
        "formula-text": (
            "change",
            "the formula has no stored value; its text was taken",
            "公式没有缓存值，按文本读取",
        ),
        "cell-error": (
            "question",
            "the cell shows an error such as #N/A; it was kept as text",
            "单元格为错误值（如 #N/A），按文本保留",
        ),
        "digits-lost": (
            "question",
            "a number of over 15 digits: the workbook has lost its last digits; store ids as text",
            "数字超过 15 位，表格软件已丢失末位；编号请存为文本",
        ),
        "long-number": (
            "note",
            "a number too long to stay exact; texts were kept as they are",
            "数字过长，按文本保留以免丢失精度",
        ),
        "not-a-number": (
            "question",
            "not a number, in a column of numbers; texts were kept as they are",
            "数值列中含非数值，文本按原样保留",
        ),
        "number-range": (
            "question",
            "a number beyond what can be computed with; texts were kept as they are",
            "数值超出可计算范围，文本按原样保留",
        ),
        "decimal-comma": (
            "change",
            "a decimal comma was read as a decimal point",
            "小数逗号按小数点读取",
        ),
        "thousands": ("change", "commas between thousands were taken out", "千分位逗号已去除"),
        "number-as-text": (
            "change",
            "a number stored as text was read as a number, as the others of its column",
            "以文本形式存储的数字已按数值读取",
        ),
        "row-doubtful": (
            "question",
            "the row looks like a heading or a total, not like a feature",
            "该行疑似小标题或合计，而非要素",
        ),
        # places
        "place-columns": ("note", "the columns that the places were read from", "坐标取自以下列"),
        "no-place": (
            "question",
            "no column of coordinates; rows can be placed by names only",
            "没有坐标列，只能按名称落位",
        ),
        "place-empty": ("note", "the row has no coordinates", "该行没有坐标"),
        "place-half": ("refusal", "one of the two coordinates is missing", "缺少一个坐标值"),
        "place-wrong": ("refusal", "the coordinates cannot be read", "坐标无法读取"),
        "place-swapped": (
            "question",
            "the latitude is beyond 90°; longitude and latitude look swapped",
            "纬度超过 90°，经纬度疑似互换",
        ),
        "place-range": (
            "question",
            "longitude or latitude is beyond the globe; metres perhaps",
            "经纬度超出范围，可能是以米为单位的坐标",
        ),
        "place-degrees": (
            "change",
            "degrees, minutes and seconds became decimal degrees",
            "度分秒已换算为十进制度",
        ),
        # boundary points
        "attributes": ("note", "what the file says of itself", "文件的属性描述"),
        "attributes-missing": (
            "question",
            "the file does not say its coordinate system ([属性描述])",
            "缺少 [属性描述] 中的坐标系信息",
        ),
        "line-unknown": ("question", "a line that fits nowhere was left out", "无法识别的行未读取"),
        "wide-commas": ("change", "full-width commas were read as commas", "全角逗号按半角读取"),
        "plot-header": (
            "question",
            "the head of the plot has not nine fields",
            "地块标题行不是 9 项",
        ),
        "plot-mark": ("change", "the head of the plot does not end with @", "地块标题行末尾缺少 @"),
        "plot-twice": ("question", "two plots have one number", "地块编号重复"),
        "point-count": (
            "question",
            "the number of points is not the stated one",
            "界址点数与标题行不符",
        ),
        "point-wrong": (
            "refusal",
            "a point of the plot cannot be read",
            "地块中有无法读取的界址点",
        ),
        "point-extra": (
            "change",
            "values after the coordinates were left out",
            "坐标之后的多余数值未读取",
        ),
        "point-numbers": (
            "note",
            "the numbers of the points do not follow each other",
            "界址点号不连续",
        ),
        "ring-short": (
            "refusal",
            "a ring of the plot has fewer than three points",
            "地块的某圈不足三个点",
        ),
        "ring-open": (
            "change",
            "the ring was closed with its first point",
            "界址线未闭合，已补首点",
        ),
        "ring-closed-twice": (
            "change",
            "a second closing point was taken out",
            "重复的闭合点已去除",
        ),
        "axis-turned": (
            "change",
            "the easting stands first in the file; the standard has the northing first",
            "文件中 Y（东）在前；标准为 X（北）在前",
        ),
        "axis-unsure": (
            "question",
            "the magnitudes do not tell northing from easting; the standard order was taken",
            "数值无法区分 X、Y，按标准次序（X 在前）读取",
        ),
        "zone-differs": (
            "question",
            "the zone in the eastings is not the stated one",
            "坐标中的带号与声明不符",
        ),
        "zone-missing": (
            "question",
            "a zone is stated, but the eastings carry none",
            "声明了带号，但坐标中没有带号",
        ),
        "unit-differs": ("question", "the stated unit is not the metre", "计量单位不是米"),
        "area-differs": (
            "question",
            "the stated area is not that of the plot in hectares",
            "标注面积与图形面积（公顷）不符",
        ),
        # attributes
        "value-translated": (
            "change",
            "a value became the one of the code list",
            "取值已对应到代码表",
        ),
        "value-unknown": (
            "question",
            "a value that the code list does not have; it was left out",
            "取值不在代码表中，未写入",
        ),
        "unit-converted": (
            "change",
            "a column was converted to the unit of its target",
            "该列已换算为目标单位",
        ),
        "unit-unknown": (
            "question",
            "the unit of the column is not stated; choose one",
            "未注明单位，请选择",
        ),
        "number-wrong": (
            "question",
            "no number with a known unit; it was kept in the original column",
            "不是可识别单位的数值，保留在原列",
        ),
    }
)
