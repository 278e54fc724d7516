#!/usr/bin/python3
"""The whole way: every article of the newsroom reaches a subscriber in C and one in Python, once under each key, byte for byte."""
import collections, hashlib, itertools
import zmq
import harness
from harness import GOLDEN, Case, wait_for
from newsroom import made_article, read_articles


def digest(text):
    return hashlib.sha256(text).hexdigest()


class Walk(Case):
    def expected(self, articles):
        """Every (key, text digest) that must arrive, each once."""
        want = collections.Counter()
        for a in articles:
            text = digest((GOLDEN / f"{a.slug}.txt").read_bytes())
            for key in ["all/", *(f"topic/{tag}/" for tag in a.tags)]:
                want[key, text] += 1
        return want

    def listen(self, daemon):
        """Everything live, from before the daemon is there; and everything by replay."""
        context = zmq.Context()
        self.addCleanup(context.term)
        live, replay = context.socket(zmq.SUB), context.socket(zmq.DEALER)
        self.addCleanup(live.close, linger=0)
        self.addCleanup(replay.close, linger=0)
        live.rcvhwm = 0
        live.connect(daemon.live)
        live.subscribe("all/")
        live.subscribe("topic/")
        replay.connect(daemon.replay)
        return live, replay

    def replayed(self, replay):
        replay.send_multipart([b"NWREPLAY1", b"from=1\nkeys=all/,topic/\ncredit=100000"])
        return list(itertools.takewhile(lambda frames: len(frames) == 4, iter(replay.recv_multipart, None)))

    def received(self, live):
        while live.poll(0):
            yield live.recv_multipart()

    def check(self, subscriber, replayed):
        """Every message once, and in the order of the journal under each key."""
        n = len(replayed)
        wait_for(lambda: subscriber.has(n), lambda: f"{n} messages, have {len(subscriber.messages())}")
        for key in {frames[0] for frames in replayed}:
            want = [[*words[2:3], *words[5:]] for words in (f[1].decode().split() for f in replayed if f[0] == key)]
            got = [m[1:4] for m in subscriber.messages() if m[0] == key.decode()]
            self.assertEqual(got, want, key)
        self.assertEqual(len(subscriber.messages()), n)

    def test_every_article_comes_once_under_each_of_its_keys(self):
        articles = read_articles()
        room = self.newsroom()
        for a in articles:
            room.publish(a)
        daemon = self.daemon(room.write_config(self.folder, timeout="3s"))
        live, replay = self.listen(daemon)
        daemon.start().ready()
        subscribers = [self.subscriber(kind, daemon, ["all/", "topic/"]) for kind in ("c", "python")]
        want = self.expected(articles)
        wait_for(lambda: subscribers[0].has(sum(want.values())), "every article under every key")
        messages = self.replayed(replay)
        self.assertEqual(collections.Counter((f[0].decode(), digest(f[3])) for f in messages), want)
        for subscriber in subscribers:
            self.check(subscriber, messages)
        for fault in ("redirect", "500-once", "truncated-once", "hang-once"):
            self.assertTrue(any(a.fault == fault for a in articles), f"no article has the fault {fault}")
        wait_for(lambda: room.count("/feeds/gazette.xml", 304) >= 2, "the feed answers 304")
        self.assertEqual(room.count("/feeds/gazette.xml", 200), 1, "the feed was read again though it had not changed")
        for subscriber in subscribers:  # nothing more came meanwhile
            self.check(subscriber, messages)
        heard = list(self.received(live))
        self.assertTrue(heard, "nothing came live")
        for frames in heard:
            self.assertIn(frames, messages, "live and replayed differ")

    def test_a_changed_article_comes_again_as_an_update(self):
        room = self.newsroom()
        article = made_article(1)
        room.publish(article)
        daemon = self.daemon(room.write_config(self.folder)).start().ready()
        _, replay = self.listen(daemon)
        subscriber = self.subscriber("python", daemon, ["all/"])
        wait_for(lambda: subscriber.has(1), "the article")
        article.paragraphs[0] = "The council corrected its own minutes, and nothing in them is as it was, it said on Friday."
        wait_for(lambda: subscriber.has(2), "its update")
        first, second = subscriber.messages()[:2]
        self.assertEqual(first[2], second[2], "an update has the same id")
        self.assertEqual([first[3], second[3]], ["v1", "v2"])
        self.assertEqual(self.replayed(replay)[-1][3], article.text().encode())

    def test_the_same_story_in_two_feeds_is_one_article(self):
        room = self.newsroom()
        article = made_article(2)
        room.publish(article, feed="one")
        room.publish(article, feed="two")
        room.publish(made_article(3), feed="two")
        daemon = self.daemon(room.write_config(self.folder)).start().ready()
        wait_for(lambda: daemon.feed("one")["state"] == daemon.feed("two")["state"] == "not-modified", "both feeds read")
        self.assertEqual(daemon.counter("articles_total"), 2)


if __name__ == "__main__":
    harness.main()
