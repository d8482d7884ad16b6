#!/bin/sh
# Write the locks anew with the tools of the environment of the Python $1; further words
# go to uv, such as --upgrade. The locks name no host: the last step looks for one.
set -eu

python=$1
shift

compile() {
    "$python" -m uv pip compile --quiet --universal --python-version 3.11 \
        --fork-strategy fewest --generate-hashes --no-header \
        --no-emit-index-url --no-emit-find-links "$@"
}

"$python" -m uv --version 2>/dev/null || "$python" -m pip install --quiet uv
locks=requirements
compile pyproject.toml $locks/build.in -o $locks/base.txt "$@"
compile pyproject.toml --all-extras $locks/build.in -c $locks/base.txt \
    -o $locks/dev.txt "$@"
compile $locks/node.in -o $locks/node.txt "$@"

sh scripts/npm.sh "$python" install --package-lock-only --ignore-scripts
"$python" - <<'END'
import json
from pathlib import Path

path = Path("package-lock.json")
lock = json.loads(path.read_text(encoding="utf-8"))
for package in lock["packages"].values():
    package.pop("funding", None)  # addresses, and people
path.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")
END

if grep -n '://\|"resolved"' requirements/*.txt package-lock.json; then
    echo "a lock names a host" >&2
    exit 1
fi
