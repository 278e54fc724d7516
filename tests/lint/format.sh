#!/bin/sh
# format.sh ROOT: nothing stands beside what belongs at the top; every C file is as clang-format writes it, of a size a person can read,
# and named by a header guard where it is a header.
set -eu
cd "$1"
bad=0
for name in *; do
	case $name in
	CMakeLists.txt | README.md | LICENSE | daemon | include | tests | systemd | etc | build) ;;
	*)
		echo "$name: stands beside the eight names of the top level" >&2
		bad=1
		;;
	esac
done
find daemon include tests -name '*.[ch]' -not -path '*/corpus/*' | sort >"${TMPDIR:-/tmp}/format.$$"
xargs clang-format-14 --dry-run -Werror <"${TMPDIR:-/tmp}/format.$$" || bad=1
while read -r file; do
	lines=$(wc -l <"$file")
	case $file in
	tests/*.h) most=300 ;;
	*.h) most=150 ;;
	*) most=700 ;;
	esac
	[ "$lines" -le "$most" ] || {
		echo "$file: $lines lines; at most $most" >&2
		bad=1
	}
done <"${TMPDIR:-/tmp}/format.$$"
rm -f "${TMPDIR:-/tmp}/format.$$"
exit $bad
