#!/bin/sh
# systemd.sh DIR: the service as its package has it (built in DIR, or NW_PACKAGES_BUILT there), run by a systemd that is the first
# process of a container, over a newsroom in there: readiness, reload, kills, a hang, what a wrong
# configuration does, a stop; the journal's fields, credentials, and the sandbox, held to
# systemd's own figure and to a filter that kills. 77, and says why, where it cannot.
set -eu
packages=$1
source=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck disable=SC2034
what=systemd kind=booted # root.sh looks at them
# shellcheck source=root.sh
. "$source/tests/e2e/root.sh"

watchdog_s=3

show() {
	inside systemctl show -P "$1" newswired
}
fail_with_journal() {
	inside journalctl -u newswired --no-pager -n 40 >"$dir/said" 2>&1 || :
	fail "$1"
}
# wait_for SECONDS WHAT COMMAND...: asks until it is so.
wait_for() {
	tries=$(($1 * 20)) wanted=$2
	shift 2
	until "$@" >/dev/null 2>&1; do
		[ $((tries -= 1)) -gt 0 ] || fail_with_journal "never came true: $wanted"
		sleep 0.05
	done
}
is() {
	[ "$(show "$1")" = "$2" ]
}
answers() {
	is ActiveState active && { inside newswire status >/dev/null || [ $? = 1 ]; } # 1: without a network it is not all well
}
logged() {
	inside journalctl -u newswired --no-pager -o cat | grep -q "$pattern"
}
now_ms() {
	date +%s%3N
}

# --- what is there before it starts ---

install_package() {
	[ -n "${NW_PACKAGES_BUILT:-}" ] || sh "$source/daemon/deb" "$packages" >"$dir/said" 2>&1 || fail "the packages do not build"
	booted_root
	! inside dpkg-query -W newswire >/dev/null 2>&1 || skip "newswire is installed on this machine"
	mkdir "$root/packages"
	cp "$packages"/newswire_*.deb "$root/packages"
	inside systemctl mask -q newswired # it is started below, over a newsroom
	inside sh -c 'dpkg --force-unsafe-io -i /packages/newswire_*.deb' >"$dir/said" 2>&1 || fail "it cannot be installed"
	inside systemctl unmask -q newswired
}

begin_newsroom() {
	mkdir -p "$root/opt/newsroom/tests"
	cp -r "$source/tests/e2e" "$root/opt/newsroom/tests/"
	cp -r "$source/etc" "$root/opt/newsroom/"
	rm "$root"/etc/newswired/feeds.d/*
	inside ip link set lo up
	inside systemd-run -q --unit newsroom /usr/bin/python3 /opt/newsroom/tests/e2e/newsroom.py --dir /etc/newswired --every 1
	wait_for 30 "the newsroom begins" test -s "$root/etc/newswired/feeds.d/newsroom.conf"
	cat >"$root/etc/newswired/alerts.d/test.conf" <<-'END'
		channel "exec:tee" { argv = {"/usr/bin/tee", "-a", "/var/lib/newswired/told"} }
		channel "file:log" { path = "log.jsonl" }
		channel "webhook:hook" { url = "http://127.0.0.1:9/" secret-file = "credential:secret_hook" }
		alert "all" { topics = {"ceasefire"} send = {"exec:tee", "file:log", "webhook:hook"} max-age = 365d }
	END
	(umask 077 && echo "s3cret-of-the-hook" >"$root/etc/newswired/secrets/hook")
	mkdir -p "$root/run/systemd/system/newswired.service.d"
	printf '[Service]\nWatchdogSec=%ss\n' $watchdog_s >"$root/etc/newswired-watchdog.conf"
	inside sh -c 'mkdir -p /run/systemd/system/newswired.service.d &&
		mv /etc/newswired-watchdog.conf /run/systemd/system/newswired.service.d/watchdog.conf && systemctl daemon-reload'
}

# --- what an operator sees ---

starts() {
	inside systemctl start newswired || fail_with_journal "it does not start"
	is ActiveState active && answers || fail_with_journal "started before it was ready"
	user=$(inside stat -c %U "/proc/$(show MainPID)")
	[ "$user" = newswired ] || fail "it runs as $user"
	wait_for 60 "a line for systemctl status" status_line
	echo "systemd: $(show StatusText)"
}
status_line() {
	show StatusText | grep -qE '^[0-9,]+ feeds, [0-9,]+ failing, [1-9][0-9,]* articles today$'
}

alerts_leave_the_sandbox() {
	wait_for 30 "an alert by a program" test -s "$root/var/lib/newswired/told" -o -s "$root/var/lib/private/newswired/told"
	wait_for 30 "an alert in a file" test -s "$root/var/lib/newswired/log.jsonl" -o -s "$root/var/lib/private/newswired/log.jsonl"
	wait_for 30 "a webhook that nobody takes" hook_failed
	! inside newswire alerts | grep -q "credential" || fail "the secret was not there"
	pattern=s3cret
	! logged || fail "a secret is in the log"
}
hook_failed() {
	inside newswire alerts --json | grep -q '"error": "connect'
}

journal_has_fields() {
	inside journalctl -u newswired -o json --no-pager NEWSWIRED_VERSION="$(inside newswired --version | sed 's/.* //')" |
		grep '"MESSAGE":"newswired is ready' | grep -q '"PRIORITY":"5"' || fail_with_journal "no entry with fields"
}

reloads() {
	main=$(show MainPID)
	echo "log-level = debug" >>"$root/etc/newswired/newswired.conf"
	inside systemctl reload newswired || fail_with_journal "it is not reloaded"
	pattern="^reloaded"
	wait_for 10 "reloaded" logged
	echo "no-such-option = 1" >>"$root/etc/newswired/newswired.conf"
	inside systemctl reload newswired
	pattern="no such option"
	wait_for 10 "the reason why it is not reloaded" logged
	is MainPID "$main" && answers || fail_with_journal "a reload ended it"
	sed -i '$d' "$root/etc/newswired/newswired.conf"
	inside systemctl reload newswired
}

# anew N: it runs again after the Nth time.
anew() {
	is NRestarts "$1" && ! is MainPID "$main" && answers
}
survives_kills() {
	for n in 1 2 3 4 5 6; do
		main=$(show MainPID)
		inside kill -9 "$main"
		wait_for 30 "it runs again after kill $n" anew "$n"
	done
}

# The whole process stands still, as one that is stuck in its loop would.
is_ended_when_it_hangs() {
	main=$(show MainPID)
	began=$(now_ms)
	inside kill -STOP "$main"
	wait_for 60 "the watchdog ends it" gone
	echo "systemd: ended $(($(now_ms) - began)) ms after it hung, with WatchdogSec=$watchdog_s"
	pattern="Watchdog timeout"
	wait_for 10 "the watchdog is named" logged
	wait_for 30 "it runs again" anew 7
}
gone() {
	! is MainPID "$main" || ! is ActiveState active
}

refuses_a_wrong_configuration() {
	inside systemctl stop newswired
	is Result success && is ExecMainStatus 0 || fail_with_journal "it did not stop cleanly"
	echo "no-such-option = 1" >>"$root/etc/newswired/newswired.conf"
	! inside systemctl start newswired 2>"$dir/said" || fail "a wrong configuration starts"
	pattern='newswired.conf:[0-9]*:1: no such option'
	logged || fail_with_journal "the reason is not in the journal"
	sed -i '$d' "$root/etc/newswired/newswired.conf"
	wait_for 30 "it starts by itself once it is put right" answers
	inside systemctl stop newswired
}

# What the filter refuses ends the process, where the unit as shipped has it fail.
stays_inside_the_filter() {
	inside sh -c 'printf "[Service]\nSystemCallErrorNumber=kill\n" >/run/systemd/system/newswired.service.d/kill.conf && systemctl daemon-reload'
	rm -f "$root"/var/lib/newswired/log.jsonl "$root"/var/lib/private/newswired/log.jsonl
	began=$(date +%s)
	inside systemctl start newswired || fail_with_journal "it does not start"
	inside newswire alert test all || fail_with_journal "no test alert"
	wait_for 30 "an alert in a file" test -s "$root/var/lib/newswired/log.jsonl" -o -s "$root/var/lib/private/newswired/log.jsonl"
	inside newswire tail --last 1 --text >"$dir/tail" 2>&1 &
	tail=$!
	wait_for 30 "the bus is answered" test -s "$dir/tail"
	kill "$tail" || :
	answers && is NRestarts 0 || fail_with_journal "the filter ended it"
	! inside journalctl --no-pager --since "@$began" | grep -E "SIGSYS|status=31|dumped core" >"$dir/said" || fail "the filter ended something"
	inside systemctl stop newswired
	is Result success || fail_with_journal "it did not stop cleanly"
}

is_exposed_little() {
	exposure=$(inside systemd-analyze security newswired --no-pager 2>/dev/null | sed -n 's/.*level for.*: \([0-9.]*\) .*/\1/p')
	echo "systemd: exposure $exposure"
	awk "BEGIN { exit !(\"$exposure\" != \"\" && $exposure <= 1.2) }" || fail "its exposure is $exposure"
}

for part in install_package begin_newsroom starts alerts_leave_the_sandbox journal_has_fields reloads survives_kills \
	is_ended_when_it_hangs refuses_a_wrong_configuration stays_inside_the_filter is_exposed_little; do
	step "$part"
	$part
done
step "all of it held"
