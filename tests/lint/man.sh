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
# What is read in a pipe's last part would be lost with a program that crashes in its first.
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$tables" >"$dir/tables" || say "the program that prints the tables failed"
"$newswire" --help >"$dir/help" || say "newswire --help failed"
sed -n '/^commands:/,/^$/p' "$dir/help" | awk '/^  /{print $1}' >"$dir/commands"
[ -s "$dir/tables" ] && [ -s "$dir/commands" ] || say "no tables or no commands to look for"

while IFS="$tab" read -r page macro name default; do
	grep -qE "^\.It ($macro|Xo $macro) $name( |$)|^\.It $macro $name$" "$man/$page" ||
		say "$page: no '.It $macro $name'"
	[ -z "$default" ] || grep -qF -- "$default" "$man/$page" ||
		say "$page: the default '$default' of $name is not named"
done <"$dir/tables"

while read -r command; do
	grep -q "^\.It Cm $command\b" "$man/newswire.1" || say "newswire.1: no '.It Cm $command'"
	"$newswire" "$command" --help >"$dir/help" || say "newswire $command --help failed"
	grep -oE '^  --[a-z-]+' "$dir/help" | tr -d ' ' >"$dir/options" || true
	while read -r option; do
		[ "$option" = --help ] || grep -q -- "Fl Fl ${option#--}\b" "$man/newswire.1" ||
			say "newswire.1: command $command: no 'Fl Fl ${option#--}'"
	done <"$dir/options"
done <"$dir/commands"
exit $bad
