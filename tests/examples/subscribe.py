#!/usr/bin/python3
"""Follows a newswired with pyzmq and fills gaps: a line a message, key, seq, id and the text's SHA-256."""
import argparse, hashlib, itertools, json, sys, time, zmq


class Follower:
    def __init__(self, live, replay, keys, start=None):
        self.endpoint, self.keys = replay, keys
        self.base = start  # everything up to this seq is had, under every key; None: from now on
        self.last = {}     # beyond it: the last seq had, by key
        self.sub = zmq.Context.instance().socket(zmq.SUB)
        self.sub.sndhwm = self.sub.rcvhwm = 0  # a full queue loses subscriptions, and makes libzmq abort
        self.sub.connect(live)
        for key in [*keys, "sys/heartbeat"]:
            self.sub.subscribe(key)

    def has(self, key, seq):
        return seq <= max(self.base, self.last.get(key, 0))

    def has_all(self, lasts):
        return all(self.has(key, seq) for key, seq in lasts.items() if key.startswith(tuple(self.keys)))

    def take(self, key, seq, id, text):
        if not self.has(key, seq):
            self.last[key] = seq
            yield key, seq, id, text

    def __iter__(self):
        if self.base is not None:
            yield from self.replay()
        while True:
            key, header, *body = self.sub.recv_multipart()
            key, (_, kind, seq, prev, _, id, _) = key.decode(), header.decode().split()
            seq, prev, beats = int(seq), int(prev), kind == "heartbeat"
            if self.base is None:
                self.base = seq if beats else seq - 1
            if beats and seq >= self.base and self.has_all(json.loads(body[0])["last"]):
                self.base = seq
            elif beats or not self.has(key, prev):  # something was lost; the replay brings this message too
                yield from self.replay()
            else:
                yield from self.take(key, seq, id, body[1])

    def replay(self):
        """Everything after base that is not had yet; then base is where the journal ends."""
        while not (yield from self.attempt()):
            time.sleep(0.2)

    def attempt(self):
        with zmq.Context.instance().socket(zmq.DEALER) as dealer:
            dealer.linger = 0
            dealer.connect(self.endpoint)
            dealer.send_multipart([b"NWREPLAY1", f"from={self.base + 1}\nkeys={','.join(self.keys)}".encode()])
            while dealer.poll(5000):  # longer: the daemon went away
                frames = [frame.decode() for frame in dealer.recv_multipart()]
                words = frames[min(1, len(frames) - 1)].split()
                if words[0] == "ERR":
                    return words[1] != "busy:" and sys.exit(frames[0])
                if words[0] == "END":
                    other = int(words[1]) < self.base  # another journal, to be read from its start
                    self.base, self.last = (0 if other else int(words[1])), {}
                    return not other
                if words[0] == "NW1":
                    dealer.send(b"MORE 1")
                    self.base = max(self.base, int(words[2]) - 1)  # all before it has come
                    yield from self.take(frames[0], int(words[2]), words[5], frames[3].encode())
            return False


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--live", default="tcp://127.0.0.1:7340")
    parser.add_argument("--replay", default="tcp://127.0.0.1:7341")
    parser.add_argument("--from", dest="start", type=int, help="everything after this seq; without it, from now on")
    parser.add_argument("--count", type=int, help="stop after so many messages")
    parser.add_argument("keys", nargs="*", default=["all/"])
    o = parser.parse_args()
    for key, seq, id, text in itertools.islice(Follower(o.live, o.replay, o.keys, o.start), o.count):
        print(key, seq, id, hashlib.sha256(text).hexdigest(), flush=True)
