#!/usr/bin/python3
"""The journal trimmed: a live cursor holds it, an operator sees and ends that, and nothing is published twice for it."""
import json, sqlite3, subprocess, time
import zmq
import harness
from harness import BIN, PATIENCE_S, Case, wait_for
from newsroom import made_article

ARTICLES = 20


class Trim(Case):
    def setUp(self):
        super().setUp()
        self.context, self.reloaded = zmq.Context(), 0
        self.addCleanup(lambda: self.context.destroy(linger=0))

    def newswire(self, *arguments):
        return subprocess.run([BIN / "newswire", *arguments, "--runtime", self.a_daemon.runtime], capture_output=True, text=True,
                              timeout=PATIENCE_S, check=False)

    def ask_bus(self, *frames):
        dealer = self.context.socket(zmq.DEALER)
        dealer.setsockopt(zmq.RCVTIMEO, int(PATIENCE_S * 1000))
        dealer.connect(self.a_daemon.replay)
        dealer.send_multipart([frame.encode() for frame in frames])
        answers = [dealer.recv_multipart()]
        while len(answers[-1]) > 1 or answers[-1][0].startswith(b"GONE"):
            answers.append(dealer.recv_multipart())
        dealer.close()
        return answers

    def is_trimmed_past(self, seq):
        """A reload has it look at once; what is not a second old yet, such as what it says of a reload, goes later."""
        if time.monotonic() > self.reloaded + 0.5:
            self.a_daemon.reload()
            self.reloaded = time.monotonic()
        return self.a_daemon.ask("/v1/status")["oldest"] > seq

    def test_cursors_hold_the_journal_until_they_are_forgotten(self):
        room = self.newsroom()
        for n in range(ARTICLES):
            room.publish(made_article(n))
        self.a_daemon = daemon = self.daemon(room.write_config(self.folder, keep="1s")).start().ready()
        wait_for(lambda: daemon.counter("articles_total") == ARTICLES, "all articles")
        newest = daemon.ask("/v1/status")["newest"]
        self.assertEqual(self.ask_bus("ACK desk 5"), [[b"ACK desk 5"]])
        wait_for(lambda: self.is_trimmed_past(5), lambda: f"trimmed to the cursor: {daemon.ask('/v1/status')}")
        self.assertEqual(daemon.ask("/v1/status")["oldest"], 6)
        cursor, = json.loads(self.newswire("cursors", "--json").stdout)
        self.assertEqual((cursor["name"], cursor["seq"]), ("desk", 5))
        self.assertGreaterEqual(cursor["behind"], newest - 5)
        self.assertTrue(self.newswire("cursors").stdout.startswith("desk\tat 5\t"))
        self.assertEqual(self.newswire("cursors", "--forget", "nobody").returncode, 1)
        self.assertEqual(self.newswire("cursors", "--forget", "desk").returncode, 0)
        wait_for(lambda: self.newswire("cursors").stdout == "", "the cursor is forgotten")
        wait_for(lambda: self.is_trimmed_past(newest), "all is trimmed")
        self.assertTrue(self.ask_bus("NWREPLAY1", "from=1\nkeys=all/")[0][0].startswith(b"GONE "))

    def test_what_a_feed_still_lists_is_not_published_again(self):
        room = self.newsroom()
        for n in range(ARTICLES):
            room.publish(made_article(n))
        self.a_daemon = daemon = self.daemon(room.write_config(self.folder, keep="1s", heartbeat="100ms"))
        subscriber = None
        for n in range(ARTICLES, ARTICLES + 3):
            daemon.start().ready()
            subscriber = subscriber or self.subscriber("python", daemon, ["all/"])
            wait_for(lambda: subscriber.has(n), lambda: f"{n} articles, have {subscriber.messages()}")
            newest = daemon.ask("/v1/status")["newest"]
            wait_for(lambda: self.is_trimmed_past(newest), "all is trimmed")
            daemon.kill()
            room.publish(made_article(n))  # the feed is another now: no 304
        daemon.start().ready()
        wait_for(lambda: subscriber.has(ARTICLES + 3), "the last one")
        ids = [message[2] for message in subscriber.messages()]
        self.assertEqual(len(ids), len(set(ids)), "none twice")

    def test_how_much_is_known_again_is_a_matter_of_the_start(self):
        """Less is known again after a restart; a reload says so, and must not take it from the journal already."""
        room, articles = self.newsroom(), 600
        for n in range(articles):
            room.publish(made_article(n), feed="whole")
        room.whole.add("whole")
        self.a_daemon = daemon = self.daemon(room.write_config(self.folder, keep="1s")).start().ready()
        wait_for(lambda: daemon.counter("articles_total") == articles, "all articles")
        identities = lambda: sqlite3.connect(daemon.state / "journal.db").execute("SELECT count(*) FROM identity").fetchone()[0]
        known = identities()
        self.assertGreater(known, 1000)
        room.write_config(self.folder, keep="1s", remember=1000)
        wait_for(lambda: self.is_trimmed_past(articles - 1), "all is trimmed")
        self.assertIn("option=remember", daemon.log.read_text())
        self.assertEqual(identities(), known)


if __name__ == "__main__":
    harness.main()
