#!/bin/sh
# Install Debian packages that are missing, when we may; otherwise say what to install. Never fails for an optional one.
# usage: need.sh [--optional] PROGRAM=PACKAGE ...
optional=no
[ "$1" = --optional ] && { optional=yes; shift; }
missing=""
for pair in "$@"; do
    program=${pair%%=*}
    PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v "$program" >/dev/null 2>&1 && continue
    [ -e "$program" ] || missing="$missing ${pair#*=}"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -q --no-install-recommends $missing >/dev/null 2>&1 ||
        { apt-get update -q >/dev/null && apt-get install -y -q --no-install-recommends $missing >/dev/null; } &&
        {
            # The house starts a broker of its own on the same port: the one of the package must not sit there first.
            case "$missing" in *mosquitto*) systemctl disable --now mosquitto >/dev/null 2>&1 ;; esac
            exit 0
        }
fi
echo "missing:$missing. Install it as an administrator: apt-get install$missing" >&2
[ $optional = yes ]
