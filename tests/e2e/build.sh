#!/bin/sh
# build.sh TARGET...: what the campaigns of this directory run, in the release profile, into build/campaign.
set -eu
cd "$(dirname "$0")/../.."
sh daemon/packages build test

out=build/campaign
launcher=
command -v ccache >/dev/null && launcher=-DCMAKE_C_COMPILER_LAUNCHER=ccache
mkdir -p "$out"
# shellcheck disable=SC2086
{ cmake -S . -B "$out" -G Ninja -DNW_PROFILE=release $launcher &&
	ninja -C "$out" "$@"; } >"$out/build.log" 2>&1 || {
	tail -n 40 "$out/build.log" >&2
	echo "the build failed; the whole of it is in $out/build.log" >&2
	exit 1
}
