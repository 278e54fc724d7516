#!/bin/sh
# same.sh NEWSWIRE ROOT: the same input gives the same bytes, whatever the locale, time zone, folder and
# addresses in memory: every fixture, and the shared data where it is there, goes through each command twice.
set -eu
newswire=$1 root=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/in"

n=0
for file in "$root"/tests/fixtures/feed/*/in.* "$root"/tests/fixtures/clean/*/in.* "$root"/tests/golden/*.txt \
	"$root"/../shared/data/feeds/real/*.gz "$root"/../shared/data/pages/meta/pages/*.gz "$root"/../shared/seeds/*.txt; do
	[ -f "$file" ] || continue
	n=$((n + 1))
	case $file in
	*feed*) kind=feed ;;
	*.txt) kind=text ;;
	*) kind=page ;;
	esac
	case $file in
	*.gz) gzip -dc "$file" >"$dir/in/$n.$kind" ;;
	*) cp "$file" "$dir/in/$n.$kind" ;;
	esac
done
[ -d "$root/../shared" ] || echo "skipped: no shared data beside the checkout; fixtures only"

once() {
	for file in *.feed; do "$newswire" parse --json "$file" || echo "refused $?"; done
	for file in *.page; do "$newswire" clean --json "$file" || echo "refused $?"; done
	for file in *.text; do "$newswire" tag --topics "$root/etc/topics.d" --json "$file" || echo "no $?"; done
}
cd "$dir/in"
LC_ALL=C TZ=UTC once >"$dir/one" 2>&1
LC_ALL=C.UTF-8 TZ=Asia/Kathmandu MALLOC_PERTURB_=85 once >"$dir/two" 2>&1
cmp "$dir/one" "$dir/two"
echo "$n inputs, $(wc -c <"$dir/one") bytes, the same twice"
