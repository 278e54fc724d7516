#!/usr/bin/python3
"""Visits that overlap with a reload, with trouble, with each other: nothing is lost, nobody waits for a stranger."""
import re, shutil, sqlite3, time
import harness
from harness import Case, UnixHTTP, wait_for
from newsroom import made_article


def lock(daemon):
    """Holds the journal as a person's own SQLite may: every write of the daemon fails until ROLLBACK."""
    other = sqlite3.connect(daemon.state / "journal.db", timeout=30, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other


def n_articles(daemon):
    reader = sqlite3.connect(f"file:{daemon.state}/journal.db?mode=ro", uri=True, timeout=30)
    try:
        return reader.execute("SELECT count(DISTINCT id) FROM journal WHERE kind <= 1").fetchone()[0]
    finally:
        reader.close()


class Visits(Case):
    def test_a_feed_is_not_visited_again_before_its_visit_has_ended(self):
        room, names = self.newsroom(), [f"f{n}" for n in range(12)]
        for n, name in enumerate(names):
            article = made_article(n)
            article.fault = "hang"  # so that the visit outlasts the interval, and is due again as it ends
            room.publish(article, feed=name)
        asked = lambda name: room.count(f"/feeds/{name}.xml")
        daemon = self.daemon(room.write_config(self.folder, timeout="3s")).start().ready()
        wait_for(lambda: all(room.count(made_article(n).path) for n in range(len(names))), "every page")
        for name in names:
            room.feed_faults[name] = "hang"
        wait_for(lambda: all(asked(name) >= 2 for name in names), "every feed again")
        self.assertEqual([f["id"] for f in daemon.ask("/v1/feeds") if not f["visiting"]], [],
                         "feeds that are being asked, and whose visit nobody knows of")
        room.write_config(self.folder, feeds=[], timeout="3s")
        daemon.reload()  # a removed feed whose visit is not known of is used after it was freed
        wait_for(lambda: daemon.process.poll() is not None or daemon.ask("/v1/status")["in_flight"] == 0, "all visits end")
        self.assertIsNone(daemon.process.poll(), daemon.log.read_text(errors="replace")[-3000:])

    def test_a_feed_whose_pages_hang_keeps_no_other_feed_waiting(self):
        stuck, good = self.newsroom(), self.newsroom()
        for n in range(60):
            article = made_article(n)
            article.fault = "hang"
            stuck.publish(article, feed="stuck")
        good.publish(made_article(100), feed="good")
        config = stuck.write_config(self.folder, in_flight=32, per_host=2, timeout="1h")
        (self.folder / "feeds.d" / "good.conf").write_text(f'feed "good" {{ url = "{good.base}/feeds/good.xml" }}\n')
        self.daemon(config).start().ready()
        wait_for(lambda: stuck.count(made_article(59).path) or stuck.count(made_article(0).path), "a page that hangs")
        good.publish(made_article(101), feed="good")
        wait_for(lambda: good.count(made_article(101).path), "the good feed is still polled, and its page fetched")

    def test_what_all_feeds_bring_at_once_is_bounded(self):
        room, n_feeds, in_flight = self.newsroom(), 32, 32
        articles = [made_article(n) for n in range(6 * n_feeds)]
        for n, article in enumerate(articles):
            article.fault = "hang"
            room.publish(article, feed=f"f{n % n_feeds}")
        config = room.write_config(self.folder, in_flight=in_flight, per_host=64, timeout="1h")
        daemon = self.daemon(config).start().ready()
        begun = lambda: sum(room.count(f"/feeds/f{n}.xml") for n in range(n_feeds))
        wait_for(lambda: begun() == n_feeds and daemon.ask("/v1/status")["in_flight"] >= 2 * in_flight, "every feed is read")
        for _ in range(50):
            self.assertLessEqual(daemon.ask("/v1/status")["in_flight"], 2 * in_flight)
            time.sleep(0.02)
        for article in articles:
            article.fault = ""
        room.released.set()
        wait_for(lambda: n_articles(daemon) == len(articles), lambda: f"{n_articles(daemon)} articles")

    def test_a_page_that_hangs_holds_up_no_other_of_its_feed_once_there_is_room(self):
        room, n_feeds = self.newsroom(), 32
        articles = [made_article(n) for n in range(6 * n_feeds)]
        articles[0].fault = "hang"  # the oldest of f0: begun while all feeds come at once
        for n, article in enumerate(articles):
            room.publish(article, feed=f"f{n % n_feeds}")
        daemon = self.daemon(room.write_config(self.folder, in_flight=16, per_host=64, timeout="1h")).start().ready()
        wait_for(lambda: n_articles(daemon) == len(articles) - 1, lambda: f"{n_articles(daemon)} articles")

    def test_trouble_that_ends_while_the_loop_is_busy_leaves_it_working(self):
        room = self.newsroom()
        room.publish(made_article(1), feed="a")
        config = room.write_config(self.folder)
        topics = self.folder / "topics.d"
        shutil.copytree(harness.ROOT / "etc" / "topics.d", topics)
        text = (topics / "libya.topic").read_text()
        for n in range(50 if "san" in str(harness.BIN) else 500):  # so that a reload takes a while
            (topics / f"libya{n}.topic").write_text(re.sub(r"(?m)^topic .*$", f"topic libya{n}", text))
        config.write_text(config.read_text().replace(f'"{harness.ROOT}/etc/topics.d"', '"topics.d"'))
        daemon = self.daemon(config).start().ready()
        wait_for(lambda: daemon.feed("a")["articles"] == 1, "the first")
        for _ in range(4):
            said, other = len(daemon.log.read_text()), lock(daemon)
            while "cannot write" not in daemon.log.read_text()[said:]:
                daemon.reload()
                time.sleep(0.1)
            other.execute("ROLLBACK")
            other.close()
            wait_for(lambda: "is written again" in daemon.log.read_text()[said:], "recovery")
            connection = UnixHTTP(daemon.runtime / "control.sock")
            connection.connect()
            connection.sock.settimeout(30)
            connection.request("GET", "/v1/status")
            try:
                connection.getresponse().read()
            except TimeoutError:
                daemon.kill()
                self.fail("the loop answers no more")
            finally:
                connection.close()

    def test_removed_and_added_again_while_its_visit_runs_nothing_is_lost(self):
        room, first, second = self.newsroom(), made_article(1), made_article(2)
        room.publish(first, feed="f")
        clock = self.newsroom()  # another host, whose feed tells that time has passed
        config = room.write_config(self.folder, feeds=["f"], timeout="1h")
        (self.folder / "feeds.d" / "clock.conf").write_text(f'feed "clock" {{ url = "{clock.base}/feeds/clock.xml" }}\n')
        clock.feeds["clock"] = []
        daemon = self.daemon(config).start().ready()
        wait_for(lambda: n_articles(daemon) == 1, "the first")
        second.fault = "hang"
        room.publish(second, feed="f")
        wait_for(lambda: room.count(second.path), "the page that hangs")
        room.write_config(self.folder, feeds=[], timeout="1h")
        daemon.reload()
        wait_for(lambda: daemon.ask("/v1/status")["feeds"] == 1, "removed")
        room.write_config(self.folder, feeds=["f"], timeout="1h")
        daemon.reload()
        wait_for(lambda: daemon.ask("/v1/status")["feeds"] == 2, "added again")
        end = clock.count("/feeds/clock.xml") + 3  # by then a visit may have taken the article for known
        wait_for(lambda: clock.count("/feeds/clock.xml") >= end, "time passes")
        daemon.kill()
        second.fault = ""
        daemon.start().ready()
        wait_for(lambda: n_articles(daemon) == 2, "both articles", patience=30)


if __name__ == "__main__":
    harness.main()
