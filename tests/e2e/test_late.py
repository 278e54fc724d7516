#!/usr/bin/python3
"""A subscriber stopped for a while, and one that starts late, end with the same set by replay."""
import signal
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


if __name__ == "__main__":
    harness.main()
