#!/bin/sh
# Install the PostgreSQL server with PostGIS of the tests, if missing and this user may.
set -eu

has_postgis() {
    [ -n "$(ls /usr/share/postgresql/*/extension/postgis.control 2>/dev/null)" ] ||
        { command -v pg_config >/dev/null && [ -f "$(pg_config --sharedir)/extension/postgis.control" ]; }
}

if ! has_postgis && ! sh scripts/apt.sh postgresql postgresql-postgis; then
    echo "PostGIS is missing and cannot be installed: its tests will be skipped."
fi
