#!/usr/bin/python3
"""Clients that do not do as newswire-bus(7) says must not pass the lossy transcript: so it can fail, and says why."""
import sys, tempfile, unittest
import clients, transcript

QUIET_S = 4  # how long one is waited for who never does what is waited for

NAIVE = """
import json, sys, zmq
sub = zmq.Context.instance().socket(zmq.SUB)
sub.connect(sys.argv[1])
for key in [*sys.argv[4:], "sys/heartbeat"]:
    sub.subscribe(key)
while True:
    key, header, body, *_ = sub.recv_multipart()
    _, kind, seq, _, _, id, version = header.decode().split()
    print(seq, key.decode(), id, version, json.loads(body).get("title"), sep="\\t", flush=True)
"""


class Naive(unittest.TestCase):
    def fails(self, source, quiet=transcript.PATIENCE_S):
        """Why the transcript refuses a client with this source."""
        with tempfile.NamedTemporaryFile("w", suffix=".py") as program:
            program.write(source)
            program.flush()
            command = lambda live, endpoint, after, keys: [
                "/usr/bin/python3", program.name, live, endpoint, str(after), *keys]
            with self.assertRaises(transcript.Failed) as caught:
                transcript.play(command, list(transcript.golden_lines()), quiet)
        return str(caught.exception)

    def spoilt(self, good, bad, **kwargs):
        """The same of the shown client in Python, with something in it made wrong."""
        source = (clients.SOURCES / "subscribe.py").read_text()
        self.assertEqual(source.count(good), 1, f"subscribe.py has no {good}")
        return self.fails(source.replace(good, bad).replace("poll(5000)", "poll(1000)"), **kwargs)

    def test_who_only_subscribes_prints_what_comes_after_a_gap(self):
        self.assertIn("line 1 is '4\\tall/", self.fails(NAIVE))

    def test_who_replays_everything_is_told(self):
        self.assertIn("for more than the hole", self.spoilt("from={self.base + 1}", "from=1"))

    def test_who_asks_for_too_little_is_told(self):
        self.assertIn("for less than the hole", self.spoilt("from={self.base + 1}", "from={self.base + 2}"))

    def test_who_never_gives_credit_is_told(self):
        self.assertIn("never gave more credit", self.spoilt('            dealer.send(b"MORE 1")\n', "", quiet=QUIET_S))

    def test_who_drops_by_number_alone_loses_what_is_under_another_key(self):
        self.assertIn("line ", self.spoilt("self.last.get(key, 0)", "max(self.last.values(), default=0)"))

    def test_who_does_not_drop_repeats(self):
        self.assertIn("line ", self.spoilt("if self.lacks(m.key, m.seq):", "if m.key:"))

    def test_who_does_not_look_at_heartbeats_never_asks(self):
        self.assertIn("never asked for a replay", self.spoilt(
            'json.loads(m.json)["last"] if beats else', "{} if beats else", quiet=QUIET_S))


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
