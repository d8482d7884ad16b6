#!/bin/sh
# Install the browser of the tests, if it is missing and this user may.
set -eu

if ! command -v chromium >/dev/null && ! sh scripts/apt.sh chromium; then
    echo "Chromium is missing and cannot be installed: browser tests will be skipped."
fi
