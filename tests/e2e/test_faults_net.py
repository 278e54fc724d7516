#!/usr/bin/python3
"""The network's faults: packets lost, refused, swallowed, slow, doubled, late and out of order, the link down; no DNS; and eight ways in which a connection goes wrong."""
import contextlib, fcntl, heapq, os, random, select, socket, struct, subprocess, threading, time
import harness
import faultcase
from faultcase import FaultCase
from harness import wait_for

NET = {  # name: how it begins, how it ends, whether nobody answers meanwhile
    "a third of all packets lost": ("nft", "numgen random mod 100 < 33 drop", False),
    "1 Mbit/s with a queue": ("tc", "tbf rate 1mbit burst 10kb latency 400ms", False),
    "connections reset": ("nft", "reject with tcp reset", True),
    "packets swallowed": ("nft", "drop", True),
    "link down": ("ip", "", True),
    "every packet twice": ("twice", "", False),
}


def run(*words, **more):
    subprocess.run(words, check=True, **more)


def break_net(kind, what):
    if kind == "nft":
        run("nft", "-f", "-", text=True, input="table inet faults { chain input { type filter hook input priority 0; policy accept;"
                                               f" ip daddr 127.0.0.0/24 meta l4proto tcp {what}\n}}\n}}\n")
    elif kind == "twice":  # marked, or the second would be doubled as well
        run("nft", "-f", "-", text=True, input="table netdev faults { chain ingress { type filter hook ingress device lo priority 0; policy accept;"
                                               " meta mark != 7 meta mark set 7 dup to lo\n}\n}\n")
    elif kind == "tc":
        run("tc", "qdisc", "add", "dev", "lo", "root", *what.split())
    else:
        run("ip", "link", "set", "lo", "down")


def mend_net(kind):
    if kind == "nft":
        run("nft", "delete", "table", "inet", "faults")
    elif kind == "twice":
        run("nft", "delete", "table", "netdev", "faults")
    elif kind == "tc":
        run("tc", "qdisc", "del", "dev", "lo", "root")
    else:
        run("ip", "link", "set", "lo", "up")


class LateLink:
    """A link to 10.213.7.0/24 on which each packet takes its own time, so that they come out of order: netem is not in every kernel.

    Whatever is sent to one of its addresses comes back to ours, 10.213.7.1, as if it came from there. Both addresses change
    places, and so no checksum does.
    """

    def __init__(self):
        self.delay_s, self.n, self.fd = 0, 0, os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(self.fd, 0x400454CA, struct.pack("16sH22x", b"late0", 0x1001))  # TUNSETIFF: IFF_TUN, no header
        run("ip", "addr", "add", "10.213.7.1/24", "dev", "late0")
        run("ip", "link", "set", "late0", "up")
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        waiting, chance = [], random.Random(7)
        while True:
            wait_s = max(0, waiting[0][0] - time.monotonic()) if waiting else None
            if select.select([self.fd], [], [], wait_s)[0]:
                packet = os.read(self.fd, 65536)
                if packet[0] >> 4 == 4:
                    self.n += 1
                    heapq.heappush(waiting, (time.monotonic() + chance.uniform(0, self.delay_s), self.n, packet))
            while waiting and waiting[0][0] <= time.monotonic():
                packet = heapq.heappop(waiting)[2]
                os.write(self.fd, packet[:12] + packet[16:20] + packet[12:16] + packet[20:])


class Names:
    """A name server on 127.0.0.1: every host0.test, host1.test ... has its own address."""

    def __init__(self):
        self.mode, self.asked = "nxdomain", 0  # or answer, silent, servfail
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                query, peer = self.socket.recvfrom(2048)
            except OSError:
                return  # closed
            self.asked += 1
            reply = self.reply(query)
            if reply:
                self.socket.sendto(reply, peer)

    def reply(self, query):
        n = query[12]
        name, end = query[13:13 + n].decode(), query.index(b"\0", 12) + 5
        kind = struct.unpack(">H", query[end - 4:end - 2])[0]
        if self.mode == "silent":
            return None
        rcode = 3 if not name.startswith("host") else {"answer": 0, "servfail": 2, "nxdomain": 3}[self.mode]
        found = rcode == 0 and kind == 1
        head = query[:2] + struct.pack(">HHHHH", 0x8180 | rcode, 1, found, 0, 0)
        answer = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 0, 4) + bytes((127, 0, 0, 10 + int(name[4:]))) if found else b""
        return head + query[12:end] + answer


class Proxy:
    """Stands before a newsroom, and lets a fault happen to every connection."""

    def __init__(self, host, room):
        self.fault, self.room, self.open = None, room, set()
        self.listener = socket.create_server((host, 0))
        room.base = f"http://{host}:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def stop(self):
        self.listener.close()
        self.hang_up()

    def hang_up(self):
        for down in list(self.open):
            with contextlib.suppress(OSError):
                down.shutdown(socket.SHUT_RDWR)

    def accept(self):
        while True:
            try:
                down, _ = self.listener.accept()
            except OSError:
                return
            if self.fault == "refused":
                reset(down)
                continue
            self.open.add(down)
            threading.Thread(target=self.pass_on, args=(down,), daemon=True).start()

    def pass_on(self, down):
        with contextlib.suppress(OSError), socket.create_connection(self.room.server.server_address) as up, down:
            others = {up: down, down: up}
            while True:
                for source in select.select([up, down], [], [])[0]:
                    data = source.recv(16384)
                    way = WAYS.get(self.fault) if source is up else None
                    if not data or (way and way(self, down, data)):
                        return
                    if not way:
                        others[source].sendall(data)
        self.open.discard(down)


def reset(s):
    """A connection that its owner closes without another word."""
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()


def late(proxy, sink, data):
    time.sleep(0.2)
    sink.sendall(data)


def in_pieces(proxy, sink, data):
    for i in range(0, len(data), 7):
        sink.sendall(data[i:i + 7])


def drip(proxy, sink, data):
    for byte in data:
        sink.sendall(bytes((byte,)))
        time.sleep(0.02)


def cut(proxy, sink, data):
    sink.sendall(data[:300])
    return True


def cut_by_reset(proxy, sink, data):
    sink.sendall(data[:300])
    reset(sink)
    return True


def stall(proxy, sink, data):
    sink.sendall(data[:100])
    while proxy.fault == "stall":
        time.sleep(0.05)
    time.sleep(60)  # this connection stays dead


def garble(proxy, sink, data):
    sink.sendall(random.Random(len(data)).randbytes(len(data)))
    return True


WAYS = {"late": late, "in pieces": in_pieces, "drip": drip, "cut": cut, "cut by reset": cut_by_reset, "stall": stall, "garble": garble}
TCP = {  # fault: in which states it shows; None: it works all the same
    "late": None, "in pieces": None, "drip": {"timeout"}, "cut": {"broken"}, "cut by reset": {"broken"},
    "stall": {"timeout", "broken"}, "garble": {"broken"}, "refused": {"connect", "broken"},
}


class Net(FaultCase):
    def offline(self):
        return self.server.ask("/v1/status")["offline"]

    def test_faults_of_the_network(self):
        self.begin()
        for name, (kind, what, silent) in NET.items():
            asked = self.asked()
            break_net(kind, what)
            try:
                self.publish()
                if silent:
                    wait_for(lambda: len(self.failing()) == len(self.rooms), f"{name}: every feed says why")
                    self.assertTrue(all(self.failing().values()), self.failing())
                    self.assertTrue(set(self.states().values()) <= {"connect", "timeout", "broken"}, self.states())
                    self.assertTrue(self.offline(), name)
                else:
                    wait_for(lambda: all(n >= asked[feed] + 2 for feed, n in self.asked().items()), f"{name}: every feed is asked")
            finally:
                mend_net(kind)
            self.arrived(name)
            self.assertFalse(self.offline(), name)

    def test_packets_late_and_out_of_order(self):
        try:
            link = LateLink()
        except OSError as error:
            self.skipTest(f"no link of its own allowed: {error}")
        rooms = {f"f{i}": self.room("10.213.7.1") for i in range(4)}
        for i, room in enumerate(rooms.values()):
            room.base = f"http://10.213.7.{10 + i}:{room.server.server_address[1]}"
        self.begin(rooms=rooms, allow_networks='{"10.213.7.0/24"}')
        passed, link.delay_s = link.n, 0.2
        asked = self.asked()
        self.publish()
        wait_for(lambda: not self.missing() and all(n >= asked[feed] + 2 for feed, n in self.asked().items()), "they arrive all the same")
        self.assertGreater(link.n, passed)
        link.delay_s = 0
        self.publish()
        self.arrived("packets late and out of order")

    def test_an_outage_is_held_against_no_feed_however_long_it_would_have_to_wait(self):
        rooms = {f"f{i}": self.room(f"127.0.0.{10 + i}") for i in range(3)}
        break_net("nft", "reject with tcp reset")
        try:
            self.begin(rooms=rooms, wait=False, min_interval="1h", max_interval="4h")
            self.server.ready()
            self.reader = self.subscriber("c", self.server, ["all/"])
            wait_for(self.offline, "noticed")
            first = {f["id"]: f["visited"] for f in self.server.ask("/v1/feeds")}
            wait_for(lambda: all(f["visited"] != first[f["id"]] for f in self.server.ask("/v1/feeds")), "each was asked again")
            self.assertLessEqual(max(f["failures"] for f in self.server.ask("/v1/feeds")), 1, "held against a feed")
        finally:
            mend_net("nft")
        self.arrived("outage at the start, an hour between visits")
        self.assertTrue(all(n == 1 for n in self.asked().values()), f"asked more than once: {self.asked()}")

    def test_dead_hosts_are_no_outage_and_keep_nobody_waiting(self):
        rooms = {f"f{i}": self.room(f"127.0.0.{10 + i}") for i in range(12)}
        dead = {f"f{i}" for i in range(3)}
        for name in dead:
            rooms[name].base = f"http://{rooms[name].server.server_address[0]}:1"  # nobody is there
        self.begin(rooms=rooms, wait=False, min_interval="1s", max_interval="4h")
        self.server.ready()
        self.reader = self.subscriber("c", self.server, ["all/"])
        wait_for(lambda: all(self.server.feed(name)["failures"] >= 3 for name in dead), "who is dead is asked less and less")
        self.assertLessEqual(self.server.log.read_text().count("no host answers"), 1, "taken for an outage again and again")
        self.publish()
        wait_for(lambda: {self.titles[t] for t in self.missing()} == dead, "everybody else's arrive")
        self.assertFalse(self.offline())

    def test_who_wished_to_be_left_alone_is_asked_in_an_outage_too_when_it_is_time(self):
        self.begin(min_interval="1s", max_interval="4h")
        self.rooms["f3"].feed_faults["f3"] = "500"
        wait_for(lambda: self.server.feed("f3")["failures"] >= 2, "it is asked seldom")
        break_net("nft", "ip daddr 127.0.0.10-127.0.0.12 reject with tcp reset")
        try:
            wait_for(self.offline, "the others do not answer")
            self.rooms["f3"].feed_faults.clear()
            self.publish()
            wait_for(lambda: "f3" not in {self.titles[t] for t in self.missing()}, "it answers, and its article arrives")
        finally:
            mend_net("nft")
        self.arrived("all but one dead")

    def test_a_restart_asks_those_again_that_were_not_reached(self):
        rooms = {f"f{i}": self.room(f"127.0.0.{10 + i}") for i in range(2)}  # of two hosts no outage is concluded
        break_net("nft", "reject with tcp reset")
        try:
            self.begin(rooms=rooms, wait=False, min_interval="1h", max_interval="4h")
            self.server.ready()
            wait_for(lambda: len(self.failing()) == 2, "both fail")
            self.assertFalse(self.offline())
            wait_for(lambda: not any(f["visiting"] for f in self.server.ask("/v1/feeds")), "and this is written")
        finally:
            self.server.kill()
            mend_net("nft")
        self.server.start().ready()
        self.reader = self.subscriber("c", self.server, ["all/"])
        self.arrived("restart after an outage")

    def test_eight_faults_of_connections_at_once(self):
        rooms, proxies = {}, {}
        for i, fault in enumerate(TCP):
            name = fault.replace(" ", "-")
            rooms[name] = self.room(f"127.0.0.{10 + i}")
            proxies[fault] = Proxy(f"127.0.0.{10 + i}", rooms[name])
            self.addCleanup(proxies[fault].stop)
        rooms["good"] = self.room("127.0.0.30")
        self.begin(rooms=rooms)
        for fault, proxy in proxies.items():
            proxy.fault = fault
            proxy.hang_up()
        self.publish()
        want = {fault.replace(" ", "-"): states for fault, states in TCP.items() if states}
        wait_for(lambda: all(self.states()[name] in states for name, states in want.items()),
                 lambda: f"each says why: {self.states()}")
        self.assertTrue(all(self.failing()[name] for name in want), self.failing())
        wait_for(lambda: {self.titles[t] for t in self.missing()} <= set(want), "the others' articles arrive meanwhile")
        for proxy in proxies.values():
            proxy.fault = None
        self.arrived("eight faults of connections")


class Dns(FaultCase):
    def setUp(self):
        super().setUp()
        resolv = self.folder / "resolv.conf"
        resolv.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        run("mount", "--bind", str(resolv), "/etc/resolv.conf")
        self.addCleanup(run, "umount", "/etc/resolv.conf")

    def test_without_names_every_feed_says_so_and_goes_on_when_they_are_back(self):
        names, rooms = Names(), {}
        self.addCleanup(names.socket.close)
        for i in range(4):
            rooms[f"f{i}"] = room = self.room(f"127.0.0.{10 + i}")
            room.base = f"http://host{i}.test:{room.server.server_address[1]}"
        names.mode = "silent"
        self.begin(rooms=rooms, wait=False, min_interval="1h", max_interval="1h", connect_timeout="3s")
        self.server.ready()
        self.reader = self.subscriber("c", self.server, ["all/"])
        for mode in ("silent", "servfail", "nxdomain"):
            names.mode, asked = mode, names.asked
            wait_for(lambda: names.asked > asked, f"{mode}: somebody is looked up")
        wait_for(lambda: {f["state"] for f in self.server.ask("/v1/feeds")} == {"dns"}, "every feed says why")
        self.assertTrue(self.server.ask("/v1/status")["offline"])
        self.publish()
        names.mode = "answer"
        self.arrived("no DNS")


if __name__ == "__main__":
    faultcase.in_own_world("ip", "nft", "tc", "mount")
    harness.main()
