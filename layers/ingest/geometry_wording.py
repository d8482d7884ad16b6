"""The sentences of findings on geometries."""

from layers.ingest.base import Severity

GEOMETRY_FINDINGS: dict[str, tuple[Severity, str, str]] = {
    "collection-nested": (
        "note",
        "a collection stands inside a collection",
        "几何集合中嵌套了集合",
    ),
    "kinds-mixed": (
        "note",
        "the layer mixes points, lines and polygons",
        "图层混有点、线、面",
    ),
    "collection": (
        "note",
        "a geometry is a collection of several kinds; choose what is kept",
        "几何图形为多种类型的集合，请选择保留内容",
    ),
    "height": ("note", "the coordinates have heights", "坐标含高程"),
    "measure": ("note", "the coordinates have measures (M)", "坐标含 M 值"),
    "invalid": (
        "change",
        "the geometry is not valid and has to be repaired",
        "几何图形无效，需要修复",
    ),
    "zero-area": (
        "refusal",
        "the polygon has no area; draw it again",
        "面的面积为零，请重新绘制",
    ),
    "zero-length": ("note", "the line has no length", "线的长度为零"),
    "duplicate": (
        "note",
        "the geometry is the same as that of another row",
        "几何图形与另一行相同",
    ),
    "point-twice": (
        "note",
        "two points that follow each other are one place",
        "相邻两点重合",
    ),
    "spike": ("note", "the outline runs out and back on itself", "边界存在尖刺"),
    "overlap": ("note", "two polygons of the layer overlap", "图层中两个面重叠"),
    "gap": ("note", "a narrow gap lies between polygons of the layer", "图层的面之间有狭缝"),
    "checks-left-out": (
        "note",
        "the layer or a shape in it is too large to look for overlaps and gaps",
        "图层过大，未检查重叠与缝隙",
    ),
    "repaired": ("change", "the geometry was repaired", "几何图形已修复"),
    "repaired-area": (
        "question",
        "repair changes the area by more than 0.1 %; accept it or draw it again",
        "修复使面积变化超过 0.1 %，请确认或重新绘制",
    ),
    "repair-failed": (
        "refusal",
        "the geometry cannot be repaired; draw it again",
        "几何图形无法修复，请重新绘制",
    ),
}
