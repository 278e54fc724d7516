#!/usr/bin/python3
"""Plays tests/golden/lossy.transcript, a lossy stream, to a client of tests/examples; it must print lossy.lines.

    transcript.py KIND      one of clients.command's; exits with 77 where that cannot be run
"""
import contextlib, json, os, shutil, signal, subprocess, sys, tempfile, time, unittest
import zmq
import clients
from harness import GOLDEN, PATIENCE_S

KEYS = ["all/", "topic/"]
HELD = 2           # the client has everything up to this seq
TOPMOST = 10**9    # of credit


class Failed(Exception):
    pass


def each(span):
    first, _, last = span.partition("..")
    return range(int(first), int(last or first) + 1)


def golden_lines():
    """The lines to be printed; one for A..B stands for as many, with % for the number."""
    for line in (GOLDEN / "lossy.lines").read_text(encoding="utf-8").splitlines():
        seq, key, id, version, title = line.split("\t")
        for n in each(seq):
            yield "\t".join([str(n), key, id.replace("%", str(n)).zfill(32), version, title.replace("%", str(n))])


class Journal:
    def __init__(self):
        self.records, self.last, self.oldest = {}, {}, 0  # seq: [(key, frames)]; key: seq

    def write(self, seq, kind, id, version, keys, title, extra):
        item = {"id": id.zfill(32), "title": title, "tags": [], "_newswire": {"seq": seq, "feed": "fake"}}
        for name, value in extra.items():
            item[name] = {**item[name], **value} if name in item else value
        body = [json.dumps(item, ensure_ascii=False).encode(), f" date 2026-11-21 {title}\n\nBody.\n".encode()]
        self.records[seq] = []
        for key in keys:
            header = f"NW1 {kind} {seq} {self.last.get(key, 0)} {1795284000000 + seq} {item['id']} {version}"
            self.records[seq].append((key, [key.encode(), header.encode(), *body]))
            self.last[key] = seq
        self.oldest = self.oldest or seq

    def beat(self, key, extra):
        seq = max(self.last.values())
        told = {"last": dict(sorted(self.last.items())), "oldest": self.oldest, **extra}
        return [key.encode(), f"NW1 heartbeat {seq} 0 1795284000000 - v1".encode(), json.dumps(told).encode()]


class Publisher:
    """The daemon's two sockets, and the client: what it subscribes to, asks for and prints is what moves the play on."""

    def __init__(self, folder, quiet):
        self.live, self.endpoint = f"ipc://{folder}/live.ipc", f"ipc://{folder}/replay.ipc"
        self.context, self.journal = zmq.Context(), Journal()
        self.quiet = quiet  # seconds in which a request or credit must come
        self.xpub = self.router = None
        self.bind()

    def bind(self):
        self.xpub, self.router = self.context.socket(zmq.XPUB), self.context.socket(zmq.ROUTER)
        for socket, endpoint in ((self.xpub, self.live), (self.router, self.endpoint)):
            socket.sndhwm = socket.rcvhwm = socket.linger = 0
            socket.bind(endpoint)
        self.subscribed, self.requests = set(), []
        self.peer, self.from_, self.credit, self.keys = None, 0, 0, []

    def close(self):
        self.context.destroy(linger=0)

    def play(self, text, process, lines):
        self.process, self.lines, self.printed, self.partial = process, lines, 0, b""
        for number, line in enumerate(text.splitlines(), 1):
            words = line.partition(" | ")[0].split()
            if not words or words[0].startswith("#"):
                continue
            rest = [part.strip() for part in line.split(" | ")[1:]]
            try:
                getattr(self, "on_" + words[0])(words[1:], rest)
            except Failed as failed:
                raise Failed(f"lossy.transcript:{number}: {line.strip()}: {failed}")
        self.until(lambda: self.printed == len(lines), lambda: f"has printed {self.printed} lines of {len(lines)}")

    # --- the client ---

    def until(self, holds, describe, patience=PATIENCE_S):
        """Takes what the client does, as it comes, until something holds."""
        poller = zmq.Poller()
        for source in (self.xpub, self.router, self.process.stdout):
            poller.register(source, zmq.POLLIN)
        end = time.monotonic() + patience
        while not holds():
            left = end - time.monotonic()
            ready = dict(poller.poll(max(0, left * 1000)))
            if not ready:
                raise Failed(f"the client {describe()}")
            if self.xpub in ready:
                self.take_subscription(self.xpub.recv())
            if self.router in ready:
                self.take_request(*self.router.recv_multipart())
            if self.process.stdout.fileno() in ready:
                self.take_output(self.process.stdout.read1(65536))

    def take_subscription(self, message):
        prefix = message[1:].decode()
        if message[0] == 1 and prefix not in (*KEYS, "sys/heartbeat"):
            raise Failed(f"the client subscribed to '{prefix}'")
        self.subscribed.add(prefix)

    def take_request(self, peer, *frames):
        if frames[0].startswith(b"MORE "):
            more = int(frames[0][5:])
            if not 1 <= more <= TOPMOST:
                raise Failed(f"the client gave credit for {more}")
            self.credit += more if peer == self.peer else 0
        elif frames[0] == b"NWREPLAY1" and len(frames) == 2:
            values = dict(line.split("=", 1) for line in frames[1].decode().split("\n") if line)
            if set(values) - {"from", "keys", "credit", "body"} or set(values["keys"].split(",")) != set(KEYS):
                raise Failed(f"the client asked for {values}")
            self.requests.append((peer, values))
        else:
            raise Failed(f"the client sent {frames}")

    def take_output(self, output):
        if not output:
            raise Failed(f"the client ended by itself with {self.process.wait()}")
        *lines, self.partial = (self.partial + output).split(b"\n")
        for line in lines:
            want = self.lines[self.printed] if self.printed < len(self.lines) else "no more"
            if line.decode() != want:
                raise Failed(f"line {self.printed + 1} is {line.decode()!r}, not {want!r}")
            self.printed += 1

    # --- the words of a transcript ---

    def on_write(self, words, rest):
        extra = json.loads(rest[1]) if len(rest) > 1 else {}
        many = ".." in words[0]
        seqs, kind, *words = words
        for seq in each(seqs):
            id, version, *keys = [str(seq), *words] if many else words
            self.journal.write(seq, kind, id, version, keys, rest[0].replace("%", str(seq)), extra)

    def on_send(self, words, _):
        for key in words[1:]:
            self.xpub.send_multipart(dict(self.journal.records[int(words[0])])[key])

    def on_say(self, _, rest):
        self.xpub.send_multipart([frame.encode() for frame in rest])

    def on_beat(self, words, rest):
        self.xpub.send_multipart(self.journal.beat(*(words or ["sys/heartbeat"]), json.loads(rest[0]) if rest else {}))

    def on_subscribed(self, *_):
        self.until(lambda: self.subscribed >= {*KEYS, "sys/heartbeat"}, lambda: f"subscribed to {self.subscribed} alone")

    def on_printed(self, words, _):
        """Where this line comes for the last time is meant: seqs come again with another journal."""
        at = [n for n, line in enumerate(self.lines) if line.split("\t")[:2] == words]
        at = next((n for n in at if n >= self.printed), -1)
        self.until(lambda: self.printed > at, lambda: f"has printed {self.printed} lines, and not this one")

    def on_asked(self, words, _):
        self.until(lambda: self.requests, lambda: "never asked for a replay", self.quiet)
        self.peer, values = self.requests.pop(0)
        first, low, high = int(values["from"]), int(words[0]), int(words[1])
        if first < low:
            raise Failed(f"the client asked from={first}, for more than the hole: it has everything before {low}")
        if first > high:
            raise Failed(f"the client asked from={first}, for less than the hole: {high} is missing")
        self.from_, self.credit = first, int(values.get("credit", 500))

    def on_replay(self, words, _):
        for seq in each(words[0]):
            for key, frames in self.journal.records[seq] if seq >= self.from_ else []:
                if key.startswith(tuple(KEYS)):
                    self.until(lambda: self.credit, lambda: "never gave more credit", self.quiet)
                    self.credit -= 1
                    self.router.send_multipart([self.peer, *frames])

    def answer(self, line):
        self.router.send_multipart([self.peer, line.encode()])

    def on_end(self, *_):
        if self.requests:
            raise Failed(f"the client asked again meanwhile: {self.requests}")
        self.answer(f"END {max(self.journal.last.values())} {self.journal.oldest}")

    def on_err(self, words, _):
        self.answer("ERR " + " ".join(words))

    def on_gone(self, words, _):
        self.answer(f"GONE {words[0]}")

    def on_forget(self, words, _):
        self.journal.oldest = int(words[0])

    def on_cut(self, *_):
        self.xpub.close()
        self.router.close()
        self.bind()

    def on_another(self, *_):
        self.journal = Journal()
        self.on_cut()


def play(command, lines, quiet=PATIENCE_S):
    """Raises Failed with the reason unless the client that the command starts does as it should."""
    folder = tempfile.mkdtemp(prefix="nw-")
    publisher = Publisher(folder, quiet)
    process = subprocess.Popen(command(publisher.live, publisher.endpoint, HELD, KEYS), env=clients.environment(),
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True)
    try:
        publisher.play((GOLDEN / "lossy.transcript").read_text(encoding="utf-8"), process, lines)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # and what it started
        process.wait()
        process.stdout.close()
        publisher.close()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    kind = sys.argv[1]
    try:
        play(lambda *where: clients.command(kind, *where), clients.expected(kind, list(golden_lines())))
    except unittest.SkipTest as skipped:
        print(f"skipped: {kind}: {skipped}")
        sys.exit(77)
    except Failed as failed:
        sys.exit(f"{kind}: {failed}")


if __name__ == "__main__":
    main()
