"""The refusals of the gate and the readers: one sentence for each cause.

No sentence holds text of the file; the place is a row, an entry number or a limit.
"""

from layers.errors import ImportRefusedError

_CAUSES: dict[str, tuple[str, str]] = {
    "too-large": (
        "the file is larger than 200 MB; split it or leave out what is not needed",
        "文件超过 200 MB，请拆分或删减后再上传",
    ),
    "empty-file": ("the file is empty; export it again", "文件为空，请重新导出"),
    "bad-name": (
        "a name in the archive is a path elsewhere, too long or holds characters that no name"
        " needs; rename it and pack again",
        "压缩包内有文件名指向别处、过长或含非法字符，请改名后重新打包",
    ),
    "archive-damaged": (
        "the archive cannot be read; pack it again as an ordinary ZIP file",
        "压缩包无法读取，请重新打包为普通 ZIP 文件",
    ),
    "archive-encrypted": (
        "the archive is protected by a password; pack it again without one",
        "压缩包设有密码，请去除密码后重新打包",
    ),
    "archive-link": (
        "the archive holds a link; pack the files themselves",
        "压缩包内含链接，请直接打包文件",
    ),
    "archive-nested": (
        "the archive holds another archive; unpack it and send its files",
        "压缩包内含另一压缩包，请解压后上传其中文件",
    ),
    "archive-entries": (
        "the archive has more than 1,000 entries; send only the layers that are needed",
        "压缩包内超过 1000 个条目，请只保留所需图层",
    ),
    "archive-too-large": (
        "unpacked, the archive is over 500 MB or 100 times its own size; send it in parts",
        "压缩包解压后超过 500 MB 或压缩比超过 100:1，请分批上传",
    ),
    "archive-twice": (
        "two entries of the archive have one name; rename one and pack again",
        "压缩包内有重名条目，请改名后重新打包",
    ),
    "archive-no-layer": (
        "the archive holds no layer that can be read; Shapefile, GeoPackage, GeoJSON, KML, DXF,"
        " FileGDB or FlatGeobuf is wanted",
        "压缩包内没有可读取的图层；支持 Shapefile、GeoPackage、GeoJSON、KML、DXF、"
        "FileGDB、FlatGeobuf",
    ),
    "unknown-content": (
        "the content is of no kind that can be imported; save it as Shapefile, GeoPackage,"
        " GeoJSON, KML, DXF, FlatGeobuf, CSV, XLSX or TXT",
        "文件内容不属于可导入的格式，请另存为 Shapefile、GeoPackage、GeoJSON、KML、DXF、"
        "FlatGeobuf、CSV、XLSX 或 TXT",
    ),
    "points-elsewhere": (
        "the file describes where other data are instead of holding data; send the data",
        "文件只描述其他数据的位置而不含数据，请上传数据本身",
    ),
    "name-and-content-differ": (
        "the content is not what the ending of the file's name says; give it the right ending",
        "文件内容与扩展名不符，请改正扩展名",
    ),
    "dxf-binary": (
        "the drawing is a binary DXF, which cannot be read; save it as a text DXF",
        "图纸为二进制 DXF，无法读取，请另存为文本格式 DXF",
    ),
    "parquet": (
        "GeoParquet cannot be read by this installation; save it as GeoPackage or FlatGeobuf",
        "当前安装无法读取 GeoParquet，请另存为 GeoPackage 或 FlatGeobuf",
    ),
    "no-such-layer": (
        "the file has no layer of this name; choose one that was listed",
        "文件中没有该名称的图层，请从列表中选择",
    ),
    "no-rows": (
        "the layer has no row that can be taken; see the rows' own reasons",
        "图层中没有可导入的行，请查看各行原因",
    ),
    "damaged": (
        "the file is damaged or not of its format; export it again",
        "文件已损坏或不符合其格式，请重新导出",
    ),
    "too-deep": (
        "the file is nested deeper than 64 levels; flatten it",
        "文件嵌套超过 64 层，请简化结构",
    ),
    "too-many": (
        "the file holds more than is taken: 256 fields, 1,000,000 vertices a feature and"
        " 10,000,000 a file; split it",
        "超出上限：256 个字段、每个要素 100 万顶点、每个文件 1000 万顶点，请拆分",
    ),
    "json-key-twice": (
        "an object of the JSON text has one key twice, and nothing says which counts; correct it",
        "JSON 对象中有重复的键，无法判断以哪个为准，请更正",
    ),
    "xml-entities": (
        "the XML text declares a document type, entities or inclusions; save it without",
        "XML 含有文档类型、实体或外部引用声明，请去除后保存",
    ),
    "crs-unknown": (
        "the file names a reference system that does not exist; correct it in the source",
        "文件声明的坐标系不存在，请在源数据中更正",
    ),
    "crs-elsewhere": (
        "the file points elsewhere for its reference system; write the definition or its code",
        "文件的坐标系声明指向外部地址，请直接写明定义或代码",
    ),
    "crs-unreadable": (
        "the .prj file holds no definition of a reference system; export it again or leave it out",
        ".prj 文件不是坐标系定义，请重新导出或删除该文件",
    ),
    "shp-cut": (
        "the .shp file ends before its last shape; export it again",
        ".shp 文件不完整，请重新导出",
    ),
    "shp-record": (
        "a record of the .shp file contradicts itself; export it again",
        ".shp 文件的记录自相矛盾，请重新导出",
    ),
    "shp-kind": (
        "the .shp file holds a kind of shape that cannot be imported, such as MultiPatch",
        ".shp 文件含有无法导入的图形类型（如 MultiPatch）",
    ),
    "shx-order": (
        "the .shx file lists the shapes in another order than the .shp file, so nothing says"
        " which attributes belong to which shape; export it again",
        ".shx 与 .shp 的记录顺序不一致，无法确定图形与属性的对应关系，请重新导出",
    ),
    "dbf-header": (
        "the header of the .dbf file is cut or contradicts itself; export it again",
        ".dbf 文件头不完整或自相矛盾，请重新导出",
    ),
    "dbf-rows": (
        "the .dbf file and the .shp file have different numbers of rows; export them again",
        ".dbf 与 .shp 的行数不一致，请重新导出",
    ),
    "gpkg-not": (
        "the database is no GeoPackage with a feature layer",
        "该数据库不是含要素图层的 GeoPackage",
    ),
    "gpkg-virtual": (
        "the GeoPackage holds a table that reads other files; export its layers anew",
        "GeoPackage 含有读取外部文件的虚拟表，请重新导出图层",
    ),
    "too-slow": (
        "reading took longer than allowed and was stopped; simplify or split the file",
        "读取超时已中止，请简化或拆分文件",
    ),
    "too-much-memory": (
        "reading needed more memory than allowed and was stopped; split the file",
        "读取所需内存超限已中止，请拆分文件",
    ),
    "reader-crashed": (
        "the content made the reader stop; open the file in a GIS, repair it and export it again",
        "读取程序因文件内容而中断，请用 GIS 软件打开修复后重新导出",
    ),
}

CAUSES = tuple(_CAUSES)


def refusal(cause: str, place: str = "") -> ImportRefusedError:
    """Return the error of a cause, to be raised; ``place`` says where in the file."""
    english, chinese = _CAUSES[cause]
    where, where_zh = (f" ({place})", f"（{place}）") if place else ("", "")
    return ImportRefusedError(english + where, chinese + where_zh, cause=cause, place=place)
