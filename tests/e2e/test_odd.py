#!/usr/bin/python3
"""What feeds and folders do that they should not: one odd thing each."""
import contextlib, http.server, json, resource, socket, sqlite3, struct, threading, time
import zmq
import harness
from harness import Case, wait_for
from newsroom import made_article, page_of, read_articles


class Publisher:
    """Serves what it is told under each path: (status, type, body, headers)."""

    def __init__(self):
        self.answers, self.asked, publisher = {}, [], self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                publisher.asked.append(self.path)
                status, kind, body, headers = publisher.answers.get(self.path, (404, "text/plain", b"", {}))
                self.send_response(status)
                for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def feed(self, items):
        body = '<?xml version="1.0"?><rss version="2.0"><channel><title>odd</title>' + "".join(items) + "</channel></rss>"
        self.answers["/feed"] = (200, "application/rss+xml", body.encode(), {})

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Odd(Case):
    def begin(self, publisher, **options):
        self.addCleanup(publisher.stop)
        self.clock = self.newsroom()
        config = self.clock.write_config(self.folder, feeds=["clock"], **options)
        (self.folder / "feeds.d" / "odd.conf").write_text(f'feed "odd" {{ url = "{publisher.base}/feed" }}\n')
        return self.daemon(config).start().ready()

    def pass_turns(self, n=3):
        """Until a feed beside the odd one has been asked n times more: whatever was due by then is done."""
        end = self.clock.count("/feeds/clock.xml") + n
        wait_for(lambda: self.clock.count("/feeds/clock.xml") >= end, "another feed is asked")

    def records(self, daemon):
        reader = sqlite3.connect(f"file:{daemon.state}/journal.db?mode=ro", uri=True, timeout=30)
        try:
            rows = reader.execute("SELECT version, json, text FROM journal WHERE kind <= 1 ORDER BY seq").fetchall()
        finally:
            reader.close()
        text = lambda b: b if isinstance(b, str) else bytes(b).decode()
        return [(v, json.loads('{"_newswire":{"seq":0' + text(j)), text(t)) for v, j, t in rows]

    def test_one_guid_for_all_items_makes_no_flood_of_updates(self):
        publisher = Publisher()
        items = lambda n: [f"<item><title>Story {i}</title><link>{publisher.base}/{i}</link><guid>the-site</guid>"
                           f"<description>About {i}, {n if i == 0 else 0}</description></item>" for i in range(10)]
        publisher.feed(items(0))
        daemon = self.begin(publisher)
        wait_for(lambda: daemon.feed("odd").get("last_ok"), "read")
        for n in (1, 2, 3):
            asked = publisher.asked.count("/feed")
            publisher.feed(items(n))
            wait_for(lambda: publisher.asked.count("/feed") >= asked + 3, "read again")
        records = self.records(daemon)
        self.assertEqual(len({r[1]["id"] for r in records}), 10, "ten stories are ten articles")
        self.assertLessEqual(len(records), 13, "one story changed three times")

    def test_an_update_whose_page_cannot_be_had_does_not_replace_the_text(self):
        publisher, article = Publisher(), read_articles()[0]
        page = (200, "text/html; charset=utf-8", page_of(article), {})
        item = lambda teaser: [f"<item><title>{article.title}</title><link>{publisher.base}/2026/story.html</link>"
                               f"<guid isPermaLink=\"false\">g</guid><description>{teaser}</description></item>"]
        publisher.answers["/2026/story.html"] = page
        publisher.feed(item("A teaser"))
        daemon = self.begin(publisher)
        wait_for(lambda: len(self.records(daemon)) == 1, "the article")
        self.assertIn(article.paragraphs[-1], self.records(daemon)[0][2])
        publisher.answers["/2026/story.html"] = (503, "text/plain", b"", {})
        publisher.feed(item("Another teaser"))
        wait_for(lambda: publisher.asked.count("/2026/story.html") >= 2, "asked for the changed article")
        asked = publisher.asked.count("/feed")
        wait_for(lambda: publisher.asked.count("/feed") >= asked + 3, "that visit is over")
        self.assertIn(article.paragraphs[-1], self.records(daemon)[-1][2], "the newest version still has the text")

    def test_old_items_that_come_up_after_the_first_visit_are_backfill(self):
        publisher = Publisher()
        item = lambda n, text, day: (f"<item><title>Story {n}</title><guid isPermaLink=\"false\">{n}</guid>"
                                     f"<pubDate>{day}</pubDate><description>{text}</description></item>")
        old = "Mon, 02 Jan 2012 10:00:00 GMT"
        new = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())
        publisher.feed([item(1, "new", new), item(2, "passed over", old)])
        daemon = self.begin(publisher, backlog_age="30d")
        wait_for(lambda: len(self.records(daemon)) == 1, "the new one alone")
        publisher.feed([item(1, "new", new), item(2, "passed over, then edited", old), item(3, "resurfaced", old)])
        asked = publisher.asked.count("/feed")
        wait_for(lambda: publisher.asked.count("/feed") >= asked + 3, "read again")
        for _, article, _ in self.records(daemon):
            self.assertTrue(article["_newswire"]["backfill"], article["title"])

    def test_retry_after_holds_over_a_reload_and_a_restart(self):
        publisher = Publisher()
        publisher.answers["/feed"] = (429, "text/plain", b"", {"Retry-After": "7200"})
        daemon = self.begin(publisher)
        wait_for(lambda: daemon.feed("odd")["state"] == "http-4xx", "asked")
        daemon.reload()
        self.pass_turns()
        self.assertEqual(publisher.asked.count("/feed"), 1, "asked again after a reload")
        daemon.stop()
        daemon.start().ready()
        self.pass_turns()
        self.assertEqual(publisher.asked.count("/feed"), 1, "asked again after a restart")

    def test_a_directory_among_the_feed_files_does_not_end_the_daemon(self):
        daemon = self.begin(Publisher())
        (self.folder / "feeds.d" / "old.conf").mkdir()
        daemon.reload()
        wait_for(lambda: daemon.process.poll() is not None or "cannot reload" in daemon.log.read_text(), "an answer")
        self.assertIsNone(daemon.process.poll(), daemon.log.read_text()[-500:])

    def test_the_control_socket_out_of_descriptors_does_not_flood_the_log(self):
        was = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, was[1]))
        try:
            daemon = self.begin(Publisher())
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, was)
        before, peers = daemon.log.stat().st_size, []
        for _ in range(80):
            peer = socket.socket(socket.AF_UNIX)
            self.addCleanup(peer.close)
            peer.connect(str(daemon.runtime / "control.sock"))
            peers.append(peer)
        self.pass_turns()
        self.assertLess(daemon.log.stat().st_size - before, 10000, "bytes of log meanwhile")
        for peer in peers:
            peer.close()
        wait_for(daemon.answers, "the daemon answers again")

    def test_an_article_that_its_feed_takes_back_is_cancelled_once_and_may_come_again(self):
        publisher = Publisher()

        def publish(*parts):
            head = '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"><title>odd</title>'
            publisher.answers["/feed"] = (200, "application/atom+xml", (head + "".join(parts) + "</feed>").encode(), {})

        def entry(n, text):
            return (f'<entry><id>tag:odd.example,2026:{n}</id><title>Story {n}</title><content>{text}, at some length, '
                    f'of a ceasefire in Libya</content></entry>')

        def read_again():
            asked = publisher.asked.count("/feed")
            wait_for(lambda: publisher.asked.count("/feed") >= asked + 3, "read again")

        gone = '<at:deleted-entry ref="tag:odd.example,2026:1" when="2026-11-20T10:00:00Z"><at:comment>mistake</at:comment></at:deleted-entry>'
        never = '<at:deleted-entry ref="tag:odd.example,2026:9" when="2026-11-20T10:00:00Z"/>'
        publish(entry(1, "First"), entry(2, "Second"))
        daemon = self.begin(publisher)
        wait_for(lambda: daemon.counter("articles_total") == 2, "both")
        publish(gone, never, entry(2, "Second"))
        read_again()
        daemon.kill()
        daemon.start().ready()
        publish(gone, never, entry(2, "Second"), entry(3, "Third"))
        wait_for(lambda: daemon.counter("articles_total") == 1, "one more")
        publish(gone.replace("2026:1", "2026:3"))  # nothing else is left in the feed
        read_again()
        publish(entry(1, "First, put right"), entry(2, "Second"))
        wait_for(lambda: daemon.counter("articles_total") == 2, "it comes again")
        with zmq.Context() as context, context.socket(zmq.DEALER) as peer:
            peer.linger, peer.rcvtimeo = 0, int(harness.PATIENCE_S * 1000)
            peer.connect(daemon.replay)
            peer.send_multipart([b"NWREPLAY1", b"from=1\nkeys=all/,topic/"])
            messages = []
            while len(frames := peer.recv_multipart()) == 4:
                messages.append(frames)
        first = [m for m in messages if json.loads(m[2])["title"] == "Story 1"]
        kinds = [(m[0].decode(), m[1].split()[1].decode(), m[1].split()[6].decode()) for m in first]
        keys = list(dict.fromkeys(k for k, _, _ in kinds))
        self.assertGreater(len(keys), 1, "it has topics, so that its cancel has them too")
        self.assertEqual(kinds, [(k, kind, v) for kind, v in (("item", "v1"), ("cancel", "v2"), ("update", "v3")) for k in keys])
        cancel = next(m for m in first if m[1].split()[1] == b"cancel")
        said = json.loads(cancel[2])
        self.assertEqual((said["_newswire"]["cancelled"], said["_newswire"]["reason"]), ("2026-11-20T10:00:00Z", "mistake"))
        self.assertEqual(said["id"], json.loads(first[0][2])["id"])
        self.assertEqual(cancel[3], b"")
        third = [m[1].split()[1] for m in messages if json.loads(m[2])["title"] == "Story 3" and m[0] == b"all/"]
        self.assertEqual(third, [b"item", b"cancel"], "by a feed that has nothing else")
        self.assertEqual(len({m[1].split()[5] for m in messages}), 3, "nobody else is cancelled")

    def test_a_message_without_end_is_cut_off_and_costs_nobody_else_anything(self):
        room = self.newsroom()
        config = room.write_config(self.folder, feeds=["gazette"])
        config.write_text(config.read_text() + 'live = {"tcp://127.0.0.1:*"}\n')
        daemon = self.daemon(config).start().ready()
        port = int(daemon.ask("/v1/status")["live"][-1].rsplit(":", 1)[1])
        subscriber = self.subscriber("c", daemon, ["all/"])
        greeting = b"\xff" + bytes(7) + b"\1\x7f\x03\0" + b"NULL".ljust(20, b"\0") + bytes(32)
        ready = b"\x05READY\x0bSocket-Type" + struct.pack(">I", 3) + b"SUB"
        frames = (b"\x01\xc8" + b"\1" * 200) * 1000  # of one message, which goes on
        sent = 0
        with socket.create_connection(("127.0.0.1", port), timeout=harness.PATIENCE_S) as peer:
            peer.sendall(greeting + b"\x04" + bytes([len(ready)]) + ready)
            said = b""
            while b"READY" not in said:  # before that a message would be an error
                said += peer.recv(4096)
            peer.settimeout(0.2)  # nobody reads what it says once it is cut off
            while not daemon.counter("bus_floods_cut_total") and sent < 4 << 30:  # it would all be kept
                with contextlib.suppress(OSError):
                    peer.sendall(frames)
                    sent += len(frames)
            self.assertEqual(daemon.counter("bus_floods_cut_total"), 1)
        room.publish(made_article(1))
        wait_for(lambda: subscriber.has(1), "another gets what is published")


if __name__ == "__main__":
    harness.main()
