#!/usr/bin/env bash
# What the machine needs, looked for first and installed only when missing.
#   setup.sh venv     the Python environment .venv from requirements-dev.lock
#   setup.sh system   shared libraries for Qt, the PDF tools and a virtual screen (Debian, Ubuntu)
#   setup.sh freeze   what PyInstaller needs on Linux
#   setup.sh windows  Wine and the rest of the Windows chain
#   setup.sh encoding the GBK locale
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

VENV=.venv
QT="$VENV/lib/python3*/site-packages/PySide6/Qt"

say() { printf '%s\n' "$@" >&2; }

fail() {
  say "$@"
  exit 1
}

# Whether a command can be run as root: we are root, sudo asks nothing, or somebody sits there to answer it.
can_be_root() {
  [ "$(id -u)" -eq 0 ] || { command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; }
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

apt_get() {
  local options=(-q -y -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0)
  as_root env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" "$@" </dev/null
}

# Of names like new|old (Debian and Ubuntu differ) the first that this system knows.
choose() {
  local names one
  IFS='|' read -ra names <<<"$1"
  for one in "${names[@]}"; do
    if [[ $(apt-cache show "$one" 2>/dev/null) == *"Package: $one"* ]]; then
      echo "$one"
      return
    fi
  done
  echo "${names[-1]}"
}

# Installs Debian packages. On any failure it says in words what to type, and returns 1.
install_packages() {
  local log line one packages=()
  if ! command -v apt-get >/dev/null; then
    say "这台机器没有 apt-get，请用本机的软件管理工具装上与这些包相当的库：$*"
    return 1
  fi
  log=$(mktemp)
  # An unreachable source must not stop what the other sources can give: only the install below counts.
  if can_be_root; then apt_get update >"$log" 2>&1 || true; fi
  for one in "$@"; do packages+=("$(choose "$one")"); done
  line="sudo apt-get install --no-install-recommends ${packages[*]}"
  if ! can_be_root; then
    say "缺少系统软件包，而现在没有管理员权限。请让管理员执行一次：" "  $line"
  else
    say "正在安装系统软件包：${packages[*]}"
    if apt_get install --no-install-recommends "${packages[@]}" >>"$log" 2>&1; then
      rm -f "$log"
      return 0
    fi
    tail -n 15 "$log" >&2
    say "系统软件包没有装成（原因见上面 apt 的说明）。联网后再试，或手工执行：" "  $line"
  fi
  rm -f "$log"
  return 1
}

find_python() {
  local one
  for one in python3 python3.11 python3.12 python3.13; do
    if command -v "$one" >/dev/null && "$one" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$one"
      return
    fi
  done
  fail "没有找到 Python 3.11 或更新的版本。Debian 12、Ubuntu 24.04 及以后：sudo apt-get install python3 python3-venv"
}

make_venv() {
  local python version
  python=$(find_python)
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    version=$("$python" -c 'import sys; print(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv")')
    install_packages "$version|python3-venv" ||
      fail "$python 缺少 venv 模块，建不了独立环境。请先装上 $version（或 python3-venv），再运行一次。"
  fi
  say "正在建立 Python 环境 $VENV（$("$python" --version)）"
  rm -rf "$VENV"
  "$python" -m venv "$VENV" || fail "Python 环境没有建成，请看上面的说明；磁盘已满或目录只读时也会这样。"
}

venv() {
  # A folder left by an interrupted run, or whose Python was since removed, is made anew.
  if ! "$VENV/bin/python" -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    make_venv
  fi
  say "正在安装 Python 依赖（按 requirements-dev.lock 校验；首次约需一两分钟）"
  "$VENV/bin/python" -m pip install -qq --disable-pip-version-check --no-input --progress-bar off \
    --require-hashes --requirement requirements-dev.lock </dev/null ||
    fail "Python 依赖没有装全，请看上面 pip 的说明。下载源按本机 pip 的设置；联网后再运行一次即可接着装。"
}

# Names what is missing, one a line; prints nothing when all is there.
missing_pieces() {
  local one known
  for one in pdftotext pdffonts Xvfb xauth; do
    command -v "$one" >/dev/null || echo "$one"
  done
  for one in $QT/plugins/platforms/libqxcb.so $QT/plugins/platforms/libqoffscreen.so \
    $QT/lib/libQt6Gui.so.6 $QT/lib/libQt6OpenGL.so.6 $QT/lib/libQt6PrintSupport.so.6 $QT/lib/libQt6Svg.so.6; do
    if [ -e "$one" ]; then ldd "$one" | awk '/not found/ { print $1 }'; fi
  done
  # Qt loads these by name at run time, so ldd of its libraries does not tell.
  known=$(/sbin/ldconfig -p 2>/dev/null || true)
  for one in libEGL.so.1 libGL.so.1 libfontconfig.so.1; do
    [[ $known == *"$one"* ]] || echo "$one"
  done
  if ! command -v fc-list >/dev/null || [ -z "$(fc-list :lang=zh-cn family 2>/dev/null)" ]; then
    echo "中文字体"
  fi
}

system() {
  local missing
  [ "$(uname -s)" = Linux ] || return 0
  missing=$(missing_pieces | sort -u | tr '\n' ' ')
  [ -n "$missing" ] || return 0
  say "系统里还缺：$missing"
  local packages=(
    "libglib2.0-0|libglib2.0-0t64" libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libfreetype6 libx11-6
    libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-render-util0 libxcb-shape0 libxcb-xkb1
    libxcb-randr0 libxcb-util1 libxcb-sync1 libxcb-xfixes0 libxkbcommon-x11-0 libx11-xcb1
    xvfb xauth fontconfig fonts-wqy-microhei poppler-utils
  )
  # Without them the program may still run in part: the tests, not this script, say what is amiss.
  install_packages "${packages[@]}" || return 0
  missing=$(missing_pieces | sort -u | tr '\n' ' ')
  [ -z "$missing" ] || say "装完后仍缺：$missing。界面或打印检查可能不能运行。"
}

freeze() {
  local packages=()
  command -v objdump >/dev/null || packages+=(binutils)
  local library
  library=$("$VENV/bin/python" -c '
import sysconfig
from pathlib import Path
v = sysconfig.get_config_vars()
name = "libpython" + v["py_version_short"] + ".so.1.0"
places = [v.get("LIBDIR") or "", "/usr/lib/" + (v.get("MULTIARCH") or "")]
print("" if any(Path(p, name).exists() for p in places) else name)
')
  # A Python built without its shared library (Debian keeps it in a package of its own) cannot be packed.
  [ -z "$library" ] || packages+=("${library%.so.1.0}")
  [ ${#packages[@]} -eq 0 ] || install_packages "${packages[@]}" || fail "打包工具不全，不能生成程序文件夹。"
}

# Debian and Ubuntu have the tables of every locale, but make only the chosen ones.
make_locale() {
  local name=$1 charset=$2
  [[ $'\n'$(locale -a)$'\n' != *$'\n'"$name"$'\n'* ]] || return 0
  command -v localedef >/dev/null && [ -e /usr/share/i18n/locales/zh_CN ] || install_packages locales ||
    fail "没有 zh_CN 的语言环境表，不能在中文代码页下测试。"
  can_be_root || fail "缺少语言环境 $name。请让管理员执行一次：" "  sudo localedef -i zh_CN -f $charset zh_CN.$charset"
  as_root localedef -i zh_CN -f "$charset" "zh_CN.$charset"
}

windows() {
  local one missing=()
  for one in wine wineserver makensis x86_64-w64-mingw32-gcc Xvfb osslsigncode; do
    command -v "$one" >/dev/null || missing+=("$one")
  done
  # stands in for the fonts of a Chinese Windows
  if ! command -v fc-list >/dev/null || [ -z "$(fc-list "WenQuanYi Zen Hei")" ]; then missing+=("文泉驿正黑"); fi
  if [ ${#missing[@]} -gt 0 ]; then
    install_packages fontconfig wine wine64 nsis gcc-mingw-w64-x86-64-win32 xvfb osslsigncode fonts-wqy-zenhei ca-certificates ||
      fail "Windows 打包工具不全（缺 ${missing[*]}）。"
  fi
  make_locale zh_CN.utf8 UTF-8
}

encoding() {
  make_locale zh_CN.gbk GBK
  make_locale zh_CN.utf8 UTF-8
}

case "${1:-}" in
  venv | system | freeze | windows | encoding) "$1" ;;
  *) fail "用法：packaging/setup.sh venv | system | freeze | windows | encoding" ;;
esac
