#!/bin/sh
# tidy.sh ROOT BUILD [PART OF]: clang-tidy over every source of the programs, or over one part of so many, with
# daemon/.clang-tidy.
set -eu
cd "$1"
find daemon -name '*.c' | sort | awk -v part="${3:-0}" -v of="${4:-1}" 'NR % of == part % of' |
	xargs -n 4 clang-tidy-14 -p "$2" --quiet 2>/dev/null
