"""Where the data live: one GeoPackage file by default, PostGIS for many workers."""
