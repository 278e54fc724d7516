#!/usr/bin/python3
"""Stories: near-copies and rewrites are one, counted right, told live and by replay, and the same after a restart."""
import json, sqlite3, subprocess
import zmq
import harness
from harness import BIN, PATIENCE_S, Case, wait_for
from newsroom import read_articles
from test_odd import Publisher


class Story(Case):
    def setUp(self):
        super().setUp()
        self.articles = {a.slug: a for a in read_articles()}
        for article in self.articles.values():
            article.fault = ""
        self.context = zmq.Context()
        self.addCleanup(self.context.term)
        self.room = self.newsroom()

    def begin(self, *slugs, feeds=("gazette", "courier")):
        """A daemon that has read these, one after the other, so that the order is known."""
        daemon = self.daemon(self.room.write_config(self.folder, feeds=list(feeds))).start().ready()
        for slug in slugs:
            self.publish(daemon, self.articles[slug])
        return daemon

    def publish(self, daemon, article, feed=None):
        n = daemon.counter("articles_total")
        self.room.publish(article, feed)
        wait_for(lambda: daemon.counter("articles_total") > n, article.slug)

    def correct(self, daemon, article, paragraph):
        n = daemon.counter("articles_total")
        article.paragraphs[0] = paragraph
        wait_for(lambda: daemon.counter("articles_total") > n, "the new version")

    def socket(self, kind, endpoint):
        socket = self.context.socket(kind)
        self.addCleanup(socket.close, linger=0)
        socket.rcvtimeo = int(PATIENCE_S * 1000)
        socket.connect(endpoint)
        return socket

    def replayed(self, daemon, keys):
        dealer = self.socket(zmq.DEALER, daemon.replay)
        dealer.send_multipart([b"NWREPLAY1", f"from=1\nkeys={keys}\ncredit=100000".encode()])
        messages = []
        while len(frames := dealer.recv_multipart()) == 4:
            messages.append(frames)
        return messages

    def of_articles(self, daemon):
        """The member story of each article, by its title; of the newest version."""
        found = {}
        for frames in self.replayed(daemon, "all/"):
            item = json.loads(frames[2])
            found[item["title"]] = item["_newswire"].get("story")
        return found

    def told(self, daemon, key="story/libya/"):
        return [json.loads(frames[2])["_newswire"]["story"] for frames in self.replayed(daemon, key)]

    def stories(self, daemon, *arguments):
        answer = subprocess.run([BIN / "newswire", "stories", "--json", "--runtime", daemon.runtime, *arguments],
                                stdout=subprocess.PIPE, check=True, timeout=PATIENCE_S)
        return json.loads(answer.stdout)

    def story(self, daemon, title):
        return next(s for s in self.stories(daemon, "--all") if s["title"] == title)

    def test_near_copies_are_one_story_and_one_source(self):
        daemon = self.begin("01-sirte-truce", "04-football-truce", "02-sirte-copy", "13-mercenaries", "18-mercenaries-copy")
        found = self.of_articles(daemon)
        for first, copy in (("01-sirte-truce", "02-sirte-copy"), ("13-mercenaries", "18-mercenaries-copy")):
            one, other = found[self.articles[first].title], found[self.articles[copy].title]
            self.assertEqual((one["new"], one["copy"], one["articles"], one["sources"]), (True, False, 1, 1))
            self.assertEqual((other["new"], other["copy"], other["articles"], other["sources"]), (False, True, 2, 1))
            self.assertEqual((one["id"], one["first"], one["title"]), (other["id"], other["first"], self.articles[first].title))
            self.assertEqual(other["title"], one["title"])
        self.assertEqual(len({s["id"] for s in found.values()}), 3)
        self.assertEqual([daemon.counter(f"stories_{what}_total") for what in ("opened", "joined", "copies")], [3, 2, 2])

    def test_what_is_old_is_closed_at_the_next_start_and_told_once(self):
        daemon = self.begin("01-sirte-truce", "02-sirte-copy", "13-mercenaries")
        for _ in range(2):
            daemon.stop()
            journal = sqlite3.connect(daemon.state / "journal.db")
            with journal:
                journal.execute("UPDATE sketch SET seen_s = seen_s - 30 * 86400, published_s = published_s - 30 * 86400")
            journal.close()
            daemon.start().ready()
            wait_for(lambda: any(s["change"] == "closed" for s in self.told(daemon)), lambda: self.told(daemon))
        closed = [s for s in self.told(daemon) if s["change"] == "closed"]
        self.assertEqual([(s["articles"], s["id"]) for s in closed], [(2, self.story(daemon, self.articles["01-sirte-truce"].title)["id"])])
        self.assertNotIn("error", daemon.log.read_text())

    def other_words(self):
        """The truce as another house reports it: no sentence in common."""
        article = self.articles["02-sirte-copy"]
        article.slug, article.title = "20-sirte-other-words", "Ceasefire around Sirte: Libya's rival commanders sign, UN mission says"
        article.paragraphs = [
            "A ceasefire around Sirte was signed on Thursday by commanders of Libya's two rival camps, according to the UN mission.",
            "The truce starts at midnight. Shelling had closed the coastal road for nine days; a joint committee of the Libyan "
            "National Army and the Tripoli government is to record violations of it.",
            "In Tripoli the envoy of the United Nations told journalists that prisoners are to be exchanged within the week.",
            "Artillery was still heard south of Sirte in the evening, residents of the city said."]
        return article

    def test_a_story_is_told_when_it_opens_grows_and_is_corrected_live_as_by_replay(self):
        daemon = self.begin(feeds=("gazette",))
        sub = self.socket(zmq.SUB, daemon.live)
        sub.subscribe(b"story/libya/")
        sub.subscribe(b"sys/heartbeat")
        sub.recv_multipart()
        elsewhere = self.newsroom(host="127.0.0.2")
        first, second = self.articles["01-sirte-truce"], self.other_words()
        self.publish(daemon, first)
        n = daemon.counter("articles_total")
        elsewhere.publish(second)
        (self.folder / "feeds.d" / "elsewhere.conf").write_text(
            f'feed "elsewhere" {{ url = "{elsewhere.base}/feeds/courier.xml" }}\n')
        daemon.reload()
        wait_for(lambda: daemon.counter("articles_total") > n, "the other report")
        self.correct(daemon, first, first.paragraphs[0].replace("nine days", "eleven days"))
        live = []
        while len(live) < 3:
            frames = sub.recv_multipart()
            if not frames[0].startswith(b"sys/"):
                live.append(frames)
        self.assertEqual(live, self.replayed(daemon, "story/libya/"))
        told = [json.loads(frames[2])["_newswire"]["story"] for frames in live]
        self.assertEqual([s["change"] for s in told], ["opened", "grew", "corrected"])
        self.assertEqual([(s["articles"], s["sources"]) for s in told], [(1, 1), (2, 2), (2, 2)])
        self.assertEqual({s["id"] for s in told}, {live[0][1].split()[5].decode()})
        self.assertEqual(told[0]["article"], told[2]["article"])
        self.assertNotEqual(told[0]["article"], told[1]["article"])
        self.assertEqual([s["backfill"] for s in told], [False, True, False])
        self.assertEqual((told[0]["tags"], told[0]["language"]), (["ceasefire", "libya"], "en"))
        for frames in live:
            self.assertRegex(frames[1], rb"^NW1 story \d+ \d+ \d+ [0-9a-f]{32} v1$")
            self.assertEqual(json.loads(frames[2])["title"], first.title)
        self.assertEqual(live[1][3].decode(), f"{first.title}\n\n2 articles, 2 sources\n")
        articles = [f[1].split() for f in self.replayed(daemon, "all/")]
        self.assertEqual([int(f[1].split()[2]) for f in live], [int(words[2]) + 1 for words in articles], "right after their articles")
        printed = subprocess.run([BIN / "newswire", "tail", "--live", daemon.live, "--replay", daemon.replay, "--last", "1",
                                  "--exec", 'kill $PPID; echo "$NEWSWIRE_KIND $NEWSWIRE_ID"', "story/libya/"],
                                 stdout=subprocess.PIPE, timeout=PATIENCE_S).stdout.decode()
        self.assertEqual(printed.split(), ["story", told[0]["id"]])

    def test_an_untagged_story_is_not_published_but_listed(self):
        daemon = self.begin("09-library")
        self.assertEqual(self.replayed(daemon, "story/"), [])
        story, = self.stories(daemon)
        self.assertEqual((story["title"], story["state"], story["articles"], story["tags"]), (self.articles["09-library"].title, "open", 1, []))
        line, = subprocess.run([BIN / "newswire", "stories", "--runtime", daemon.runtime], stdout=subprocess.PIPE,
                               check=True).stdout.decode().splitlines()
        self.assertEqual(line.split("\t"), ["open", "1 articles", "1 sources", story["opened"], story["last"], "", story["title"]])

    def test_a_restart_answers_as_if_it_had_never_been(self):
        daemon = self.begin("01-sirte-truce", "09-library", "13-mercenaries")
        before = self.stories(daemon, "--all")
        daemon.kill()
        daemon.start().ready()
        self.assertEqual(self.stories(daemon, "--all"), before)
        self.publish(daemon, self.articles["02-sirte-copy"])
        found = self.of_articles(daemon)[self.articles["02-sirte-copy"].title]
        self.assertEqual((found["new"], found["copy"], found["articles"], found["sources"]), (False, True, 2, 1))
        self.assertEqual(found["id"], next(s["id"] for s in before if s["title"] == self.articles["01-sirte-truce"].title))

    def test_a_version_that_is_none_wakes_no_story(self):
        daemon = self.begin("01-sirte-truce")
        before = self.stories(daemon)
        visits = self.room.count("/gazette/2026/01-sirte-truce.html")
        with self.room.lock:  # the feed has another title for it, its page has not
            listed = self.room.feeds["gazette"]
            listed[0] = type(listed[0])(listed[0].slug, {"title": "Other words", "date": listed[0].date}, listed[0].paragraphs)
        wait_for(lambda: self.room.count("/gazette/2026/01-sirte-truce.html") > visits, "asked for again")
        self.publish(daemon, self.articles["09-library"])
        self.assertEqual([s for s in self.stories(daemon) if s["title"] == before[0]["title"]], before)
        self.assertEqual([s["change"] for s in self.told(daemon)], ["opened"])

    def pass_days(self, daemon, seconds):
        """What the stories remember is so much longer ago."""
        daemon.stop()
        journal = sqlite3.connect(daemon.state / "journal.db", timeout=30)
        journal.execute("UPDATE sketch SET seen_s = seen_s - ?1, published_s = published_s - ?1", (seconds,))
        journal.commit()
        journal.close()
        daemon.start().ready()

    def test_a_story_is_quiet_then_closed_told_once_and_opened_again(self):
        daemon = self.begin("01-sirte-truce", "02-sirte-copy", "13-mercenaries")
        self.pass_days(daemon, 7 * 3600)
        title = self.articles["01-sirte-truce"].title
        self.assertEqual(self.story(daemon, title)["state"], "quiet")
        self.pass_days(daemon, 25 * 3600)
        wait_for(lambda: self.told(daemon)[-1]["change"] == "closed", "it is told")
        closed = self.told(daemon)[-1]
        self.assertEqual((closed["articles"], closed["sources"], closed.get("article")), (2, 1, None))
        self.assertEqual(self.stories(daemon), [], "nothing is open")
        self.assertEqual({s["state"] for s in self.stories(daemon, "--all")}, {"closed"})
        daemon.kill()
        daemon.start().ready()
        self.articles["01-sirte-truce"].date = "2026-11-19T12:00:00+02:00"
        self.correct(daemon, self.articles["01-sirte-truce"], self.articles["01-sirte-truce"].paragraphs[0] + " Nobody denied it.")
        changes = [s["change"] for s in self.told(daemon) if s["id"] == closed["id"]]
        self.assertEqual(changes, ["opened", "closed", "reopened"], "of one source: it never grew")
        self.assertEqual(self.story(daemon, title)["state"], "open")

    def test_a_cancel_takes_its_article_out_of_the_count_for_good(self):
        entry = lambda a: (f"<entry><id>tag:odd.example,2026:{a.slug}</id><title>{a.title}</title><content type=\"html\">"
                           + "".join(f"&lt;p&gt;{p}&lt;/p&gt;" for p in a.paragraphs) + "</content></entry>")
        first, copy = self.articles["13-mercenaries"], self.articles["18-mercenaries-copy"]
        gone = f'<at:deleted-entry ref="tag:odd.example,2026:{copy.slug}" when="2026-11-20T10:00:00Z"/>'
        atom = lambda *parts: ('<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">'
                               "<title>odd</title>" + "".join(parts) + "</feed>").encode()
        publisher = Publisher()
        self.addCleanup(publisher.stop)

        def publish(*parts):
            publisher.answers["/odd.xml"] = (200, "application/atom+xml", atom(*parts), {})

        publish(entry(first))
        config = self.room.write_config(self.folder, feeds=["gazette"])
        (self.folder / "feeds.d" / "odd.conf").write_text(
            f'feed "odd" {{\n\turl = "{publisher.base}/odd.xml"\n\tpages = false\n}}\n')
        daemon = self.daemon(config).start().ready()
        count = lambda: [(s["articles"], s["sources"]) for s in self.stories(daemon)]
        wait_for(lambda: count() == [(1, 1)], "the first")
        publish(entry(first), entry(copy))
        wait_for(lambda: count() == [(2, 1)], "its copy")
        publish(entry(first), gone)
        wait_for(lambda: count() == [(1, 1)], "that is taken back")
        wait_for(lambda: self.told(daemon)[-1]["change"] == "cancelled", "it is written, and told")
        cancel = next(json.loads(f[2])["_newswire"] for f in self.replayed(daemon, "all/") if f[1].split()[1] == b"cancel")["story"]
        joined = self.of_articles(daemon)[first.title]
        self.assertEqual((cancel["id"], cancel["articles"], cancel["sources"], cancel["new"], cancel["copy"], cancel["first"]),
                         (joined["id"], 1, 1, False, True, joined["first"]))
        told = self.told(daemon)[-1]
        self.assertEqual((told["change"], told["id"], told["articles"], told["sources"]), ("cancelled", joined["id"], 1, 1))
        daemon.kill()
        daemon.start().ready()
        self.assertEqual(count(), [(1, 1)], "after a restart")
        publish(entry(first), entry(copy).replace("Friday", "Saturday"))
        wait_for(lambda: count() == [(2, 1)], "it stands again")
        publish(entry(self.articles["09-library"]), gone.replace(copy.slug, first.slug), gone.replace("T10", "T11"))
        wait_for(lambda: self.story(daemon, first.title)["state"] == "cancelled", lambda: self.stories(daemon, "--all"))
        cancelled = lambda: [s["articles"] for s in self.told(daemon) if s["change"] == "cancelled"]
        wait_for(lambda: cancelled() == [1, 1, 0], cancelled)
        self.assertEqual([s["title"] for s in self.stories(daemon)], [self.articles["09-library"].title])


if __name__ == "__main__":
    harness.main()
