#!/usr/bin/python3
"""subscribe.py LIVE REPLAY SEQ KEY...: prints what comes after SEQ (-1: from now on), with pyzmq, each once."""
import collections, json, sys, time, zmq

Message = collections.namedtuple("Message", "key kind seq prev id version json")


def read(frames):
    words = frames[1].decode().split() if len(frames) > 2 else []
    if len(words) == 7 and words[0] == "NW1":
        return Message(frames[0].decode(), words[1], int(words[2]), int(words[3]), *words[5:], frames[2])
    return Message("", "", 0, 0, "", "", b"")  # frames that we do not know


class Position:
    def __init__(self, base, keys):
        self.keys, self.base, self.last = tuple(keys), base, {}  # all up to base is had, and by key all up to last

    def lacks(self, key, seq):
        return key.startswith(self.keys) and seq > max(self.base, self.last.get(key, 0))

    def hear(self, m):  # a live message; whether it tells of a loss, and comes with the replay
        beats = m.kind == "heartbeat"
        self.base = self.base if self.base >= 0 else m.seq if beats else m.seq - 1
        had = json.loads(m.json)["last"] if beats else {m.key: m.prev}
        lost = beats and m.seq < self.base or any(self.lacks(*one) for one in had.items())
        self.base = m.seq if beats and not lost else self.base
        return lost or self.take(m)

    def take(self, m):
        if self.lacks(m.key, m.seq):
            self.last[m.key] = m.seq  # also of another kind, which is passed over
            if m.kind in ("item", "update"):
                print(m.seq, m.key, m.id, m.version, json.loads(m.json).get("title", ""), sep="\t", flush=True)

    def request(self):
        return [b"NWREPLAY1", f"from={self.base + 1}\nkeys={','.join(self.keys)}".encode()]

    def answer(self, frames):  # one of a replay; True: that was its end; False: it is to be asked for again
        m, words = read(frames), frames[0].decode().split()
        if m.key:
            self.base = max(self.base, m.seq - 1)  # all before it has come
            self.take(m)
        elif words[0] == "GONE":
            self.base = max(self.base, int(words[1]) - 1)
        elif words[0] == "ERR":
            return False if words[1].startswith("busy") else sys.exit(" ".join(words))
        elif words[0] == "END":
            same = int(words[1]) >= self.base  # else it is another journal, to be read from its start
            self.base, self.last = (int(words[1]) if same else 0), {}
            return same


def replay(endpoint, at):
    with zmq.Context.instance().socket(zmq.DEALER) as dealer:  # a new one: nothing of an earlier replay is in it
        dealer.linger, ended = 0, None
        dealer.connect(endpoint)
        dealer.send_multipart(at.request())
        while ended is None and dealer.poll(5000):  # nothing for so long: the daemon went away
            ended = at.answer(dealer.recv_multipart())
            dealer.send(b"MORE 1")
        return ended


def follow(live, endpoint, at):
    sub = zmq.Context.instance().socket(zmq.SUB)
    sub.sndhwm = sub.rcvhwm = 0  # a full queue loses subscriptions, and makes libzmq abort
    sub.connect(live)
    for key in [*at.keys, "sys/heartbeat"]:
        sub.subscribe(key)
    lost = at.base >= 0
    while True:
        while lost and not replay(endpoint, at):
            time.sleep(0.2)
        lost = at.hear(read(sub.recv_multipart()))


if __name__ == "__main__":
    follow(*sys.argv[1:3], Position(int(sys.argv[3]), sys.argv[4:]))
