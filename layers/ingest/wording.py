"""The sentences of findings: one place for each.

No sentence holds text of the file: names and numbers stand in the facts of a finding, which the
doors escape.
"""

from layers.ingest.base import Finding, Severity
from layers.ingest.geometry_wording import GEOMETRY_FINDINGS

_FINDINGS: dict[str, tuple[Severity, str, str]] = {
    "encoding-contradicts": (
        "change",
        "the text is not in the encoding that the file declares; it was read in another",
        "文本与文件声明的编码不符，已按另一编码读取",
    ),
    "encoding-guessed": (
        "question",
        "the file does not say its encoding; check the sample",
        "文件未声明编码，请核对示例文本",
    ),
    "text-undecodable": (
        "change",
        "some bytes are no text in this encoding and were replaced",
        "部分字节无法按该编码解读，已替换",
    ),
    "text-cut": (
        "change",
        "the text ends in the middle of a character, which was left out",
        "文本末尾字符不完整，已去除",
    ),
    "text-markup": (
        "change",
        "a text holds elements of XML; their text was kept without them",
        "文本中含有 XML 元素，已只保留其文字",
    ),
    "text-nul": ("change", "a NUL in the text was left out", "文本中的 NUL 字符已去除"),
    "text-too-long": (
        "refusal",
        "a text is longer than 64 KB; shorten it",
        "文本超过 64 KB，请缩短",
    ),
    "value-not-number": (
        "change",
        "the value of a number field is no number; it was kept as text",
        "数值字段的值不是数字，已按文本保留",
    ),
    "value-nested": (
        "change",
        "a value is a list or an object; it was kept as JSON text",
        "属性值为列表或对象，已按 JSON 文本保留",
    ),
    "value-left-out": (
        "change",
        "a binary value was left out",
        "二进制值未导入",
    ),
    "column-mixed": (
        "note",
        "the column holds values of several kinds; each was kept as it is",
        "该列含多种类型的值，均原样保留",
    ),
    "column-renamed": (
        "change",
        "the name of the column is taken or used twice; the column was renamed",
        "列名重复或与保留名冲突，已改名",
    ),
    "column-name": (
        "note",
        "the name of the column holds characters that a program may read as commands, or is one"
        " that the map uses itself; map it to another",
        "列名含特殊字符或与系统字段同名，请映射为其他字段",
    ),
    "column-case": (
        "note",
        "columns differ by upper and lower case only, which some formats do not tell apart",
        "列名仅大小写不同，部分格式无法区分",
    ),
    "part-missing": (
        "note",
        "a file of the Shapefile is missing; what it holds is unknown",
        "Shapefile 缺少组成文件，相应内容未知",
    ),
    "index-rebuilt": (
        "change",
        "the .shx file does not fit; the shapes were read by the .shp file",
        ".shx 文件不符，已按 .shp 文件读取图形",
    ),
    "rows-deleted": (
        "note",
        "rows that are marked as deleted were left out",
        "已标记删除的行未导入",
    ),
    "rows-twice": (
        "note",
        "an id stands at several rows; all rows were kept",
        "多行使用同一标识，全部保留",
    ),
    "row-refused": (
        "refusal",
        "the row cannot be read as its format says; correct it in the source",
        "该行不符合格式，请在源数据中更正",
    ),
    "geometry-missing": ("note", "the row has no geometry", "该行没有几何图形"),
    "geometry-empty": (
        "refusal",
        "the geometry has no coordinates; draw it again",
        "几何图形没有坐标，请重新绘制",
    ),
    "coordinate-not-finite": (
        "refusal",
        "a coordinate is no finite number; correct it in the source",
        "坐标含非有限数值，请在源数据中更正",
    ),
    "coordinate-too-large": (
        "refusal",
        "a coordinate is too large for any place on Earth",
        "坐标数值过大，不对应地球上的任何位置",
    ),
    "coordinate-no-degrees": (
        "refusal",
        "a coordinate is no longitude or latitude, but the layer declares degrees",
        "坐标超出经纬度范围，而图层声明为经纬度",
    ),
    "coordinate-beyond-180": (
        "note",
        "a longitude lies beyond 180 degrees or a shape spans more than half of the Earth",
        "经度超出 180° 或图形跨度超过半个地球",
    ),
    "coordinate-extra": (
        "change",
        "more than three numbers at a coordinate; the further ones were left out",
        "坐标超过三个数值，多余数值已去除",
    ),
    "coordinate-written": (
        "change",
        "coordinates are not written as the format says; they were read by their evident meaning",
        "坐标书写不合格式，已按明显含义读取",
    ),
    "curve-straightened": (
        "change",
        "curves were replaced by short straight lines",
        "曲线已替换为短直线段",
    ),
    "line-closed": (
        "change",
        "a closed line became a polygon",
        "闭合线已转为面",
    ),
    "line-open": (
        "note",
        "a line is not closed and stays a line; close it where a polygon is meant",
        "线未闭合，仍为线；如应为面请先闭合",
    ),
    "line-snapped": (
        "change",
        "a gap of at most 2 mm at the end of a line was closed",
        "线端不超过 2 毫米的缺口已闭合",
    ),
    "lines-closed-exist": (
        "question",
        "closed lines stand in the drawing; shall they become polygons?",
        "图中有闭合线，是否转为面？",
    ),
    "ring-open": ("change", "a ring was closed", "环未闭合，已闭合"),
    "ring-direction": (
        "change",
        "rings run in the other direction than the format says; they were read by their nesting",
        "环的方向不合格式，已按嵌套关系读取",
    ),
    "ring-short": (
        "refusal",
        "a ring has fewer than four points; draw it again",
        "环少于四个点，请重新绘制",
    ),
    "crs-missing": (
        "question",
        "the file does not say its reference system",
        "文件未声明坐标系",
    ),
    "crs-null": (
        "question",
        "the file says that its reference system is unknown",
        "文件声明坐标系未知",
    ),
    "crs-vague": (
        "question",
        "the reference system is not in the register or has no plain definition; check it",
        "坐标系未登记或定义不明确，请核对",
    ),
    "crs-contradicts": (
        "question",
        "the reference system of a geometry is not the one of its layer",
        "几何图形的坐标系与图层声明不一致",
    ),
    "features-left-out": (
        "note",
        "links, overlays, models or empty placemarks were left out",
        "网络链接、叠加层、模型或无图形的地标未导入",
    ),
    "several-documents": (
        "note",
        "the file holds several documents; each is a layer of its own",
        "文件含多个文档，分别列为图层",
    ),
    "several-layers": (
        "question",
        "the file holds several layers; choose",
        "文件含多个图层，请选择",
    ),
    "name-misleads": (
        "note",
        "the ending of the file's name is not that of its content; it was read by its content",
        "扩展名与内容不符，已按内容读取",
    ),
    "namespace": (
        "note",
        "the document stands in a namespace that is not KML's; it was read as KML",
        "文档命名空间不是 KML，已按 KML 读取",
    ),
    "table-not-registered": (
        "note",
        "a table with geometries is not registered as a layer and cannot be chosen",
        "有几何表未登记为图层，无法选择",
    ),
    "triggers-left-out": (
        "note",
        "triggers and views of the database were left out",
        "数据库中的触发器和视图未导入",
    ),
    "application-id": (
        "note",
        "the database does not call itself a GeoPackage but has its tables",
        "数据库未标明为 GeoPackage，但含有其表",
    ),
    "layer-name": (
        "note",
        "the name of the layer holds characters that a program may read as commands",
        "图层名含特殊字符",
    ),
    "envelope-lies": (
        "change",
        "the stated bounds of the geometry are not its own; they were computed anew",
        "几何记录的外包框不符，已重新计算",
    ),
    "layer-empty": ("note", "the layer has no rows", "图层没有任何行"),
    "bbox-wrong": (
        "note",
        "a stated bounding box is none; it was left out",
        "声明的外包框有误，已忽略",
    ),
    "member-foreign": (
        "note",
        "an object has members of another kind of object, which were left out",
        "对象含有不属于其类型的成员，已忽略",
    ),
    "precision": (
        "note",
        "coordinates have more digits than any survey measures; all were kept",
        "坐标位数超过任何测量精度，已原样保留",
    ),
    "height-partly": (
        "note",
        "some points have a height and others have none",
        "部分点有高程，部分没有",
    ),
    "single-part": (
        "note",
        "multi-part geometries with one part stand in the layer",
        "图层含只有一个部分的多部件几何",
    ),
    **GEOMETRY_FINDINGS,
}

CODES = tuple(_FINDINGS)


def finding(
    code: str,
    *,
    row: int | None = None,
    column: str | None = None,
    place: tuple[float, float] | None = None,
    **facts: object,
) -> Finding:
    """Return the finding of a code; ``facts`` are plain values that the report shows."""
    severity, english, chinese = _FINDINGS[code]
    return Finding(code, severity, english, chinese, row, column, place, facts)
