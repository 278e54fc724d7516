#!/usr/bin/python3
"""Every client of tests/examples with the real daemon: each article of the newsroom once, and the same lines from all."""
import unittest
import clients, harness
from harness import Case, wait_for
from newsroom import made_article, read_articles

KEYS = ["all/", "topic/"]


class Clients(Case):
    def started(self, daemon):
        for kind in clients.KINDS:
            try:
                yield self.subscriber(kind, daemon, KEYS)
            except unittest.SkipTest as skipped:
                print(f"skipped: {kind}: {skipped}", flush=True)

    def test_all_print_the_same(self):
        room, articles = self.newsroom(), read_articles()
        for article in articles[::2]:
            room.publish(article)
        changed = made_article(1)
        room.publish(changed)
        daemon = self.daemon(room.write_config(self.folder, feeds=["gazette", "courier", "sada"], timeout="3s")).start().ready()
        wait_for(lambda: daemon.counter("articles_total") == len(articles[::2]) + 1, "those that come by replay")
        subscribers = list(self.started(daemon))
        for article in articles[1::2]:
            room.publish(article)
        wait_for(lambda: daemon.counter("articles_total") == len(articles) + 1, "all articles")
        changed.paragraphs[0] = "The council corrected its own minutes, and nothing in them is as it was, it said on Friday."
        n = len(articles) + 2 + sum(len(article.tags) for article in articles)
        for subscriber in subscribers:
            if subscriber.kind in ("shell", "jq"):
                self.once(subscriber, len(articles) + 2, subscribers[0].lines())
            else:
                wait_for(lambda: subscriber.has(n), lambda: f"{n} lines of {subscriber.kind}, not {len(subscriber.lines())}")
                self.same(subscriber, n, subscribers[0].lines())

    def same(self, subscriber, n, first):
        self.assertEqual(len(subscriber.lines()), n)
        self.assertEqual((len(subscriber.lines()), len(set(subscriber.lines()))), (n, n), "none twice")
        for key in {line.split("\t")[1] for line in first}:
            mine, theirs = ([line for line in lines if line.split("\t")[1] == key] for lines in (subscriber.lines(), first))
            self.assertEqual(mine, theirs, f"{subscriber.kind} under {key}")

    def once(self, subscriber, n, first):
        """newswire tail shows an article once, whichever of its keys it came under first."""
        wait_for(lambda: subscriber.has(n), lambda: f"{n} lines of {subscriber.kind}, not {len(subscriber.lines())}")
        drop = (lambda row: row[:1] + row[2:]) if subscriber.kind == "shell" else lambda row: row
        want = clients.expected(subscriber.kind, sorted(first, key=lambda line: int(line.split("\t")[0])))
        mine, theirs = ([drop(line.split("\t")) for line in lines] for lines in (subscriber.lines(), want))
        self.assertEqual(mine, theirs, subscriber.kind)


if __name__ == "__main__":
    harness.main()
