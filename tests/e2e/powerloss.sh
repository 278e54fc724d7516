#!/bin/sh
# powerloss.sh PROGRAM [ROUNDS]: takes the power from a file system of its own while the
# journal is being written, ROUNDS times (default 50), and holds what is left to what was
# committed: nothing lost, no gap, no half of a transaction. The file system is ext4 in a
# file, and the cut is its own shutdown call, after which nothing more reaches the "disk":
# what was not synced is gone for good. 77, and says why, where it cannot mount.
set -u
program=$1 rounds=${2:-50}

skip() {
	echo "powerloss: skipped: $1" >&2
	exit 77
}

[ "$(id -u)" = 0 ] || skip "only root can mount"
for tool in mke2fs unshare mount; do
	command -v $tool >/dev/null || skip "there is no $tool"
done
if [ "${NW_POWERLOSS:-}" != inside ]; then
	unshare -m --propagation private true 2>/dev/null || skip "no mount namespace of its own allowed"
	NW_POWERLOSS=inside exec unshare -m --propagation private sh "$0" "$program" "$rounds"
fi

dir=$(mktemp -d)
writer=
end() {
	[ -z "$writer" ] || kill -9 "$writer" 2>/dev/null
	umount "$dir/m" 2>/dev/null || umount -l "$dir/m" 2>/dev/null
	rm -rf "$dir"
}
trap end EXIT
trap 'exit 1' INT TERM
mkdir "$dir/m"
truncate -s 256M "$dir/disk"
mke2fs -q -t ext4 "$dir/disk" || skip "no ext4 can be made"
mount -o loop "$dir/disk" "$dir/m" 2>/dev/null || skip "no loop device can be mounted"

said=0 written=0 round=0
while [ $round -lt "$rounds" ]; do
	round=$((round + 1))
	"$program" append "$dir/m/journal.db" >"$dir/said" 2>"$dir/why" &
	writer=$!
	sleep 0.$(($(od -An -N1 -tu1 /dev/urandom) % 7 + 1))
	# Not in the middle of a sync: ext4 answers one that a shutdown overtakes with success,
	# though its extents were never converted. A disk without power answers nothing.
	kill -STOP "$writer"
	until grep -q "^State:.T" "/proc/$writer/status"; do
		[ -d "/proc/$writer" ] || exit 1
	done
	"$program" cut "$dir/m" || skip "this kernel's ext4 cannot be shut down"
	kill -CONT "$writer"
	wait "$writer"
	writer=
	last=$(tail -n 1 "$dir/said")
	umount "$dir/m" || exit 1
	mount -o loop "$dir/disk" "$dir/m" || { echo "powerloss: round $round: no mount any more" >&2; exit 1; }
	written=$((written + ${last:-$said} - said))
	said=${last:-$said}
	if [ -s "$dir/m/journal.db" ] || [ "$said" -gt 0 ]; then
		kept=$("$program" check "$dir/m/journal.db" "$said") || {
			echo "powerloss: round $round: $kept; the writer said: $(cat "$dir/why")" >&2
			exit 1
		}
		said=$(echo "$kept" | sed 's/.*kept \([0-9]*\).*/\1/')
	fi
	# Begin again before the disk is full.
	if [ "$(df --output=pcent "$dir/m" | tail -n 1 | tr -dc 0-9)" -gt 60 ]; then
		rm -f "$dir"/m/journal.db*
		said=0
	fi
done
echo "powerloss: $rounds cuts, $written records committed, none lost; at the last cut: $(cat "$dir/why")"
