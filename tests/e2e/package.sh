#!/bin/sh
# package.sh DIR [fresh|booted]: builds the Debian packages in DIR (NW_PACKAGES_BUILT: they are there), holds them to lintian, and takes
# them through what an operator does: install, run, upgrade with a configuration of one's own
# and a journal of an older form, go back, remove, purge; then the library and the client.
# All in a root that is thrown away: an overlay over this machine's own, without a network; or,
# with `fresh`, a minimal one out of the package sources that apt uses here, which shows what a
# dependency forgot. With `booted` a systemd of its own runs in the overlay: what apt does to the
# service is seen there. 77, and says why, where it cannot.
set -eu
packages=$1 kind=${2:-overlay}
source=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck disable=SC2034
what=package # root.sh looks at it
# shellcheck source=root.sh
. "$source/tests/e2e/root.sh"
[ "$kind" != fresh ] || command -v mmdebstrap >/dev/null || skip "there is no mmdebstrap"

# --- the packages, and older ones of the same files ---

# Another version of a package: what is in it may be changed between these two.
take_apart() {
	dpkg-deb -R "$1" "$dir/apart"
}
put_together() {
	sed -i "s/^Version: .*/Version: $1/" "$dir/apart/DEBIAN/control"
	(cd "$dir/apart" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | xargs -0 md5sum >DEBIAN/md5sums)
	dpkg-deb --root-owner-group -b "$dir/apart" "$2" >/dev/null
	rm -r "$dir/apart"
}

build() {
	[ -n "${NW_PACKAGES_BUILT:-}" ] || sh "$source/daemon/deb" "$packages" >"$dir/said" 2>&1 || fail "they do not build"
	mkdir "$dir/new" "$dir/old"
	cp "$packages"/*.deb "$dir/new"
	: >"$dir/said"
	set -- "$dir"/new/newswire_*.deb
	[ $# = 1 ] && [ -f "$1" ] || fail "not one package newswire: $*"
	take_apart "$1"
	# What the new one changes: a file that nobody touches, and one that the operator edits too.
	echo "# As it was shipped before." >>"$dir/apart/etc/newswired/feeds.d/world.conf"
	echo "# As it was shipped before." >>"$dir/apart/etc/newswired/topics.d/libya.topic"
	put_together 0.0.9-1 "$dir/old/newswire_0.0.9-1_all.deb"
}

hold_to_lints() {
	if command -v shellcheck >/dev/null; then
		shellcheck -x -P "$source/tests/e2e" -S warning "$source"/daemon/debian/p* "$source/daemon/deb" "$source"/tests/e2e/*.sh >"$dir/said" 2>&1 ||
			fail "shellcheck finds fault"
	else
		step "no shellcheck here: not held to it"
	fi
	if command -v lintian >/dev/null; then
		# Nothing was ever asked of Debian's bug tracker.
		lintian --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs \
			"$dir"/new/*.deb >"$dir/said" 2>&1 || fail "lintian finds fault"
	else
		step "no lintian here: not held to it"
	fi
}

# --- the root ---

fresh_root() {
	mkdir -p "$root"
	mount --bind "$root" "$root" # so that all of it ends with one umount
	# shellcheck disable=SC2046
	mmdebstrap --quiet --variant=minbase bookworm "$root" $(ls /etc/apt/sources.list.d/debian.sources 2>/dev/null ||
		echo /etc/apt/sources.list) >"$dir/said" 2>&1 || skip "no minimal root can be made: $(tail -n 1 "$dir/said")"
	cp /etc/resolv.conf "$root/etc/"
	cp -r /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
}

mount_kernel() {
	mount -t proc proc "$root/proc"
	mount --rbind /dev "$root/dev"
	mount -t tmpfs run "$root/run"
	mount -t tmpfs tmp "$root/tmp"
}
make_root() {
	"${kind}_root"
	[ "$kind" = booted ] || mount_kernel
	mkdir "$root/packages"
	ln -sf /bin/true "$root/usr/bin/mandb" # which would index this machine's pages nine times
	cp -r "$dir/new" "$dir/old" "$root/packages/"
	! inside dpkg-query -W newswire >/dev/null 2>&1 || skip "newswire is installed on this machine"
	[ "$kind" != fresh ] || inside apt-get update -qq >"$dir/said" 2>&1 || skip "no package sources"
}

# Of a file that both sides changed the operator's stays, as it does for who answers with Enter.
apt() {
	inside sh -c "cd /packages && exec apt-get -q -y --no-install-recommends -o Dpkg::Use-Pty=0 \
		-o Dpkg::Options::=--force-confold -o Dpkg::Options::=--force-unsafe-io $*" \
		>"$dir/said" 2>&1 || fail "apt-get $*"
}

# --- the daemon by hand, as its user, in an empty network ---

begin_daemon() {
	# shellcheck disable=SC2016
	unshare -n sh -c 'ip link set lo up && exec chroot "$0" setpriv --pdeathsig KILL --reuid newswired --regid newswired --clear-groups \
		/usr/sbin/newswired' "$root" 2>"$dir/log" &
	daemon=$!
}
# Without a network it does not say that all is well.
answers() {
	inside newswire status >"$dir/said" 2>&1 || [ $? = 1 ]
}
start_daemon() {
	begin_daemon
	tries=0
	until answers; do
		[ -d "/proc/$daemon" ] && [ $((tries += 1)) -lt 300 ] || {
			cat "$dir/log" >"$dir/said"
			fail "the daemon does not answer"
		}
		sleep 0.1
	done
}
stop_daemon() {
	kill "$daemon"
	wait "$daemon" || fail "the daemon ended with $?"
	daemon=
}
database() {
	sqlite3 "$root/var/lib/newswired/journal.db$2" "$1"
}

# --- what an operator does ---

link=etc/systemd/system/multi-user.target.wants/newswired.service

install_and_run() {
	apt install ./old/newswire_*.deb
	[ -L "$root/$link" ] || fail "the service is not enabled"
	[ -f "$root/usr/lib/systemd/system/newswired.service" ] || fail "there is no unit"
	for program in $(sed -n 's|^Exec[A-Za-z]*=\([^ ]*\).*|\1|p' "$root/usr/lib/systemd/system/newswired.service"); do
		owner=$(inside dpkg-query -S "$program" | sed -n '/^diversion/!s|:.*||p')
		[ "$owner" = newswire ] || [ "$(inside dpkg-query -W -f '${Essential}' "$owner")" = yes ] ||
			fail "the unit calls $program, and nothing makes sure that it is there"
	done
	inside id newswired >/dev/null || fail "there is no user newswired"
	inside newswire check >"$dir/said" 2>&1 || fail "the configuration as it is shipped has faults"
	(cd "$root/etc/newswired" && find . -type f | sed 's|^\.|/etc/newswired|') | sort >"$dir/files"
	inside dpkg-query -W -f '${Conffiles}\n' newswire | awk 'NF { print $1 }' | sort >"$dir/conffiles"
	cmp "$dir/files" "$dir/conffiles" || fail "not every file below /etc/newswired is a conffile"
	inside man --where newswired >/dev/null 2>&1 || [ "$kind" = fresh ] || fail "no manual page"
	install -d -o "$(inside id -u newswired)" -g "$(inside id -g newswired)" -m 750 "$root/var/lib/newswired"
	start_daemon
	inside newswire feeds >"$dir/said" 2>&1 || : # 1: without a network each of them fails
	[ "$(wc -l <"$dir/said")" -ge "$(cat "$root"/etc/newswired/feeds.d/*.conf | grep -c '^feed ')" ] || fail "feeds are missing"
	stop_daemon
}

edit() {
	sed -i 's/^log-level *= *info/log-level = notice/' "$root/etc/newswired/newswired.conf"
	grep -q '^log-level = notice' "$root/etc/newswired/newswired.conf"
	echo "# A line of the operator's." >>"$root/etc/newswired/topics.d/libya.topic"
	echo 'feed "mine" { url = "https://news.example/feed" }' >"$root/etc/newswired/feeds.d/mine.conf"
	# The journal, as a program of long ago left it.
	rm "$root"/var/lib/newswired/journal.db*
	database ".read '$source/tests/fixtures/store/form-2.sql'" ""
	chown --reference="$root/var/lib/newswired" "$root/var/lib/newswired/journal.db"
}

upgrade() {
	apt install ./new/newswire_*.deb
	grep -q '^log-level = notice' "$root/etc/newswired/newswired.conf" || fail "the edited configuration was replaced"
	tail -n 1 "$root/etc/newswired/topics.d/libya.topic" | grep -q "operator's" || fail "the edited topic was replaced"
	! grep -q "shipped before" "$root/etc/newswired/feeds.d/world.conf" || fail "the new feeds are not there"
	inside newswire check >"$dir/said" 2>&1 || fail "the configuration has faults after the upgrade"
	start_daemon
	form=$(database "PRAGMA user_version" "")
	[ "$form" -gt 2 ] || fail "the journal was not brought up to date"
	[ "$(database "PRAGMA user_version" ".before-$form")" = 2 ] || fail "the journal was not copied before"
	[ "$(stat -c '%a %U' "$root/var/lib/newswired/journal.db.before-$form")" = \
		"640 $(stat -c %U "$root/var/lib/newswired/journal.db")" ] || fail "the copy is not the journal's owner's"
	[ "$(database "SELECT count(*) FROM journal WHERE kind < 2" "")" -ge 3 ] || fail "articles are lost"
	bus="--live ipc:///run/newswired/live.ipc --replay ipc:///run/newswired/replay.ipc"
	# shellcheck disable=SC2086
	inside timeout 5 newswire tail $bus --since 0 --text >"$dir/said" 2>&1 || :
	grep -q "Coastal road of Libya mended" "$dir/said" || fail "an article from before the upgrade is not replayed"
	stop_daemon
}

go_back() {
	apt install --allow-downgrades ./old/newswire_*.deb
	# The same program, and so it is the journal that is made newer.
	database "PRAGMA user_version = 999" ""
	before=$(database "SELECT * FROM journal" "" | sha256sum)
	begin_daemon
	! wait "$daemon" || fail "a newer journal is not refused"
	daemon=
	cp "$dir/log" "$dir/said"
	grep -q "journal of a newer newswire (form 999, this program knows $form)" "$dir/log" || fail "refused without the reason"
	[ "$before" = "$(database "SELECT * FROM journal" "" | sha256sum)" ] || fail "a newer journal was touched"
	# What newswired(8) says to do then.
	rm -f "$root/var/lib/newswired/journal.db" "$root"/var/lib/newswired/journal.db-*
	mv "$root/var/lib/newswired/journal.db.before-$form" "$root/var/lib/newswired/journal.db"
	start_daemon
	stop_daemon
	apt install ./new/newswire_*.deb
}

remove_and_purge() {
	apt remove newswire
	[ ! -e "$root/usr/sbin/newswired" ] || fail "the daemon is still there"
	[ -s "$root/var/lib/newswired/journal.db" ] || fail "the state went with the packages"
	[ -f "$root/etc/newswired/newswired.conf" ] || fail "the configuration went with the packages"
	apt install ./new/newswire_*.deb
	[ -L "$root/$link" ] || fail "the service is not enabled again"
	start_daemon
	stop_daemon
	mkdir -p "$root/var/lib/private/newswired" # as under DynamicUser=
	apt purge newswire
	for gone in var/lib/newswired var/lib/private/newswired run/newswired $link etc/systemd/system/newswired.service \
		etc/newswired/newswired.conf etc/newswired/topics.d/libya.topic; do
		[ ! -e "$root/$gone" ] && [ ! -L "$root/$gone" ] || fail "the purge left /$gone"
	done
	[ -f "$root/etc/newswired/feeds.d/mine.conf" ] || fail "the purge took a file that is the operator's own"
}

use_library() {
	apt install ./new/libnewswire0.1_*.deb ./new/libnewswire-dev_*.deb
	[ "$kind" = overlay ] || return 0
	cp "$source/tests/examples/durable.c" "$root/packages/"
	# shellcheck disable=SC2016
	inside sh -ec 'cd /packages && cc -o durable durable.c $(pkg-config --cflags --libs newswire)
		! ./durable --live nowhere 2>said
		grep -q "cannot connect to .nowhere." said
		mkdir debian && printf "Source: x\n\nPackage: x\nArchitecture: any\n" >debian/control
		dpkg-shlibdeps -O durable | grep -q "libnewswire0.1 (>= "' >"$dir/said" 2>&1 || fail "nothing can be built with the library"
}

use_client() {
	apt install ./new/newswire-client_*.deb
	inside newswire --help >"$dir/said" 2>&1 || fail "the client does not run"
	[ ! -e "$root/usr/sbin/newswired" ] || fail "the client brought the daemon"
	apt install ./new/newswire_*.deb
	! inside dpkg-query -W -f '${db:Status-Status}' newswire-client 2>/dev/null | grep -qx installed ||
		fail "the client stayed beside the daemon"
	inside newswire --help >"$dir/said" 2>&1 || fail "the command went with the client"
}

# --- the same with a systemd ---

show() {
	inside systemctl show -P "$1" newswired
}
fail_with_journal() {
	inside journalctl -u newswired --no-pager -n 30 >"$dir/said" 2>&1 || :
	fail "$1"
}
start() {
	inside sh -c "cd /packages && DEBIAN_FRONTEND=noninteractive apt install -y ./new/newswire_*.deb && systemctl start newswired" \
		>"$dir/said" 2>&1 || fail_with_journal "it takes more than installing and starting it"
	[ "$(show ActiveState)" = active ] || fail_with_journal "the service does not run"
	answers || fail_with_journal "it does not answer"
	inside systemctl is-enabled -q newswired || fail "the service is not enabled"
}
restart_on_upgrade() {
	main=$(show MainPID)
	apt install --allow-downgrades ./old/newswire_*.deb
	[ "$(show MainPID)" != "$main" ] && [ "$(show ActiveState)" = active ] || fail_with_journal "the other version does not run"
	inside systemctl disable --now -q newswired
	apt install ./new/newswire_*.deb
	[ "$(show ActiveState)" = inactive ] || fail "an upgrade started what was disabled"
	! inside systemctl is-enabled -q newswired || fail "an upgrade enabled what was disabled"
	inside systemctl enable --now -q newswired
}
stop_on_removal() {
	apt remove newswire
	[ "$(show ActiveState)" = inactive ] || fail "the service runs on without its package"
	[ -s "$root/var/lib/newswired/journal.db" ] || [ -s "$root/var/lib/private/newswired/journal.db" ] ||
		fail "the state went with the package"
	apt install ./new/newswire_*.deb
	[ "$(show ActiveState)" = active ] || fail_with_journal "the service does not run when it is installed again"
	apt purge newswire
	[ "$(show ActiveState)" = inactive ] || fail "the service runs on after the purge"
	[ ! -L "$root/var/lib/newswired" ] && [ ! -e "$root/var/lib/newswired" ] && [ ! -e "$root/var/lib/private/newswired" ] ||
		fail "the purge left state"
}

step "building"
build
hold_to_lints
make_root
parts="install_and_run edit upgrade go_back remove_and_purge use_library use_client"
[ "$kind" != booted ] || parts="start restart_on_upgrade stop_on_removal"
for part in $parts; do
	step "$part"
	$part
done
step "all of it held"
