#!/bin/sh
# man.sh MAN_DIR TABLES NEWSWIRE: every man page is sound mdoc, and names every option,
# state, counter and command there is, with its default. TABLES prints the programs' tables.
set -eu
man=$1 tables=$2 newswire=$3
bad=0
say() {
	echo "$*" >&2
	bad=1
}

for page in "$man"/*.[1-8]; do
	# STYLE and BASE hints are about other systems' conventions.
	mandoc -T lint -W warning "$page" >&2 || say "$page: mandoc finds fault"
done

tab=$(printf '\t')
"$tables" | while IFS="$tab" read -r page macro name default; do
	grep -qE "^\.It ($macro|Xo $macro) $name( |$)|^\.It $macro $name$" "$man/$page" ||
		echo "$page: no '.It $macro $name'"
	[ -z "$default" ] || grep -qF -- "$default" "$man/$page" ||
		echo "$page: the default '$default' of $name is not named"
done >"${TMPDIR:-/tmp}/man-lint.$$"

"$newswire" --help | sed -n '/^commands:/,/^$/p' | awk '/^  /{print $1}' | while read -r command; do
	grep -q "^\.It Cm $command\b" "$man/newswire.1" || echo "newswire.1: no '.It Cm $command'"
	"$newswire" "$command" --help | grep -oE '^  --[a-z-]+' | tr -d ' ' | while read -r option; do
		[ "$option" = --help ] || grep -q -- "Fl Fl ${option#--}\b" "$man/newswire.1" ||
			echo "newswire.1: command $command: no 'Fl Fl ${option#--}'"
	done
done >>"${TMPDIR:-/tmp}/man-lint.$$"

if [ -s "${TMPDIR:-/tmp}/man-lint.$$" ]; then
	cat "${TMPDIR:-/tmp}/man-lint.$$" >&2
	bad=1
fi
rm -f "${TMPDIR:-/tmp}/man-lint.$$"
exit $bad
