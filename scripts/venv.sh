#!/bin/sh
# Make the virtual environment $1 anew with the Python $2, or else with the first that fits.
set -eu

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
        2>/dev/null
}

python=
for name in ${2:-python3 python3.13 python3.12 python3.11}; do
    if fits "$name"; then
        python=$name
        break
    fi
done
if [ -z "$python" ]; then
    echo "${2:-No Python here} is not Python 3.11, 3.12 or 3.13: install one," \
        "or name it by make PYTHON=..." >&2
    exit 1
fi

# Debian keeps ensurepip apart from Python.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if ! sh scripts/apt.sh "$package"; then
        echo "$python cannot make virtual environments: run apt-get install $package" >&2
        exit 1
    fi
fi

echo "Making $1 with $("$python" --version)"
"$python" -m venv --clear "$1"
