#!/bin/sh
# unit.sh UNIT NEWSWIRED: systemd's own reading of the unit, with the program that was built.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
sed "s|^ExecStart=/usr/sbin/newswired|ExecStart=$2|" "$1" >"$dir/newswired.service"
grep -q "^ExecStart=$2" "$dir/newswired.service"
systemd-analyze verify --man=no "$dir/newswired.service"
