#!/bin/sh
# symbols.sh LIBRARY PAGE: the library exports what symbols.txt lists, no more and no less,
# under a soname; and the manual page tells of each.
set -eu
list=$(dirname "$0")/symbols.txt
bad=0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

nm --dynamic --defined-only --format=posix "$1" | awk '{print $1}' | LC_ALL=C sort >"$dir/exported"
diff -u "$list" "$dir/exported" >&2 || {
	echo "the library's interface is not what $list says; where that is meant, write it there" >&2
	bad=1
}
readelf -d "$1" | grep -q 'SONAME.*\[libnewswire\.so\.[0-9.]*\]' || {
	echo "$1: no soname" >&2
	bad=1
}
while read -r symbol; do
	grep -qE "^\.(Fn|Fo|It Fn|It Va)( .*, Fn)? $symbol( |$)" "$2" || {
		echo "$2: nothing about $symbol" >&2
		bad=1
	}
done <"$list"
exit $bad
