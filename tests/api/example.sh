#!/bin/sh
# example.sh PAGE OUT: the first example of a manual page, as a reader would copy it.
set -eu
sed -n '/^\.Sh EXAMPLES/,/^\.Ed/p' "$1" | sed -e '1,/^\.Bd/d' -e '/^\.Ed/d' -e 's/\\e/\\/g' -e 's/\\&//g' >"$2"
[ -s "$2" ]
