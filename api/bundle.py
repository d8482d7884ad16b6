"""Everything that onemap needs, in one folder, for a network without any package registry."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from layers.errors import LayerError

ROOT = Path(__file__).resolve().parent.parent

_SHELL = """#!/bin/sh
# Install onemap into the folder "venv" beside this script, from this folder only.
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-python3}
"$python" -m venv --clear venv
pip="venv/bin/python -m pip --isolated --disable-pip-version-check install --quiet --no-index"
$pip --no-deps --require-hashes --find-links wheels -r requirements.txt
$pip --no-deps wheels/onemap-*.whl
venv/bin/onemap doctor --store venv/doctor.gpkg
rm -f venv/doctor.gpkg
echo "启动 start: $(pwd)/venv/bin/onemap serve"
"""
_COMMAND = """@echo off
rem Install onemap into the folder "venv" beside this script, from this folder only.
cd /d "%~dp0"
py -3 -m venv --clear venv || exit /b 1
set PIP_DISABLE_PIP_VERSION_CHECK=1
set pip=venv\\Scripts\\python -m pip --isolated install --quiet --no-index --no-deps
%pip% --require-hashes --find-links wheels -r requirements.txt || exit /b 1
for %%w in (wheels\\onemap-*.whl) do %pip% "%%w" || exit /b 1
venv\\Scripts\\onemap doctor --store venv\\doctor.gpkg || exit /b 1
del venv\\doctor.gpkg
echo start: %cd%\\venv\\Scripts\\onemap serve
"""
_README = """市中一张图 onemap {version}

离线安装包：本文件夹含安装所需的全部程序包、页面文件与字体，安装时不联网。
1. 目标机器需有 Python {python}（与制作本包的版本、系统一致：{platform}）。
2. Linux、macOS 运行 sh install.sh；Windows 运行 install.cmd。
3. 按最后一行的提示启动。SHA256SUMS 可用于核对文件是否完整。

This folder installs onemap without a network: every package, the files of the page, the font.
1. The machine needs Python {python}, of the kind that made this folder ({platform}).
2. Run `sh install.sh` on Linux and macOS, install.cmd on Windows.
3. Start it as the last line says. SHA256SUMS tells whether the files are whole.
"""


class BundleError(LayerError):
    """A bundle that cannot be made."""

    code = "bundle-failed"


def make(out: Path, tell: Callable[[str], None]) -> Path:
    """Write a bundle for machines like this one into a new folder and return it.

    The folder is whole or absent. It is made in a checkout, where the locks and the page's
    files are.

    Raises
    ------
    BundleError
        If the folder is there already, this is no checkout, or a package cannot be fetched.
    """
    if out.exists():
        raise BundleError(f"{out} is there already; name a new folder", f"{out} 已存在，请换一个")
    lock = ROOT / "requirements" / "base.txt"
    if not lock.is_file():
        raise BundleError(
            "a bundle is made in a checkout of onemap, which has the locks",
            "请在 onemap 源码目录中制作安装包",
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as workshop:
        fresh = Path(workshop) / "bundle"
        wheels = fresh / "wheels"
        wheels.mkdir(parents=True)
        tell("制作程序包 building the wheel")
        _run("hatchling", "build", "-t", "wheel", "-d", str(wheels))
        tell("下载依赖 fetching the packages of the lock")
        options = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--quiet")
        _run("pip", "download", *options, "-r", str(lock), "--dest", str(wheels))
        shutil.copyfile(lock, fresh / "requirements.txt")
        _write_texts(fresh)
        _write_sums(fresh)
        fresh.rename(out)
    return out


def _run(module: str, *arguments: str) -> None:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise BundleError(f"{module} failed: {last}", f"{module} 运行失败：{last}")


def _write_texts(folder: Path) -> None:
    version = next((folder / "wheels").glob("onemap-*.whl")).name.split("-")[1]
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    readme = _README.format(version=version, python=python, platform=sys.platform)
    (folder / "README.txt").write_text(readme, encoding="utf-8")
    (folder / "install.sh").write_text(_SHELL, encoding="utf-8")
    (folder / "install.cmd").write_text(_COMMAND, encoding="ascii", newline="\r\n")


def _write_sums(folder: Path) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}"
        for path in files
    ]
    (folder / "SHA256SUMS").write_text("\n".join(lines) + "\n", encoding="ascii")
