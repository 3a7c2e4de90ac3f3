#!/bin/sh
# Installs those of the named Debian packages that are missing: sh pipelines/packages.sh PACKAGE...
# Says what it installs; silent when nothing is missing. Without apt it names the packages and stops.
set -eu

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    echo "This system has no apt. Please install what these Debian packages hold, then follow README.md:" >&2
    echo "  $*" >&2
    exit 1
fi

missing=
for package in "$@"; do
    case $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true) in
    installed*) ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "These packages are missing, and there is no sudo to install them with. As root:" >&2
        echo "  apt-get install --no-install-recommends$missing" >&2
        exit 1
    fi
    as_root="sudo"
fi

echo "Installing:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# The lists of a fresh system are empty or old.
if ! $as_root apt-get update >"$log" 2>&1 ||
    ! $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    echo "Could not install:$missing" >&2
    exit 1
fi
