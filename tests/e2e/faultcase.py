"""What the tests of faults share: a world of their own to break, and what must hold after every one of them."""
import contextlib, os, pathlib, shutil, socket, struct, subprocess, sys, time, zlib
import harness
from harness import Case, wait_for
from newsroom import Newsroom, made_article

SLOW = 4 if "san" in str(harness.BIN) else 1  # a sanitizer's share
RECOVERY_S = 10 * SLOW                        # within which everything is as it was, once a fault has ended
SHIM = pathlib.Path(os.environ.get("NW_SHIM_SO", harness.EXAMPLES / "libe2e_shim.so"))


def skip_all(why):
    print(f"{pathlib.Path(sys.argv[0]).name}: skipped: {why}", file=sys.stderr, flush=True)
    sys.exit(77)


def in_own_world(*tools):
    """Goes on in namespaces of its own, mounts and network; ends with 77 where there can be none."""
    for tool in tools:
        if not shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin:/sbin"):
            skip_all(f"there is no {tool}")
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    if os.environ.get("NW_OWN_WORLD") != "inside":
        for flags in (["-mn"], ["-rmn"]):
            words = ["unshare", *flags, "--propagation", "private"]
            if shutil.which("unshare") and subprocess.run([*words, "true"], capture_output=True).returncode == 0:
                os.environ["NW_OWN_WORLD"] = "inside"
                os.execvp("unshare", [*words, sys.executable, *sys.argv])
        skip_all("no namespaces of its own allowed")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


class MemoryGroup:
    """A control group of its own, whose memory can be limited."""

    KINDS = {"cgroup2": ("memory.max", "memory.current"), "cgroup": ("memory.limit_in_bytes", "memory.usage_in_bytes")}

    def __init__(self, place, kind):
        self.path = pathlib.Path(place) / f"newswire-test-{os.getpid()}"
        self.limit, self.usage = (self.path / name for name in self.KINDS[kind])
        self.path.mkdir()
        try:
            self.limit.write_text(str(1 << 40))  # as a file of that name would not be where there is no such controller
        except OSError:
            self.remove()
            raise

    def remove(self):
        wait_for(lambda: not (self.path / "cgroup.procs").read_text(), "the group is empty")
        self.path.rmdir()

    def take(self, pid):
        (self.path / "cgroup.procs").write_text(str(pid))

    def allow(self, n):
        self.limit.write_text(str(n))

    def used(self):
        return int(self.usage.read_text())


def memory_group():
    """One, or None where this user or this system can have none."""
    with open("/proc/self/mounts", encoding="utf-8") as f:
        mounts = [line.split()[1:4] for line in f]
    for place, kind, options in mounts:
        if kind == "cgroup2" or (kind == "cgroup" and "memory" in options.split(",")):
            with contextlib.suppress(OSError):
                return MemoryGroup(place, kind)
    return None


class Orders:
    """What the shim (shim.c) is told, from this moment on."""

    def __init__(self, path):
        assert SHIM.exists(), f"{SHIM} was not built"
        self.path, self.fields = pathlib.Path(path), dict.fromkeys(("clock_s", "fail_writes", "fail_reads", "fail_syncs"), 0)
        self.give()

    def give(self, **fields):
        self.fields.update(fields)
        with open(self.path, "r+b" if self.path.exists() else "wb") as f:  # in place: it is mapped
            f.write(struct.pack("4q", *self.fields.values()))

    def environment(self):
        return {"LD_PRELOAD": str(SHIM), "NW_SHIM": str(self.path),
                "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}


def hostile_page(kind):
    """A page, and how it is encoded, that is after our memory."""
    if kind == "zeros":
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        return b"".join(packer.compress(bytes(1 << 20)) for _ in range(512)) + packer.flush(), "gzip"
    return {"deep": lambda: b"<html><body>" + b"<div>" * 700000,
            "attributes": lambda: b"<html><body>" + b"<p " + b" ".join(b"a%d=%d" % (i, i) for i in range(250000)) + b">",
            "tags": lambda: b"<html><body>" + b"<p>a" * 1000000,
            "large": lambda: b"<html><body><article>" + b"<p>All of this is one long page about nothing at all, it says.</p>" * 60000,
            }[kind](), None


class FaultRoom(Newsroom):
    """A newsroom that can hang up on everybody, and whose pages may be hostile."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.hostile, self.connections, take = None, set(), self.server.process_request

        def note(request, address):
            self.connections.add(request)
            take(request, address)

        self.server.process_request = note

    def hang_up(self):
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.connections.clear()

    def send(self, request, path, status, body, kind, headers=None, cut=None):
        if not self.hostile or not kind.startswith("text/html"):
            return super().send(request, path, status, body, kind, headers, cut)
        body, coding = hostile_page(self.hostile)
        with contextlib.suppress(ConnectionError):
            request.send_response(200)
            for name, value in (("Content-Type", kind), ("Content-Length", len(body)), ("Content-Encoding", coding)):
                if value:
                    request.send_header(name, str(value))
            request.end_headers()
            request.wfile.write(body)


class FaultCase(Case):
    """Some feeds, each at a host of its own, one daemon and one subscriber, and articles that must each arrive once."""

    def room(self, host):
        room = FaultRoom(host=host).start()
        self.addCleanup(room.stop)
        return room

    def begin(self, n_feeds=4, rooms=None, environment=None, wait=True, **options):
        self.n, self.titles = 0, {}
        self.rooms = rooms or {f"f{i}": self.room(f"127.0.0.{10 + i}") for i in range(n_feeds)}
        settings = {"timeout": "3s", "connect_timeout": "1s", "min_interval": "1s", "max_interval": "1s", **options}
        config = Newsroom.write_config(next(iter(self.rooms.values())), self.folder, feeds=[], **settings)
        (self.folder / "feeds.d" / "newsroom.conf").write_text("".join(
            f'feed "{name}" {{ url = "{room.base}/feeds/{name}.xml" }}\n' for name, room in self.rooms.items()))
        self.publish()
        self.server = self.daemon(config)
        self.server.start(environment)
        if wait:
            self.server.ready()
            self.reader = self.subscriber("c", self.server, ["all/"])
            self.arrived("at the start", patience=harness.PATIENCE_S)

    def tearDown(self):
        """A fault leaves nothing behind: no leak, and the daemon stops as ever."""
        self.assertEqual(self.server.stop()[0], 0, self.server.log.read_text(errors="replace")[-3000:])
        super().tearDown()

    def publish(self):
        """One more article in every feed."""
        for name, room in self.rooms.items():
            self.n += 1
            article = made_article(self.n)
            self.titles[article.title] = name
            room.publish(article, feed=name)

    def missing(self):
        have = {m[4] for m in self.reader.messages()}
        return sorted(set(self.titles) - have)

    def states(self):
        return {f["id"]: f["state"] for f in self.server.ask("/v1/feeds")}

    def failing(self):
        return {f["id"]: f["reason"] for f in self.server.ask("/v1/feeds") if f["failing"]}

    def arrived(self, what, patience=RECOVERY_S):
        """Every article is there, none twice, and every feed works: says how long that took."""
        began = time.monotonic()
        wait_for(lambda: not self.missing() and not self.failing(),
                 lambda: f"{what}: missing {self.missing()}, failing {self.failing()}, alive {self.server.process.poll() is None}\n"
                         + self.server.log.read_text(errors="replace")[-3000:], patience)
        print(f"{what}: recovered in {time.monotonic() - began:.1f} s", flush=True)
        ids = [m[2] for m in self.reader.messages()]
        self.assertEqual(len(ids), len(set(ids)), f"{what}: an article came twice")
        self.assertEqual(len(ids), len(self.titles), f"{what}: more than was published")

    def asked(self):
        return {name: room.count(f"/feeds/{name}.xml") for name, room in self.rooms.items()}
