"""Where the data live: one GeoPackage file by default, PostGIS for many workers."""

from layers.store.opening import default_path, open_store, shown

__all__ = ["default_path", "open_store", "shown"]
