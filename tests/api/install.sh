#!/bin/sh
# install.sh CMAKE BUILD EXAMPLE: installs into a directory of its own, and builds and starts
# programs with nothing but what is there and what pkg-config says of it.
set -eu
cmake=$1 build=$2 example=$3
examples=$(dirname "$0")/../examples
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

DESTDIR=$dir/root "$cmake" --install "$build" >/dev/null
pc=$(find "$dir/root" -name newswire.pc)
[ -n "$pc" ]
export PKG_CONFIG_PATH="${pc%/*}" PKG_CONFIG_SYSROOT_DIR="$dir/root"
cflags=$(pkg-config --cflags newswire) libs=$(pkg-config --libs newswire)
version=$(sed -n 's/^#define NW_VERSION "\(.*\)"/\1/p' "$(find "$dir/root" -name version.h)")
[ "$(pkg-config --modversion newswire)" = "$version" ]
[ -n "$(find "$dir/root" -path '*man3/libnewswire.3')" ]
LD_LIBRARY_PATH=$(dirname "$(find "$dir/root" -name libnewswire.so)")
export LD_LIBRARY_PATH

strict="-Wall -Wextra -Wpedantic -Werror"
# shellcheck disable=SC2086
{
	cc -std=gnu11 $strict -o "$dir/example" "$example" $cflags $libs
	cc -std=gnu11 $strict -o "$dir/durable" "$examples/durable.c" $cflags $libs
	cc -std=gnu11 $strict -o "$dir/subscribe" "$examples/subscribe.c" $cflags $libs
	c++ -std=c++17 $strict -o "$dir/subscribe_cc" "$examples/subscribe.cc" $cflags $libs
}
# Each comes as far as the library's own word about an endpoint that is none.
for program in "example nowhere nowhere" "durable --live nowhere" "subscribe --live nowhere" "subscribe_cc --live nowhere"; do
	# shellcheck disable=SC2086
	said=$("$dir/"$program 2>&1) && exit 1
	case $said in
	"cannot connect to 'nowhere'"*) ;;
	*)
		echo "$program: $said" >&2
		exit 1
		;;
	esac
done
