# shellcheck shell=sh disable=SC2154
# root.sh: a root that is thrown away, and on request a systemd in it. Sourced, with $what (a name for
# messages), $source and $kind (overlay, booted; others make their own $root) set, and the script's own
# arguments, with which it is started again in a mount namespace of its own. Sets $dir and $root.

skip() {
	echo "$what: skipped: $1" >&2
	exit 77
}
fail() {
	echo "$what: $1" >&2
	[ ! -s "$dir/said" ] || tail -n 30 "$dir/said" >&2
	exit 1
}
step() {
	echo "$what: $1"
}

[ "$(id -u)" = 0 ] || skip "only root can mount"
for tool in unshare mount chroot ip setpriv sqlite3 dpkg-deb apt-get; do
	command -v $tool >/dev/null || skip "there is no $tool"
done
[ "$kind" != booted ] || command -v systemd-nspawn >/dev/null || skip "there is no systemd-nspawn"
if [ "${NW_ROOT:-}" != inside ]; then
	unshare -m --propagation private true 2>/dev/null || skip "no mount namespace of its own allowed"
	NW_ROOT=inside exec unshare -m --propagation private sh "$0" "$@"
fi

dir=$(mktemp -d)
root=$dir/root
daemon='' container='' init='' groups=''
end() {
	[ -z "$daemon" ] || kill "$daemon" 2>/dev/null || :
	[ -z "$container" ] || stop_container
	umount -R "$root" 2>/dev/null || umount -R -l "$root" 2>/dev/null || :
	umount "$dir/over" 2>/dev/null || :
	rm -rf --one-file-system "$dir"
}
trap end EXIT
trap 'exit 1' INT TERM

overlay_root() {
	mkdir -p "$dir/over" "$root"
	mount -t tmpfs -o mode=755,size=1g over "$dir/over"
	mkdir "$dir/over/upper" "$dir/over/work"
	mount -t overlay -o "lowerdir=/,upperdir=$dir/over/upper,workdir=$dir/over/work" root "$root" 2>"$dir/said" ||
		skip "no overlay can be mounted over /"
	# What this machine has installed, as of a moment at which nobody is installing.
	mount -t tmpfs dpkg "$root/var/lib/dpkg"
	tries=0
	until cp -a /var/lib/dpkg/. "$root/var/lib/dpkg/" && [ -z "$(ls /var/lib/dpkg/updates)" ]; do
		[ $((tries += 1)) -lt 30 ] || skip "packages are being installed on this machine"
		sleep 1
		rm -rf "$root"/var/lib/dpkg/*
	done
}

# Groups of our own in whichever hierarchies there are, so that the container's are ours alone.
join_groups() {
	for tree in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
		[ -f "$tree/cgroup.procs" ] && mkdir "$tree/nw.$$" 2>/dev/null || continue
		echo $$ >"$tree/nw.$$/cgroup.procs"
		groups="$groups $tree"
	done
}
leave_groups() {
	for tree in $groups; do
		echo $$ >"$tree/cgroup.procs"
		find "$tree/nw.$$" -depth -type d -exec rmdir {} \; 2>/dev/null || :
	done
}

find_init() {
	for init in $(cat /proc/"$container"/task/*/children 2>/dev/null); do
		[ "$(cat /proc/"$init"/comm 2>/dev/null)" != systemd ] || return 0
	done
	return 1
}
booted_root() {
	overlay_root
	# The machine's own services are none of this; nor is what keeps them from being started.
	rm -rf "$root"/etc/systemd/system/*.wants "$root"/etc/systemd/system/*.d "$root/usr/sbin/policy-rc.d"
	: >"$root/etc/fstab"
	join_groups
	# Should this script be killed, both go with it.
	setpriv --pdeathsig TERM systemd-nspawn -q -D "$root" --boot --private-network --register=no --keep-unit --link-journal=no --hostname=newsroom \
		--uuid="$(tr -d - </proc/sys/kernel/random/uuid)" --kill-signal=SIGRTMIN+4 </dev/null >"$dir/console" 2>&1 &
	container=$!
	tries=0
	until find_init && inside systemctl is-active -q multi-user.target 2>/dev/null; do
		[ -d "/proc/$container" ] && [ $((tries += 1)) -lt 300 ] ||
			skip "no systemd runs in a container here: $(tail -n 1 "$dir/console")"
		sleep 0.1
	done
}
stop_container() {
	kill "$container" 2>/dev/null || :
	tries=0
	while [ -d "/proc/$container" ] && [ $((tries += 1)) -lt 150 ]; do sleep 0.1; done
	[ ! -d "/proc/$container" ] || kill -9 "$init" "$container" || :
	wait "$container" || :
	leave_groups
}

inside() {
	set -- /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
	case $kind in
	booted) nsenter -t "$init" -m -u -i -n -p -C -- "$@" ;;
	*) chroot "$root" "$@" ;;
	esac
}
