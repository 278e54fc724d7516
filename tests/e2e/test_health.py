#!/usr/bin/python3
"""What the daemon says of itself on the bus: a feed's changes of state and reloads, live and by replay."""
import json
import zmq
import harness
from harness import PATIENCE_S, Case, wait_for
from newsroom import made_article


class Health(Case):
    def setUp(self):
        super().setUp()
        self.context = zmq.Context()
        self.addCleanup(self.context.term)

    def socket(self, kind, endpoint):
        socket = self.context.socket(kind)
        self.addCleanup(socket.close, linger=0)
        socket.rcvtimeo = int(PATIENCE_S * 1000)
        socket.connect(endpoint)
        return socket

    def listen(self, daemon):
        """A SUB to sys/ whose subscription is in force, as its first heartbeat tells."""
        sub = self.socket(zmq.SUB, daemon.live)
        sub.subscribe(b"sys/")
        self.assertEqual(sub.recv_multipart()[0], b"sys/heartbeat")
        return sub

    def next(self, sub):
        while True:
            frames = sub.recv_multipart()
            if frames[0] != b"sys/heartbeat":
                return frames

    def said(self, frames):
        return json.loads(frames[2])["_newswire"]

    def test_a_feeds_states_are_published_and_replayed(self):
        room = self.newsroom()
        room.publish(made_article(1))
        daemon = self.daemon(room.write_config(self.folder)).start().ready()
        sub = self.listen(daemon)
        wait_for(lambda: daemon.feed("gazette")["articles"] == 1, "it works")
        room.feed_faults["gazette"] = "500"
        frames = self.next(sub)
        self.assertEqual(frames[0], b"sys/feed/gazette/")
        self.assertRegex(frames[1], rb"^NW1 health \d+ 0 \d+ - v1$")
        self.assertEqual(self.said(frames)["state"], "http-5xx")
        self.assertTrue(self.said(frames)["reason"])
        del room.feed_faults["gazette"]
        back = self.next(sub)
        self.assertFalse(self.said(back)["failing"])
        self.assertEqual(self.said(back)["was"], "http-5xx")
        self.assertEqual(back[1].split()[3], frames[1].split()[2], "prev")
        self.assertEqual(back[3].decode(), json.loads(back[2])["title"] + "\n")
        dealer = self.socket(zmq.DEALER, daemon.replay)
        dealer.send_multipart([b"NWREPLAY1", b"from=1\nkeys=sys/feed/gazette/"])
        self.assertEqual([dealer.recv_multipart() for _ in range(2)], [frames, back])

    def test_a_reload_is_published_and_a_refused_one_with_the_place_alone(self):
        room = self.newsroom()
        config = room.write_config(self.folder, feeds=["gazette"])
        good = config.read_text()
        daemon = self.daemon(config).start().ready()
        sub = self.socket(zmq.SUB, daemon.live)
        sub.subscribe(b"sys/reload/")
        sub.subscribe(b"sys/heartbeat")
        sub.recv_multipart()
        config.write_bytes(good.encode() + b"no-such-\xff-secret = 1\n")
        daemon.reload()
        refused = self.next(sub)
        self.assertEqual(refused[0], b"sys/reload/")
        self.assertEqual(self.said(refused)["reload"], "refused")
        line = good.count("\n") + 1
        self.assertRegex(self.said(refused)["reason"], rf"^newswired.conf:{line}:\d+, the log says why$")
        self.assertNotIn(b"secret", b"".join(refused))
        self.assertEqual(refused[3].decode(), json.loads(refused[2])["title"] + "\n")
        config.write_text(good)
        daemon.reload()
        taken = self.next(sub)
        self.assertEqual(self.said(taken)["reload"], "taken")
        self.assertEqual(self.said(taken)["feeds"], 1)
        self.assertEqual(taken[1].split()[3], refused[1].split()[2], "prev")


if __name__ == "__main__":
    harness.main()
