#!/usr/bin/python3
"""kill -9 at random moments while articles arrive: the subscriber ends with every article, none twice, no gap."""
import collections, os, random, threading
import harness
from harness import Case, wait_for
from kills import Campaign
from newsroom import made_article

KILLS = int(os.environ.get("NW_KILLS", "20"))
ARTICLES = KILLS * 12


class Kill(Case):
    def test_nothing_is_lost_or_repeated(self):
        seed = int(os.environ.get("NW_SEED", random.randrange(1 << 32)))
        print(f"NW_SEED={seed}", flush=True)
        dice, room = random.Random(seed), self.newsroom()
        articles = [made_article(n, topic="libya" if n % 3 == 0 else None) for n in range(ARTICLES)]
        daemon = self.daemon(room.write_config(self.folder, feeds=["gazette"]))
        subscribers = [self.subscriber(kind, daemon, ["all/", "topic/libya/"]) for kind in ("c", "python")]
        published = threading.Event()

        def publish():
            for article in articles:
                room.publish(article)
                published.wait(dice.uniform(0, 0.05))

        publisher = threading.Thread(target=publish)
        publisher.start()
        self.addCleanup(lambda: (published.set(), publisher.join()))
        for _ in range(KILLS):
            daemon.start()
            # Anywhere from before it is ready to in the middle of its work.
            published.wait(dice.uniform(0, 0.6))
            daemon.kill()
        published.set()
        publisher.join()
        daemon.start().ready()
        n_tagged = sum(n % 3 == 0 for n in range(ARTICLES))
        for subscriber in subscribers:
            wait_for(lambda: subscriber.has(ARTICLES + n_tagged),
                     lambda: f"{ARTICLES + n_tagged} messages, have {[len(s.messages()) for s in subscribers]}; "
                             f"{daemon.feed('gazette')} {daemon.ask('/v1/status')}")
            self.check(subscriber.messages(), n_tagged)

    def test_nor_when_the_subscribers_are_killed_too(self):
        """kills.sh in short: each ends with exactly what was published, in the journal's order."""
        seed = int(os.environ.get("NW_SEED", random.randrange(1 << 32)))
        print(f"NW_SEED={seed}", flush=True)
        campaign = Campaign(KILLS, KILLS * 50, seed, self.folder)
        self.addCleanup(campaign.stop)
        self.assertEqual(campaign.run(), [])

    def check(self, messages, n_tagged):
        for key, n in (("all/", ARTICLES), ("topic/libya/", n_tagged)):
            ids = collections.Counter(m[2] for m in messages if m[0] == key)
            seqs = [int(m[1]) for m in messages if m[0] == key]
            self.assertEqual(len(ids), n, f"{key}: every article")
            self.assertEqual(max(ids.values()), 1, f"{key}: none twice")
            self.assertEqual(seqs, sorted(set(seqs)), f"{key}: in order")


if __name__ == "__main__":
    harness.main()
