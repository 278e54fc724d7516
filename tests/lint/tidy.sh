#!/bin/sh
# tidy.sh ROOT BUILD: clang-tidy over every source of the programs, with daemon/.clang-tidy.
set -eu
cd "$1"
find daemon -name '*.c' | sort | xargs -n 4 -P "$(nproc)" clang-tidy-14 -p "$2" --quiet 2>/dev/null
