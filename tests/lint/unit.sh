#!/bin/sh
# unit.sh UNIT NEWSWIRED NEWSWIRE: systemd's own reading of the unit, with the programs that were built.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
sed "s|^ExecStart=/usr/sbin/newswired|ExecStart=$2|; s|^ExecStartPre=/usr/bin/newswire |ExecStartPre=$3 |" "$1" >"$dir/newswired.service"
grep -q "^ExecStart=$2" "$dir/newswired.service"
grep -q "^ExecStartPre=$3" "$dir/newswired.service"
systemd-analyze verify --man=no "$dir/newswired.service"
