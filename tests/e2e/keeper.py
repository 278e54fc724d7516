#!/usr/bin/python3
"""A subscriber whose place the daemon keeps: a line a message, appended to FILE before it is acknowledged.

keeper.py --live L --replay R --cursor NAME FILE KEY...    a line is: key, seq, prev, id, SHA-256 of the text, with tabs

It may be killed at any moment. What is in the file and was not acknowledged comes again, and is dropped.
"""
import argparse, hashlib, json, os, sys, zmq

ACK_EACH = 100      # messages of a replay
PATIENCE_MS = 1000  # without an answer a replay is asked for again: the daemon was killed


class Keeper:
    def __init__(self, live, replay, cursor, path, keys):
        self.replay, self.cursor, self.keys = replay, cursor, keys
        self.base = 0                                 # up to here everything is in the file, under every key
        self.last, self.file = read_file(path)        # by key
        self.acked = 0
        self.context = zmq.Context()
        self.sub, self.dealer = self.context.socket(zmq.SUB), None
        self.sub.sndhwm = self.sub.rcvhwm = 0         # newswire-bus(7), A CLIENT
        self.sub.connect(live)
        for key in [*keys, "sys/heartbeat"]:
            self.sub.subscribe(key)

    def has(self, key, seq):
        return seq <= max(self.base, self.last.get(key, 0))

    def keep(self, key, seq, prev, id, text):
        if seq > self.last.get(key, 0):
            self.file.write(f"{key}\t{seq}\t{prev}\t{id}\t{hashlib.sha256(text).hexdigest()}\n")
            self.last[key] = seq

    def ack(self):
        """Only what is in the file: everything up to base."""
        if self.base > self.acked:
            self.file.flush()
            self.acked = self.base
            self.dealer.send(b"ACK %s %d" % (self.cursor.encode(), self.base))

    def connect(self):
        if self.dealer:
            self.dealer.close()
        self.dealer = self.context.socket(zmq.DEALER)
        self.dealer.linger = 0
        self.dealer.connect(self.replay)
        self.dealer.send_multipart([b"NWREPLAY1", f"cursor={self.cursor}\nkeys={','.join(self.keys)}".encode()])
        self.acked = 0  # of what is under way nothing is known

    def catch_up(self):
        self.connect()
        while True:
            if not self.dealer.poll(PATIENCE_MS):
                self.connect()
                continue
            frames = self.dealer.recv_multipart()
            if len(frames) == 1:
                words = frames[0].decode().split()
                if words[0] == "END":
                    self.base = max(self.base, int(words[1]))
                    return self.ack()
                if words[0] == "ERR" and "busy:" not in words:
                    sys.exit(f"keeper: {frames[0]}")
            else:
                key, seq, prev, id = header_of(frames)
                self.dealer.send(b"MORE 1")
                self.base = max(self.base, seq - 1)   # all before it has come
                self.keep(key, seq, prev, id, frames[3])
                if self.base >= self.acked + ACK_EACH:
                    self.ack()

    def follow(self):
        """One live message; whether nothing is missing."""
        frames = self.sub.recv_multipart()
        key, seq, prev, id = header_of(frames)
        if key == "sys/heartbeat":
            lasts = json.loads(frames[2])["last"]
            if seq < self.base or not all(self.has(k, n) for k, n in lasts.items() if k in self.keys):
                return False
            self.base = seq
            self.ack()
        elif not self.has(key, seq):
            if not self.has(key, prev):
                return False
            self.keep(key, seq, prev, id, frames[3])
        return True

    def run(self):
        while True:
            self.catch_up()
            while self.follow():
                pass


def header_of(frames):
    _, _, seq, prev, _, id, _ = frames[1].decode().split()
    return frames[0].decode(), int(seq), int(prev), id


def read_file(path):
    """The last seq by key, and the file to append to: without the line that a kill cut short."""
    last = {}
    with open(path, "a+b") as f:
        f.seek(0)
        whole = 0
        for line in f:
            if line.endswith(b"\n"):
                whole += len(line)
                key, seq = line.decode().split("\t")[:2]
                last[key] = int(seq)
        os.truncate(path, whole)
    return last, open(path, "a", encoding="ascii")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    for name in ("live", "replay", "cursor"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("file")
    parser.add_argument("keys", nargs="+")
    o = parser.parse_args()
    Keeper(o.live, o.replay, o.cursor, o.file, o.keys).run()
