#!/usr/bin/python3
"""This machine's own faults: the disk is full or fails, no descriptor or memory is left, the clock jumps."""
import contextlib, datetime, http.client, os, resource, signal, socket, subprocess, time, unittest
import harness
import faultcase
from faultcase import FaultCase, Orders
from harness import wait_for

DAY_S = 86400


class Local(FaultCase):
    def state_on_tmpfs(self, size):
        state = self.folder / "state"
        state.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(state)], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", str(state)], check=True)
        return state

    def fill(self, path):
        with open(path, "wb", buffering=0) as f:
            for step in (1 << 20, 4096, 1):
                try:
                    while True:
                        f.write(b"x" * step)
                except OSError:
                    pass

    def visited(self, feed):
        return datetime.datetime.fromisoformat(self.server.feed(feed)["visited"].replace("Z", "+00:00")).timestamp()

    def vm_bytes(self, pid):
        with open(f"/proc/{pid}/statm") as f:
            return int(f.read().split()[0]) * resource.getpagesize()

    def connected(self, endpoint):
        """To one of its endpoints; who waits there longer than anything may take fails."""
        if endpoint.startswith("ipc://"):
            s = socket.socket(socket.AF_UNIX)
            s.connect(endpoint.removeprefix("ipc://"))
        else:
            host, port = endpoint.removeprefix("tcp://").rsplit(":", 1)
            s = socket.create_connection((host, int(port)))
        s.settimeout(harness.PATIENCE_S)
        return s

    def is_turned_away(self, endpoint):
        """A new guest; one who is let in stays, and with him the descriptor that was free."""
        guest = self.connected(endpoint)
        self.addCleanup(guest.close)
        if not endpoint.startswith(("ipc:", "tcp:")):
            guest.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            return guest.recv(1) == b""
        return True

    def paused(self):
        return self.server.ask("/v1/status")["paused"]

    def said(self, text, since=0):
        return text in self.server.log.read_text(errors="replace")[since:]

    def test_a_full_disk_pauses_polling_and_loses_nothing(self):
        state = self.state_on_tmpfs("24m")
        self.begin()
        self.fill(state / "filler")
        self.publish()
        wait_for(self.paused, "polling is paused")
        self.assertTrue(self.said("cannot write the journal"))
        self.assertTrue(self.missing())
        os.unlink(state / "filler")
        self.arrived("disk full")

    def test_a_start_on_a_full_disk_says_so_and_the_next_goes_on(self):
        state = self.state_on_tmpfs("24m")
        self.begin()
        self.fill(state / "filler")
        self.publish()
        self.server.kill()
        said = len(self.server.log.read_text(errors="replace"))
        self.server.start()
        wait_for(lambda: self.server.process.poll() is not None or (self.server.answers() and self.paused()),
                 "it ends or pauses")
        self.assertRegex(self.server.log.read_text(errors="replace")[said:], "full|No space")
        os.unlink(state / "filler")
        if self.server.process.poll() is not None:
            self.server.start()
        self.server.ready()
        self.arrived("start on a full disk")

    def test_a_disk_that_fails_pauses_polling_and_loses_nothing(self):
        orders = Orders(self.folder / "orders")
        self.begin(environment=orders.environment())
        for fault in ("fail_writes", "fail_syncs"):
            said = len(self.server.log.read_text(errors="replace"))
            orders.give(**{fault: 1})
            self.publish()
            wait_for(self.paused, f"{fault}: polling is paused")
            self.assertTrue(self.said("cannot write the journal", said), fault)
            orders.give(**{fault: 0})
            self.arrived(fault)

    def test_a_disk_that_cannot_be_read_loses_nothing(self):
        orders = Orders(self.folder / "orders")
        self.begin(environment=orders.environment())
        said = len(self.server.log.read_text(errors="replace"))
        orders.give(fail_reads=1)
        self.publish()
        wait_for(lambda: self.said("cannot read the journal", said), "the log says so")
        orders.give(fail_reads=0)
        self.arrived("fail_reads")

    def test_no_descriptor_left_is_nobodys_fault_and_ends(self):
        self.begin(min_interval="2s", max_interval="2s")
        pid, said = self.server.process.pid, len(self.server.log.read_text(errors="replace"))
        before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        for room in self.rooms.values():
            room.hang_up()  # so that nothing goes on over a connection that is there
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (16, before[1]))
        self.publish()
        wait_for(lambda: self.said("no host answers", said), "noticed")
        self.assertTrue(self.said("Too many open files", said), "the reason")
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
        self.arrived("no descriptors")
        self.assertIsNone(self.server.process.poll())

    def test_no_descriptor_left_turns_away_whoever_comes_and_harms_nobody_who_is_there(self):
        here, tcp = '{"127.0.0.1:*"}', '{"tcp://127.0.0.1:*"}'
        self.begin(http=here, status=here, live=tcp, replay=tcp)
        status = self.server.ask("/v1/status")
        web = status["http"][0]
        stream = http.client.HTTPConnection(web, timeout=harness.PATIENCE_S)
        self.addCleanup(stream.close)
        stream.request("GET", "/v1/stream")
        self.assertEqual(stream.getresponse().status, 200)  # one is there all the time, and ends not to make room
        pid = self.server.process.pid
        before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (16, before[1]))
        for endpoint in (web, status["status"][0], *status["live"], *status["replay"]):
            wait_for(lambda: self.is_turned_away(endpoint), f"{endpoint}: there is room for a few")
        self.assertTrue(self.said("connections are turned away"))
        with self.connected(f"ipc://{self.server.runtime}/control.sock") as operator:
            operator.sendall(b"GET /v1/status HTTP/1.0\r\n\r\n")  # who waits here is answered once there is room
            wait_for(lambda: self.said("control socket takes nobody"), "it is told")
            resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
            self.assertTrue(operator.recv(9).startswith(b"HTTP/1."))
        for endpoint, page in ((web, "/v1/articles"), (status["status"][0], "/healthz")):
            asked = http.client.HTTPConnection(endpoint, timeout=faultcase.RECOVERY_S)
            asked.request("GET", page)
            self.assertEqual(asked.getresponse().status, 200, endpoint)
            asked.close()
        for live, replay in zip(status["live"], status["replay"]):
            self.server.live, self.server.replay = live, replay
            reader = self.subscriber("c", self.server, ["all/"])
            wait_for(lambda: reader.has(len(self.titles)), f"{live}: a subscriber is served", faultcase.RECOVERY_S)
        self.publish()
        self.arrived("nobody let in")

    @unittest.skipIf(faultcase.SLOW > 1, "a sanitizer needs all the address space there is")
    def test_hostile_pages_do_not_take_the_memory_of_a_daemon_that_has_little(self):
        self.begin()
        pid, room = self.server.process.pid, self.rooms["f0"]
        before = resource.prlimit(pid, resource.RLIMIT_AS)
        resource.prlimit(pid, resource.RLIMIT_AS, (self.vm_bytes(pid) + (192 << 20), before[1]))
        for kind in ("zeros", "deep", "attributes", "tags"):
            room.hostile = kind
            self.publish()
            wait_for(lambda: not self.missing(), f"{kind}: every article, that of the hostile page by what its feed says")
        room.hostile = None
        resource.prlimit(pid, resource.RLIMIT_AS, before)
        self.arrived("hostile pages")
        self.assertIsNone(self.server.process.poll())

    @unittest.skipIf(faultcase.SLOW > 1, "a sanitizer needs all the address space there is")
    def test_no_memory_at_all_ends_it_with_one_line_and_loses_nothing(self):
        self.begin()
        pid, said = self.server.process.pid, len(self.server.log.read_text(errors="replace"))
        resource.prlimit(pid, resource.RLIMIT_AS, (1 << 20, resource.RLIM_INFINITY))
        while self.server.process.poll() is None:  # until something needs more than there is
            for room in self.rooms.values():
                room.hostile = "large"
            self.publish()
            time.sleep(0.2)
        for room in self.rooms.values():
            room.hostile = None
        if self.server.process.returncode != -signal.SIGSEGV:  # jemalloc's own end where it has none for itself, now and then
            self.assertTrue(self.said("out of memory", said), self.server.log.read_text(errors="replace")[said:])
        self.server.start().ready()  # as systemd does
        self.arrived("no memory")

    @unittest.skipIf(faultcase.SLOW > 1, "a sanitizer has its own idea of memory")
    def test_a_control_group_without_memory_ends_it_and_loses_nothing(self):
        group = faultcase.memory_group()
        if not group:
            self.skipTest("no control group of its own with a limit of memory allowed")
        self.addCleanup(group.remove)
        self.begin()
        self.server.kill()
        self.server.start(inside=group.take).ready()  # what it takes is the group's from the first page on
        group.allow(group.used() + (4 << 20))
        while self.server.process.poll() is None:  # the system ends it without a word
            for room in self.rooms.values():
                room.hostile = "large"
            self.publish()
            time.sleep(0.2)
        self.assertEqual(self.server.process.returncode, -signal.SIGKILL)
        group.allow(1 << 40)
        for room in self.rooms.values():
            room.hostile = None
        self.server.start(inside=group.take).ready()  # as systemd does
        self.arrived("a control group without memory")

    def test_a_clock_that_jumps_takes_nothing_with_it(self):
        orders = Orders(self.folder / "orders")
        self.begin(environment=orders.environment())
        for name, offset_s in (("2 days back", -2 * DAY_S), ("10 years on", 3653 * DAY_S), ("and back", 0)):
            orders.give(clock_s=offset_s)
            self.publish()
            wait_for(lambda: all(abs(self.visited(feed) - time.time() - offset_s) < DAY_S / 2 for feed in self.rooms),
                     f"clock {name}: every feed is visited by it", faultcase.RECOVERY_S)
            asked = self.asked()
            self.publish()
            self.arrived(f"clock {name}")
            said = len(self.server.log.read_text(errors="replace"))
            self.server.reload()  # which trims, too
            wait_for(lambda: self.said("reloaded", said), "a reload")
            wait_for(lambda: all(n >= asked[feed] + 2 for feed, n in self.asked().items()), f"clock {name}: visits go on",
                     faultcase.RECOVERY_S)
        self.assertEqual(self.server.ask("/v1/status")["oldest"], 1, "the journal was trimmed by a wrong clock")

    def test_what_is_due_by_a_clock_that_was_set_does_not_wait_by_the_old_one(self):
        orders = Orders(self.folder / "orders")
        self.begin(environment=orders.environment(), min_interval="1h", max_interval="1h")
        wait_for(lambda: not any(f["visiting"] for f in self.server.ask("/v1/feeds")), "every visit has ended")
        self.publish()
        orders.give(clock_s=7200)
        self.arrived("clock 2 hours on, an hour between visits")

    def test_a_start_by_a_wrong_clock_throws_nothing_away(self):
        orders = Orders(self.folder / "orders")
        self.begin(environment=orders.environment())
        for offset_s in (3653 * DAY_S, 0):
            self.assertEqual(self.server.stop()[0], 0)
            orders.give(clock_s=offset_s)
            self.server.start(orders.environment()).ready()
            # The first thing that it does of its own accord is to trim; the article is written after that.
            self.publish()
            self.arrived(f"started {offset_s // DAY_S} days ahead")
            self.assertEqual(self.server.ask("/v1/status")["oldest"], 1, "the journal was trimmed by a wrong clock")


if __name__ == "__main__":
    faultcase.in_own_world("mount", "ip")
    harness.main()
