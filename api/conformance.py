"""What this server conforms to, each class with the tests that prove it.

A class stands here only while its tests pass; a test of tests sees to it that they exist. The
classes of Parts 4 and 5 are those of their drafts.
"""

from collections.abc import Mapping
from types import MappingProxyType

_COMMON = "http://www.opengis.net/spec/ogcapi-common-"
_FEATURES = "http://www.opengis.net/spec/ogcapi-features-"
_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/"
_TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"
_MATRIX = "http://www.opengis.net/spec/tms/2.0/conf/"

_CORE = "tests/api/test_ogc_core.py"
_CRS = "tests/api/test_ogc_crs.py"
_EDITS = "tests/api/test_part4.py"
_EDITING = "tests/api/test_editing.py"
_LOST_UPDATES = "tests/api/test_lost_updates.py"
_FILTER = "tests/api/test_ogc_filter.py"
_TILE = "tests/api/test_ogc_tiles.py"
_DEFINITION = "tests/api/test_openapi.py"
_STANDARD_SET = "tests/layers/cql2/test_standard_set.py"
_OPERATORS = "tests/layers/cql2/test_operators.py"

_CQL2_CLASSES = (
    "cql2-text",
    "cql2-json",
    "basic-cql2",
    "advanced-comparison-operators",
    "case-insensitive-comparison",
    "accent-insensitive-comparison",
    "basic-spatial-functions",
    "basic-spatial-functions-plus",
    "spatial-functions",
    "temporal-functions",
    "array-functions",
    "property-property",
    "arithmetic",
)

PROOFS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        f"{_COMMON}1/1.0/conf/core": (_CORE,),
        f"{_COMMON}1/1.0/conf/landing-page": (_CORE,),
        f"{_COMMON}1/1.0/conf/json": (_CORE,),
        f"{_COMMON}1/1.0/conf/html": (_CORE,),
        f"{_COMMON}1/1.0/conf/oas30": (_DEFINITION,),
        f"{_COMMON}2/1.0/conf/collections": (_CORE,),
        f"{_FEATURES}1/1.0/conf/core": (_CORE,),
        f"{_FEATURES}1/1.0/conf/geojson": (_CORE,),
        f"{_FEATURES}1/1.0/conf/html": (_CORE,),
        f"{_FEATURES}1/1.0/conf/oas30": (_DEFINITION,),
        f"{_FEATURES}2/1.0/conf/crs": (_CRS,),
        f"{_FEATURES}3/1.0/conf/queryables": (_FILTER,),
        f"{_FEATURES}3/1.0/conf/queryables-query-parameters": (_FILTER,),
        f"{_FEATURES}3/1.0/conf/filter": (_FILTER,),
        f"{_FEATURES}3/1.0/conf/features-filter": (_FILTER,),
        f"{_FEATURES}4/1.0/conf/create-replace-delete": (_EDITS, _EDITING),
        f"{_FEATURES}4/1.0/conf/update": (_EDITS, _EDITING),
        f"{_FEATURES}4/1.0/conf/features": (_EDITS,),
        f"{_FEATURES}4/1.0/conf/optimistic-locking-etags": (_EDITING, _LOST_UPDATES),
        f"{_FEATURES}5/1.0/conf/schemas": (_FILTER,),
        f"{_FEATURES}5/1.0/conf/core-roles-features": (_FILTER,),
        **{f"{_CQL2}{name}": (_STANDARD_SET, _OPERATORS, _FILTER) for name in _CQL2_CLASSES},
        f"{_TILES}core": (_TILE,),
        f"{_TILES}tileset": (_TILE,),
        f"{_TILES}tilesets-list": (_TILE,),
        f"{_TILES}geodata-tilesets": (_TILE,),
        f"{_TILES}mvt": (_TILE,),
        f"{_MATRIX}tilematrixset": (_TILE,),
        f"{_MATRIX}json-tilematrixset": (_TILE,),
    }
)
"""The address of each class, with the files of the tests that prove it."""
