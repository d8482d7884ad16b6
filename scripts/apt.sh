#!/bin/sh
# Install Debian packages if this user may: as root, or by sudo without a password.
set -eu

command -v apt-get >/dev/null || exit 1
sudo=
if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || exit 1
    sudo="sudo -n"
fi

echo "Installing $*"
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
$sudo apt-get install -y -qq --no-install-recommends "$@" >/dev/null
