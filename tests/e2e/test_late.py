#!/usr/bin/python3
"""Subscribers that were stopped, start late, or have the daemon keep their place end with the same set by replay."""
import signal
import zmq
import harness
from harness import Case, wait_for
from newsroom import made_article


class Late(Case):
    def test_stopped_and_late_subscribers_end_with_the_same_set(self):
        room = self.newsroom()
        daemon = self.daemon(room.write_config(self.folder, feeds=["gazette"])).start().ready()
        stopped = {kind: self.subscriber(kind, daemon, ["all/"]) for kind in ("c", "python")}
        for n in range(20):
            room.publish(made_article(n))
        for subscriber in stopped.values():
            wait_for(lambda: subscriber.has(20), "the first articles")
            subscriber.signal(signal.SIGSTOP)
        for n in range(20, 60):
            room.publish(made_article(n))
        wait_for(lambda: daemon.counter("articles_total") == 60, "all are published")
        late = {kind: self.subscriber(kind, daemon, ["all/"]) for kind in ("c", "python")}
        for subscriber in stopped.values():
            subscriber.signal(signal.SIGCONT)
        for subscriber in [*stopped.values(), *late.values()]:
            wait_for(lambda: subscriber.has(60), lambda: f"60 messages, have {len(subscriber.messages())}")
        sets = [[tuple(m[:4]) for m in s.messages()] for s in [*stopped.values(), *late.values()]]
        for other in sets[1:]:
            self.assertEqual(sets[0], other)
        self.assertEqual(len({m[2] for m in sets[0]}), 60)

    def test_a_cursor_outlives_its_subscriber_and_the_daemon(self):
        room = self.newsroom()
        daemon = self.daemon(room.write_config(self.folder, feeds=["gazette"])).start().ready()
        read = []
        for n in range(30):
            room.publish(made_article(n))
        wait_for(lambda: daemon.counter("articles_total") == 30, "all are published")
        while len(read) < 30:
            read += self.read_some_and_ack(daemon, 7)
            daemon.kill()
            daemon.start().ready()
        self.assertEqual(read, sorted(set(read)))
        self.assertEqual(len(read), 30)
        self.assertEqual(self.read_some_and_ack(daemon, 7), [])

    def read_some_and_ack(self, daemon, n):
        """A subscriber that forgets everything: up to n messages after the cursor, and the cursor moved."""
        with zmq.Context() as context, context.socket(zmq.DEALER) as peer:
            peer.linger, peer.rcvtimeo = 0, int(harness.PATIENCE_S * 1000)
            peer.connect(daemon.replay)
            peer.send_multipart([b"NWREPLAY1", b"cursor=desk\nkeys=all/\ncredit=%d" % n])
            seqs = []
            while len(seqs) < n:
                frames = peer.recv_multipart()
                if len(frames) == 1:
                    self.assertTrue(frames[0].startswith(b"END "), frames)
                    break
                seqs.append(int(frames[1].split()[2]))
            if seqs:
                peer.send(b"ACK desk %d" % seqs[-1])
                answer = peer.recv_multipart()
                if answer[0].startswith(b"END "):
                    answer = peer.recv_multipart()
                self.assertEqual(answer, [b"ACK desk %d" % seqs[-1]])
            return seqs


if __name__ == "__main__":
    harness.main()
