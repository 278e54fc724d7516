#!/usr/bin/python3
"""From other machines, by CURVE: who is let in, and what each may read, live, by replay and in heartbeats."""
import json, os, subprocess, threading, time
import zmq, zmq.utils.monitor
import harness
from harness import BIN, PATIENCE_S, Case, wait_for
from newsroom import made_article

QUIET_S = 0.5  # how long is listened for what must not come


def newswire(*arguments):
    return subprocess.run([BIN / "newswire", *arguments], capture_output=True, text=True, timeout=PATIENCE_S)


class Pair:
    """A key pair in a file, as newswire keygen makes it."""

    def __init__(self, folder, name):
        self.file = folder / f"{name}.key"
        made = newswire("keygen", "--out", str(self.file))
        assert made.returncode == 0, made.stderr
        self.public, self.secret = made.stdout.strip(), self.file.read_text().strip()


class Curve(Case):
    def setUp(self):
        super().setUp()
        self.context = zmq.Context()
        self.addCleanup(self.context.term)
        self.server, self.desk, self.all = (Pair(self.folder, name) for name in ("server", "desk", "all"))
        (self.folder / "clients.d").mkdir()

    def client(self, name, pair, *read):
        prefixes = ", ".join(f'"{prefix}"' for prefix in read)
        (self.folder / "clients.d" / f"{name}.conf").write_text(f'key = "{pair.public}"\nread = {{{prefixes}}}\n')

    def begin(self, **options):
        self.room = self.newsroom()
        self.room.feeds.setdefault("gazette", [])
        self.made = 0
        self.client("desk", self.desk, "topic/libya/")
        self.client("all", self.all, "")
        here = '{"curve+tcp://127.0.0.1:*"}'
        config = self.room.write_config(self.folder, live=here, replay=here, server_key=f'"{self.server.file}"',
                                        heartbeat="200ms", **options)
        self.news = self.daemon(config).start().ready()
        self.live, self.replay = (next(e[len("curve+"):] for e in self.news.ask("/v1/status")[name] if e.startswith("curve+"))
                                  for name in ("live", "replay"))

    def publish(self, n=1, topic=None):
        """So many articles more, in the journal when it returns."""
        before = self.news.counter("articles_total")
        for _ in range(n):
            self.made += 1
            self.room.publish(made_article(self.made, topic))
        wait_for(lambda: self.news.counter("articles_total") >= before + n, f"{n} articles are there")

    def socket(self, kind, pair=None, server=None, endpoint=None, keys=()):
        """pair None: without CURVE."""
        socket = self.context.socket(kind)
        self.addCleanup(socket.close)
        socket.linger, socket.rcvtimeo = 0, int(PATIENCE_S * 1000)
        if kind in (zmq.SUB, zmq.XSUB):
            socket.sndhwm = socket.rcvhwm = 0
        socket.reconnect_ivl = 50
        if pair:
            socket.curve_secretkey, socket.curve_publickey = pair.secret.encode(), pair.public.encode()
            socket.curve_serverkey = (server or self.server).public.encode()
        socket.connect(endpoint or (self.replay if kind == zmq.DEALER else self.live))
        for key in keys:
            socket.subscribe(key)
        return socket

    def beat(self, sub, begin=b"sys/heartbeat"):
        """The next heartbeat: its key, and what it says of each key."""
        while True:
            frames = sub.recv_multipart()
            if frames[0].startswith(begin) and b" heartbeat " in frames[1]:
                return frames[0].decode(), json.loads(frames[2])["last"]

    def next_item(self, sub):
        while True:
            frames = sub.recv_multipart()
            if not frames[0].startswith(b"sys/"):
                return frames[0].decode()

    def replayed(self, dealer, lines):
        """The key and number of each article that comes, and the last line's first words."""
        dealer.send_multipart([b"NWREPLAY1", lines.encode()])
        got = []
        while True:
            frames = [frame.decode() for frame in dealer.recv_multipart()]
            if len(frames) == 1:
                return got, " ".join(frames[0].split()[:1 if frames[0].startswith("END") else 3])
            if not frames[0].startswith("sys/"):
                got.append((frames[0], int(frames[1].split()[2])))

    def assert_silent(self, *sockets):
        poller = zmq.Poller()
        for socket in sockets:
            poller.register(socket, zmq.POLLIN)
        for socket, _ in poller.poll(QUIET_S * 1000):
            self.fail(f"this should not have come: {socket.recv_multipart()}")

    # who is let in

    def test_whoever_has_no_key_known_here_gets_nothing_and_is_counted(self):
        self.begin()
        stranger = Pair(self.folder, "stranger")
        keys = [b"all/", b"sys/heartbeat"]
        for why, pair, server in (("unknown key", stranger, None), ("wrong server key", self.all, stranger), ("plain", None, None)):
            with self.subTest(why):
                before = self.news.counter("bus_clients_refused_total")
                sub = self.socket(zmq.SUB, pair, server, keys=keys)
                dealer = self.socket(zmq.DEALER, pair, server)
                dealer.send_multipart([b"NWREPLAY1", b"from=0"])
                wait_for(lambda: self.news.counter("bus_clients_refused_total") >= before + 2, f"{why}: both are counted")
                self.publish()
                self.assert_silent(sub, dealer)
                sub.close(), dealer.close()
        status = json.loads(newswire("status", "--json", "--runtime", str(self.news.runtime)).stdout)
        self.assertGreaterEqual(status["counters"]["bus_clients_refused_total"], 6)
        self.assertIn("nobody with that key may come in", self.news.log.read_text())
        self.assertIn("127.0.0.1", self.news.log.read_text())

    def test_a_server_without_a_key_does_not_start_and_says_what_to_do(self):
        room = self.newsroom()
        config = room.write_config(self.folder, live='{"curve+tcp://127.0.0.1:*"}')
        daemon = self.daemon(config).start()
        self.assertEqual(daemon.process.wait(PATIENCE_S), 1)
        self.assertIn("newswire keygen", daemon.log.read_text())

    # what each may read

    def test_a_client_sees_what_it_may_read_and_no_more(self):
        self.begin()
        desk = self.socket(zmq.SUB, self.desk, keys=[b"topic/libya/", b"sys/heartbeat"])
        everyone = self.socket(zmq.SUB, self.all, keys=[b"", b"sys/heartbeat"])
        for sub, name in ((desk, "desk"), (everyone, "all")):
            key, last = self.beat(sub)
            self.assertEqual(key, f"sys/heartbeat/{name}/")
            self.assertNotIn("all/", last)
        self.publish(2)
        self.publish(1, "libya")
        self.assertEqual(self.next_item(desk), "topic/libya/")
        got = [self.next_item(everyone) for _ in range(4)]
        self.assertEqual(sorted(got), ["all/", "all/", "all/", "topic/libya/"])
        wait_for(lambda: "topic/libya/" in self.beat(desk)[1], "the desk's heartbeat names its key")
        self.assertEqual(list(self.beat(desk)[1]), ["topic/libya/"])
        wait_for(lambda: {"all/", "topic/libya/"} <= set(self.beat(everyone, b"")[1]), "the other's names both")
        for _ in range(10):  # each hears its own heartbeat alone, whatever it subscribed to
            self.assertEqual(self.beat(desk, b"")[0], "sys/heartbeat/desk/")
            self.assertEqual(self.beat(everyone, b"")[0], "sys/heartbeat/all/")

        dealer = self.socket(zmq.DEALER, self.desk)
        for lines in ("from=0", "since=2000-01-01", "last=9", "from=0\nkeys=topic/libya/"):
            got, line = self.replayed(dealer, lines)
            self.assertEqual(([key for key, _ in got], line), (["topic/libya/"], "END"), lines)
        self.assertEqual(self.replayed(dealer, "from=0\nkeys=topic/libya/haftar/"), ([], "END"))
        for keys in ("topic/", "all/", "topic/libya", "topic/libya/,all/", "sys/feed/"):
            self.assertEqual(self.replayed(dealer, f"from=0\nkeys={keys}"), ([], "ERR not allowed:"))
        dealer = self.socket(zmq.DEALER, self.all)
        self.assertEqual(len(self.replayed(dealer, "from=0")[0]), 4)

    def test_whoever_asks_for_more_is_disconnected_and_gets_nothing(self):
        wide = (b"", b"topic/", b"all/", b"topic/libya", b"s", b"sys/heartbeat/all/", b"sys/heartbeat/deska")
        pairs = [Pair(self.folder, f"wide{n}") for n in range(len(wide))]
        for n, pair in enumerate(pairs):
            self.client(f"wide{n}", pair, "topic/libya/")
        self.begin()
        for n, (prefix, pair) in enumerate(zip(wide, pairs)):
            sub = self.socket(zmq.SUB, pair)
            monitor = sub.get_monitor_socket(zmq.EVENT_DISCONNECTED)
            sub.subscribe(prefix)
            self.assertTrue(monitor.poll(PATIENCE_S * 1000), f"{prefix} leads to a disconnection")
            self.publish(1, "libya")
            self.assert_silent(sub)
            sub.disable_monitor(), monitor.close(), sub.close()
            self.assertGreater(self.news.counter("bus_subscriptions_refused_total"), n)
        self.assertEqual(self.news.log.read_text().count("what it may not read"), len(wide))

    def test_whoever_asks_for_more_again_and_again_is_let_in_ever_more_rarely(self):
        self.begin()
        sub = self.socket(zmq.SUB, self.desk, keys=[b"sys/heartbeat", b"all/"])
        wait_for(lambda: self.news.counter("bus_subscriptions_refused_total"), "it is cut off")
        began = time.monotonic()

        def refused():
            while sub.poll(0):  # libzmq subscribes again when it is called alone
                sub.recv_multipart()
            return self.news.counter("bus_subscriptions_refused_total")
        wait_for(lambda: refused() >= 2, "it came back")
        self.assertGreater(time.monotonic() - began, 0.9)
        self.assertEqual(self.news.log.read_text().count("what it may not read"), 1)
        dealer = self.socket(zmq.DEALER, self.desk)
        self.assertEqual(self.replayed(dealer, "from=0"), ([], "END"))  # that it may all the while

    def test_a_stranger_tries_as_often_as_it_connects_and_is_let_in_once_it_is_known(self):
        self.begin()
        later = Pair(self.folder, "later")
        sub = self.socket(zmq.SUB, later, keys=[b"all/"])
        wait_for(lambda: self.news.counter("bus_clients_refused_total"), "it is refused")
        before, began = self.news.counter("bus_clients_refused_total"), time.monotonic()
        wait_for(lambda: self.news.counter("bus_clients_refused_total") > before, "it tries again")
        tries, most = self.news.counter("bus_clients_refused_total") - before, (time.monotonic() - began) / 0.05
        self.assertLessEqual(tries, most + 2)  # its socket's reconnect_ivl is 50 ms, and some more by chance
        self.assertEqual(self.news.log.read_text().count("nobody with that key"), 1)
        self.assertNotIn('client=""', self.news.log.read_text())
        self.client("later", later, "all/")
        self.news.reload()
        wait_for(lambda: self.publish() or sub.poll(100), "it is let in")
        self.assertEqual(sub.recv_multipart()[0], b"all/")

    def test_one_client_has_a_share_of_the_replays(self):
        self.begin(max_replays=8)
        self.publish(3)
        held = [self.socket(zmq.DEALER, self.all) for _ in range(3)]
        for dealer in held:
            dealer.send_multipart([b"NWREPLAY1", b"from=0\ncredit=1"])
            first = dealer.recv_multipart()
            self.assertEqual(len(first), 1 if dealer is held[2] else 4)
        self.assertTrue(first[0].startswith(b"ERR busy"))
        self.assertEqual(self.replayed(self.socket(zmq.DEALER, self.desk), "from=0"), ([], "END"))
        held[0].close()  # waiting for credit, its replay would be kept for a minute
        wait_for(lambda: len(self.replayed(held[2], "from=0")[0]) == 3, "whose peer is gone makes room")

    def test_a_replay_ends_with_the_right_to_it(self):
        self.begin()
        self.publish(3, "libya")
        narrowed, kept = self.socket(zmq.DEALER, self.all), self.socket(zmq.DEALER, self.desk)
        for dealer, lines in ((narrowed, b"from=0\ncredit=1"), (kept, b"from=0\nkeys=topic/libya/\ncredit=1")):
            dealer.send_multipart([b"NWREPLAY1", lines])
            self.assertEqual(len(dealer.recv_multipart()), 4)
        refused = self.news.counter("bus_replay_refused_total")
        self.client("all", self.all, "topic/libya/")
        self.news.reload()
        wait_for(lambda: self.news.counter("bus_replay_refused_total") > refused, "the wide replay is ended")
        for dealer in (kept, narrowed):
            dealer.send(b"MORE 100")
        self.assertEqual([len(kept.recv_multipart()) for _ in range(3)], [4, 4, 1])
        while narrowed.poll(QUIET_S * 1000):  # it may hear why before it is cut off
            self.assertRegex(b" ".join(narrowed.recv_multipart()), b"^ERR not allowed:")
        self.assertEqual(len(self.replayed(self.socket(zmq.DEALER, self.all), "from=0\nkeys=topic/libya/")[0]), 3)

    def test_a_routing_id_of_ones_own_is_refused_since_it_could_be_taken_over(self):
        self.begin()
        dealer = self.context.socket(zmq.DEALER)
        self.addCleanup(dealer.close)
        dealer.linger, dealer.rcvtimeo, dealer.routing_id = 0, int(PATIENCE_S * 1000), b"me"
        dealer.curve_secretkey, dealer.curve_publickey = self.all.secret.encode(), self.all.public.encode()
        dealer.curve_serverkey = self.server.public.encode()
        dealer.connect(self.replay)
        self.assertEqual(self.replayed(dealer, "from=0"), ([], "ERR not allowed:"))

    def test_a_cursor_is_the_clients_own(self):
        self.begin()
        self.publish(2, "libya")
        mine, other = self.socket(zmq.DEALER, self.desk), self.socket(zmq.DEALER, self.all)
        first, second = self.replayed(mine, "from=0")[0]
        mine.send(f"ACK place {first[1]}".encode())
        self.assertEqual(mine.recv(), f"ACK place {first[1]}".encode())
        self.assertEqual(self.replayed(mine, "cursor=place"), ([second], "END"))
        self.assertEqual(len(self.replayed(other, "cursor=place\nkeys=all/,topic/")[0]), 4)

    # junk

    def test_junk_leads_nobody_to_what_it_may_not_read(self):
        """libzmq 4.3.4 gives the grants after such a message to others: none may be given then."""
        self.begin()
        hostile = Pair(self.folder, "hostile")
        self.client("hostile", hostile, "topic/none/")
        self.news.reload()
        wait_for(lambda: "msg=reloaded" in self.news.log.read_text(), "the reload")
        stop = threading.Event()

        def send_junk():
            while not stop.is_set():
                bad = self.socket(zmq.XSUB, hostile)
                for _ in range(50):
                    bad.send(b"\x01topic/none/"), bad.send(b"junk"), bad.send(b""), bad.send_multipart([b"\x02", b"\x01all/"])
                time.sleep(0.05)
                bad.close()

        def ask_for_all():
            while not stop.is_set():
                sub = self.socket(zmq.SUB, self.all, keys=[b"all/", b"topic/", b"sys/heartbeat"])
                time.sleep(0.03)
                sub.close()

        threads = [threading.Thread(target=t) for t in (send_junk, ask_for_all, ask_for_all)]
        for t in threads:
            t.start()
        # Raw, without a filter of its own: whatever the daemon sends it shows.
        watch = [self.socket(zmq.XSUB, hostile) for _ in range(4)] + [self.socket(zmq.XSUB, self.desk) for _ in range(8)]
        for socket in watch:
            socket.send(b"\x01sys/heartbeat")
        good = self.socket(zmq.SUB, self.all, keys=[b"all/", b"sys/heartbeat"])
        try:
            for _ in range(10):
                self.publish(3)
                self.publish(1, "libya")
            wait_for(lambda: "no subscription" in self.news.log.read_text(), "junk has come")
        finally:
            stop.set()
            for t in threads:
                t.join()
        for i, socket in enumerate(watch):
            while socket.poll(0):
                key = socket.recv_multipart()[0]
                own = b"sys/heartbeat/hostile/" if i < 4 else b"sys/heartbeat/desk/"
                self.assertEqual(key, own)
        self.beat(good)  # whoever asks rightly is served in the end

    # reloads

    def test_a_reload_tells_that_another_server_key_takes_a_restart(self):
        self.begin()
        other = Pair(self.folder, "other")
        self.news.reload()
        wait_for(lambda: self.news.log.read_text().count("msg=reloaded") == 1, self.news.log.read_text)
        self.assertNotIn("server key", self.news.log.read_text())
        os.replace(other.file, self.server.file)
        self.news.reload()
        wait_for(lambda: 'level=warning msg="server key changed, but takes a restart"' in self.news.log.read_text(), self.news.log.read_text)
        os.unlink(self.server.file)
        self.news.reload()
        wait_for(lambda: 'level=warning msg="server key cannot be read any more' in self.news.log.read_text(), self.news.log.read_text)
        for secret in (self.server.secret, other.secret):
            self.assertNotIn(secret, self.news.log.read_text())
        self.beat(self.socket(zmq.SUB, self.desk, keys=[b"sys/heartbeat"]))  # by the old one still

    def test_a_reload_takes_a_client_out_and_narrows_another(self):
        self.begin()
        desk = self.socket(zmq.SUB, self.desk, keys=[b"topic/libya/", b"sys/heartbeat"])
        everyone = self.socket(zmq.SUB, self.all, keys=[b"all/", b"sys/heartbeat"])
        self.beat(desk), self.beat(everyone)
        dealer = self.socket(zmq.DEALER, self.desk)
        self.assertEqual(self.replayed(dealer, "from=0"), ([], "END"))
        monitors = [s.get_monitor_socket(zmq.EVENT_DISCONNECTED) for s in (desk, everyone)]
        tail = self.tail(self.desk, "topic/libya")
        self.publish(1, "libya")
        first = json.loads(tail.stdout.readline())["id"]
        os.unlink(self.folder / "clients.d" / "desk.conf")
        self.client("all", self.all, "topic/")
        self.news.reload()
        for monitor in monitors:
            self.assertTrue(monitor.poll(PATIENCE_S * 1000), "it is disconnected")
        desk.disable_monitor(), everyone.disable_monitor(), monitors[0].close(), monitors[1].close()
        refused = self.news.counter("bus_clients_refused_total")
        wait_for(lambda: self.news.counter("bus_clients_refused_total") > refused, "the one taken out comes back and is not let in")
        while desk.poll(0):
            desk.recv_multipart()
        while everyone.poll(0):
            everyone.recv_multipart()
        dealer.send_multipart([b"NWREPLAY1", b"from=0"])
        self.publish(2, "libya")
        self.assert_silent(desk, everyone)
        while dealer.poll(0):
            self.assertTrue(dealer.recv_multipart()[0].startswith(b"ERR not allowed"))
        everyone.close()  # or it would have its key barred for longer and longer
        again = self.socket(zmq.SUB, self.all, keys=[b"topic/", b"sys/heartbeat"])
        self.beat(again)
        self.client("desk", self.desk, "topic/libya/")
        self.news.reload()
        self.beat(desk)
        self.publish(1, "libya")
        self.assertEqual(self.next_item(again), "topic/libya/")
        self.assertEqual(self.next_item(desk), "topic/libya/")  # libzmq's own: what it missed it does not ask for
        ids = [json.loads(tail.stdout.readline())["id"] for _ in range(3)]
        self.assertEqual(len({first, *ids}), 4)

    # our own programs

    def tail(self, pair, *arguments):
        process = subprocess.Popen(
            [BIN / "newswire", "tail", "--live", self.live, "--replay", self.replay, "--server-key", self.server.public,
             "--key", str(pair.file), "--json", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (process.kill(), process.wait(), process.stdout.close(), process.stderr.close()))
        return process

    def test_tail_follows_by_its_key(self):
        self.begin()
        self.publish(3, "libya")
        process = self.tail(self.desk, "--since", "0", "topic/libya")
        items = [json.loads(process.stdout.readline()) for _ in range(3)]
        self.publish(2, "libya")
        items += [json.loads(process.stdout.readline()) for _ in range(2)]
        self.assertEqual(len({i["id"] for i in items}), 5)

    def test_tail_from_now_on_says_what_may_not_be_read(self):
        self.begin()
        process = self.tail(self.desk, "all")
        self.assertIn("not allowed: all/", process.stderr.readline())
        self.assertNotEqual(process.wait(PATIENCE_S), 0)

    def test_tail_says_what_is_wrong_with_its_keys(self):
        for arguments, says in ((["--key", str(self.desk.file)], "no server key"), (["--server-key", "x"], "no server key"),
                                (["--server-key", self.server.public], "key of one's own"),
                                (["--server-key", self.server.public, "--key", "/nowhere"], "/nowhere")):
            done = newswire("tail", *arguments)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(says, done.stderr)


class Keygen(Case):
    def test_a_secret_is_its_owners_and_never_written_over(self):
        path = self.folder / "a.key"
        made = newswire("keygen", "--out", str(path))
        self.assertEqual((made.returncode, made.stderr), (0, ""))
        self.assertEqual(path.stat().st_mode & 0o7777, 0o600)
        secret = path.read_text()
        self.assertEqual((len(made.stdout), len(secret)), (41, 41))
        self.assertEqual(zmq.curve_public(secret.strip().encode()).decode(), made.stdout.strip())
        self.assertEqual(newswire("keygen", "--public", str(path)).stdout, made.stdout)
        again = newswire("keygen", "--out", str(path))
        self.assertEqual((again.returncode, again.stdout, path.read_text()), (2, "", secret))
        self.assertNotIn(secret.strip(), made.stdout + again.stderr)

    def test_both_are_printed_where_no_file_is_named(self):
        lines = dict(line.split() for line in newswire("keygen").stdout.splitlines())
        self.assertEqual(zmq.curve_public(lines["secret"].encode()).decode(), lines["public"])

    def test_what_is_wrong_is_told(self):
        open_key = self.folder / "open.key"
        open_key.write_text(newswire("keygen").stdout.split()[1] + "\n")
        os.chmod(open_key, 0o644)
        for arguments, says in ((["--public", str(open_key)], "chmod o="), (["--public", "/nowhere"], "/nowhere"),
                                (["--public", "/etc/hostname", "--out", "x"], "one of"),
                                (["--out", str(self.folder / "no" / "dir")], "cannot make the file"), (["more"], "keygen")):
            done = newswire("keygen", *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(says, done.stderr)


if __name__ == "__main__":
    harness.main()
