#!/usr/bin/python3
"""The HTTP port: streams that resume, feeds that are valid and that our own reader reads back, and what a port must bear."""
import contextlib, email.utils, http.client, json, os, random, re, resource, socket, sqlite3, subprocess, threading, time
import xml.etree.ElementTree as ElementTree
import harness
from harness import BIN, PATIENCE_S, Case, wait_for
from newsroom import made_article, read_articles

ATOM = "{http://www.w3.org/2005/Atom}"
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
TOKEN = {"desk": "desk-token-0123456789abcdef-01234", "chief": "chief-token-0123456789abcdef-0123"}


def check_atom(text):
    """What RFC 4287 asks of a feed and of each of its entries; answers the entries."""
    feed = ElementTree.fromstring(text)
    assert feed.tag == ATOM + "feed", feed.tag
    ids = [check_parts(feed, need_author=False)]
    entries = feed.findall(ATOM + "entry")
    for entry in entries:
        ids.append(check_parts(entry, need_author=True))
        assert len(entry.findall(ATOM + "content")) == 1
        for date in entry.findall(ATOM + "published"):
            assert RFC3339.fullmatch(date.text), date.text
    assert len(set(ids)) == len(ids), "an id stands twice"
    stamps = [e.findtext(ATOM + "updated") for e in entries]
    assert stamps == sorted(stamps, reverse=True), "newest first"
    assert not entries or feed.findtext(ATOM + "updated") == stamps[0]
    return entries


def check_parts(element, need_author):
    for name in ("id", "title", "updated"):
        assert len(element.findall(ATOM + name)) == 1, f"{name} of {element.tag}"
    assert RFC3339.fullmatch(element.findtext(ATOM + "updated"))
    links = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in element.findall(ATOM + "link")]
    assert len(set(links)) == len(links), "one alternate of a kind"
    for link in element.findall(ATOM + "link"):
        assert re.match(r"https?://[^/\s]+/\S*$", link.get("href")), link.get("href")
    for author in element.findall(ATOM + "author"):
        assert len(author.findall(ATOM + "name")) == 1
    assert not need_author or element.findall(ATOM + "author")
    assert len(element.findall(ATOM + "summary")) <= 1 and len(element.findall(ATOM + "published")) <= 1
    ident = element.findtext(ATOM + "id")
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", ident), ident
    return ident


class Reader(threading.Thread):
    """Reads a stream as curl or EventSource would, and comes back with what it last had."""

    def __init__(self, web, path, sse=False, since=None, resumes=True):
        super().__init__(daemon=True)
        self.web, self.path, self.sse, self.last, self.resumes = web, path, sse, since, resumes
        self.items, self.others, self.stopped, self.connected = [], [], False, threading.Event()
        self.start()

    def run(self):
        while not self.stopped:
            try:
                self.read_once()
            except (OSError, http.client.HTTPException):
                pass
            if not self.resumes:
                return
            time.sleep(0.05)

    def read_once(self):
        headers, path = {"Accept": "text/event-stream" if self.sse else "application/x-ndjson"}, self.path
        if self.last is not None and self.sse:
            headers["Last-Event-ID"] = str(self.last)
        elif self.last is not None:
            path += f"{'&' if '?' in path else '?'}since={self.last}"
        connection = self.web.connect()
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            if answer.status != 200:
                return
            self.connected.set()
            event = {}
            for line in answer:
                if self.stopped or not line.endswith(b"\n"):
                    return
                self.take_event(line, event) if self.sse else self.take_line(line)
        finally:
            connection.close()

    def take_line(self, line):
        if line.strip():
            self.take(json.loads(line))

    def take_event(self, line, event):
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name:
            event[name] = value
            return
        if "data" in event:
            item = json.loads(event["data"])
            assert "event" in event or event["id"] == str(item["_newswire"]["seq"])
            self.take(item)
        event.clear()

    def take(self, item):
        if "seq" not in item["_newswire"]:
            return self.others.append(item)
        self.last = item["_newswire"]["seq"]
        return self.items.append(item)

    def seqs(self):
        return [item["_newswire"]["seq"] for item in self.items]

    def titles(self):
        return [item["title"] for item in self.items]

    def stop(self):
        self.stopped = True


class Web(Case):
    def serve(self, room, **options):
        options = {"http": '{"127.0.0.1:*"}', **options}
        daemon = self.daemon(room.write_config(self.folder, **options)).start().ready()
        self.address = daemon.ask("/v1/status")["http"][0].rsplit(":", 1)
        return daemon

    def connect(self):
        return http.client.HTTPConnection(self.address[0], int(self.address[1]), timeout=PATIENCE_S)

    def get(self, path, method="GET", headers=None):
        connection = self.connect()
        try:
            connection.request(method, path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def reader(self, *args, **kwargs):
        reader = Reader(self, *args, **kwargs)
        self.addCleanup(reader.stop)
        return reader

    def raw(self, request, half_close=False):
        """Everything answered to these bytes until the daemon closes."""
        with socket.create_connection((self.address[0], int(self.address[1])), timeout=PATIENCE_S) as s:
            s.sendall(request)
            if half_close:
                s.shutdown(socket.SHUT_WR)
            got = b""
            with contextlib.suppress(ConnectionResetError):  # by what was not read of a request that is too long
                while piece := s.recv(65536):
                    got += piece
            return got

    def articles(self, daemon, n):
        wait_for(lambda: daemon.counter("articles_total") >= n, lambda: f"{n} articles")


def fixed_port():
    """One that stays the same over restarts; not one that a client could be given as its own meanwhile."""
    while True:
        port = random.randrange(10000, 30000)
        try:
            socket.create_server(("127.0.0.1", port)).close()
            return port
        except OSError:
            pass


class Stream(Web):
    def test_a_killed_daemon_costs_no_reader_an_article(self):
        room = self.newsroom()
        articles = [made_article(n, topic="libya" if n % 3 == 0 else None) for n in range(60)]
        daemon = self.serve(room, http=f'{{"127.0.0.1:{fixed_port()}"}}', feeds=["gazette"])
        readers = [self.reader("/v1/stream", sse=sse, since=0) for sse in (True, False)]
        topic = self.reader("/v1/stream?keys=topic/libya/,all/", sse=True, since=0)
        only = self.reader("/v1/stream?keys=topic/libya/", since=0)
        for i, article in enumerate(articles):
            room.publish(article)
            if i % 15 == 14:
                time.sleep(0.4)
                daemon.kill()
                daemon.start()
        for reader in (*readers, topic):
            wait_for(lambda: len(reader.items) >= 60, lambda: f"60 articles, has {len(reader.items)}")
            self.assertEqual(sorted(reader.titles()), sorted(a.title for a in articles), "each once")
            self.assertEqual(reader.seqs(), sorted(set(reader.seqs())), "in order")
        wait_for(lambda: len(only.items) >= 20, "those on Libya")
        self.assertEqual(len(only.items), 20)
        for item in topic.items:
            keys = ["all/", "topic/libya/"] if "libya" in item["tags"] else ["all/"]
            self.assertEqual(item["_newswire"]["keys"], keys)

    def test_an_item_is_the_buss_with_the_text(self):
        room = self.newsroom()
        articles = read_articles()[:4]
        for article in articles:
            room.publish(article)
        daemon = self.serve(room)
        reader = self.reader("/v1/stream", since=0)
        subscriber = self.subscriber("c", daemon, ["all/"])
        wait_for(lambda: len(reader.items) >= 4 and subscriber.has(4), "four articles")
        self.assertEqual([(str(i["_newswire"]["seq"]), i["id"]) for i in reader.items],
                         [(m[1], m[2]) for m in subscriber.messages()])
        self.assertEqual(sorted(i["content_text"] for i in reader.items), sorted(a.text() for a in articles))
        self.assertEqual({i["_newswire"]["kind"] for i in reader.items}, {"item"})
        article = articles[0]
        article.paragraphs[0] = "Nothing is as it was, the council said on Friday, and its minutes say so too, all of them."
        wait_for(lambda: len(reader.items) >= 5, "its update")
        self.assertEqual((reader.items[4]["_newswire"]["kind"], reader.items[4]["_newswire"]["version"]), ("update", 2))
        # Of articles the newest version alone is shown.
        _, _, body = self.get("/v1/articles")
        items = json.loads(body)["items"]
        self.assertEqual(len(items), 4)
        self.assertEqual(items[0], reader.items[4])

    def test_without_since_it_begins_now(self):
        room = self.newsroom()
        room.publish(made_article(0))
        daemon = self.serve(room)
        self.articles(daemon, 1)
        reader = self.reader("/v1/stream", sse=True)
        self.assertTrue(reader.connected.wait(PATIENCE_S))
        room.publish(made_article(1))
        wait_for(lambda: reader.items, "the second")
        self.assertEqual(reader.titles(), [made_article(1).title])

    def test_a_stalled_reader_holds_up_nobody_and_goes_on(self):
        room = self.newsroom()
        big = [made_article(n) for n in range(150)]
        for n, article in enumerate(big):
            article.paragraphs += [f"Paragraph {i} of {n}: " + "every word of it counts in the long minutes of the day. " * 30
                                   for i in range(40)]
            room.publish(article)
        daemon = self.serve(room)
        stalled = self.connect()
        self.addCleanup(stalled.close)
        stalled.connect()
        stalled.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        stalled.request("GET", "/v1/stream?since=0")
        answer = stalled.getresponse()
        others = [self.reader("/v1/stream", since=0) for _ in range(4)]
        self.articles(daemon, 150)
        for other in others:
            wait_for(lambda: len(other.items) >= 150, lambda: f"all, has {len(other.items)}")
        room.publish(made_article(999))
        for other in others:
            wait_for(lambda: len(other.items) >= 151, "the last one live")
        seqs = []
        while len(seqs) < 151:
            line = answer.readline()
            if line.strip():
                seqs.append(json.loads(line)["_newswire"]["seq"])
        self.assertEqual(seqs, others[0].seqs())

    def test_what_was_trimmed_is_told_of(self):
        room = self.newsroom()
        for n in range(6):
            room.publish(made_article(n))
        daemon = self.serve(room)
        self.articles(daemon, 6)
        self.assertEqual(daemon.stop()[0], 0)
        journal = sqlite3.connect(daemon.state / "journal.db")
        with journal:
            journal.execute("DELETE FROM journal WHERE seq <= 3")  # as trimming does
            journal.execute("UPDATE keys SET trimmed = min(last, 3)")
            journal.execute("UPDATE merged SET trimmed = 3")
        journal.close()
        daemon.start().ready()
        self.address = daemon.ask("/v1/status")["http"][0].rsplit(":", 1)
        for sse in (False, True):
            reader = self.reader("/v1/stream?keys=all/", sse=sse, since=1)
            wait_for(lambda: len(reader.items) >= 3, "what is left")
            self.assertEqual(reader.others, [{"_newswire": {"kind": "gone", "oldest": 4}}])
            self.assertGreaterEqual(reader.seqs()[0], 4)

    def test_streams_with_nothing_to_say_show_that_somebody_is_there(self):
        self.serve(self.newsroom())
        answers = []
        for accept in ("text/event-stream", "application/x-ndjson"):
            connection = self.connect()
            self.addCleanup(connection.close)
            connection.request("GET", "/v1/stream", headers={"Accept": accept})
            answers.append(connection.getresponse())
        self.assertEqual(answers[0].read(13), b"retry: 2000\n\n")
        began = time.monotonic()
        self.assertEqual((answers[0].read(3), answers[1].read(1)), (b":\n\n", b"\n"))
        self.assertGreater(time.monotonic() - began, 5)

    def test_a_since_of_another_journal_is_gone(self):
        daemon = self.serve(self.newsroom())
        status, _, body = self.get("/v1/stream?since=12345")
        self.assertEqual(status, 410)
        self.assertIn("since=0", json.loads(body)["error"])
        self.assertEqual(self.get("/v1/stream", headers={"Accept": "text/event-stream", "Last-Event-ID": "x"})[0], 400)
        self.assertEqual(daemon.counter("http_requests_refused_total"), 2)


class Feeds(Web):
    def setUp(self):
        super().setUp()
        self.room = self.newsroom()
        self.texts = [a for a in read_articles() if not a.fault]
        for article in self.texts:
            self.room.publish(article)
        self.daemon = self.serve(self.room)
        self.articles(self.daemon, len(self.texts))

    def parsed(self, suffix, body):
        """The items that our own reader of feeds finds."""
        path = self.folder / f"feed.{suffix}"
        path.write_bytes(body)
        done = subprocess.run([BIN / "newswire", "parse", path, "--json"], capture_output=True, check=True)
        return json.loads(done.stdout)

    def test_atom_is_as_rfc_4287_wants_it(self):
        for path in ("/all.atom", "/topics/libya.atom", "/topics/ceasefire.atom?limit=1"):
            status, headers, body = self.get(path)
            self.assertEqual(status, 200)
            self.assertEqual(headers["Content-Type"], "application/atom+xml; charset=utf-8")
            entries = check_atom(body)
            tag = re.match(r"/topics/(.*)\.", path)
            want = [a for a in self.texts if not tag or tag[1] in a.tags]
            titles = [e.findtext(ATOM + "title") for e in entries]
            if "limit" in path:
                self.assertEqual(len(entries), 1)
            else:
                self.assertEqual(sorted(titles), sorted(a.title for a in want))
            for entry in entries:
                article = next(a for a in want if a.title == entry.findtext(ATOM + "title"))
                self.assertEqual(entry.findtext(ATOM + "content"), "\n\n".join(article.paragraphs))
                self.assertEqual({c.get("term") for c in entry.findall(ATOM + "category")}, set(article.tags))

    def test_our_own_reader_reads_them_back(self):
        for suffix in ("atom", "json"):
            items = self.parsed(suffix, self.get(f"/all.{suffix}")[2])["entries"]
            got = sorted((i["title"], i["link"]) for i in items)
            self.assertEqual(got, sorted((a.title, self.room.base + a.path) for a in self.texts))

    def test_a_topic_that_is_configured_has_a_feed_and_others_have_none(self):
        for name, status in (("foreign-intervention", 200), ("nothing-of-the-kind", 404), ("liby", 404), ("..", 404)):
            for suffix in ("atom", "json"):
                self.assertEqual(self.get(f"/topics/{name}.{suffix}")[0], status, name)

    def test_pages_follow_one_another(self):
        path, titles, seqs, pages = "/v1/articles?limit=4&keys=all/,topic/libya/", [], [], 0
        while path:
            status, headers, body = self.get(path)
            feed = json.loads(body)
            self.assertEqual((status, feed["version"]), (200, "https://jsonfeed.org/version/1.1"))
            self.assertEqual(headers["Content-Type"], "application/feed+json; charset=utf-8")
            self.assertEqual(feed["feed_url"], f"http://{':'.join(self.address)}{path}")
            for item in feed["items"]:
                self.assertTrue(item["id"] and item["content_text"])
                titles.append(item["title"])
                seqs.append(item["_newswire"]["seq"])
            path, pages = feed.get("next_url", "").removeprefix(f"http://{':'.join(self.address)}"), pages + 1
        self.assertEqual(sorted(titles), sorted(a.title for a in self.texts))
        self.assertEqual(pages, -(-len(self.texts) // 4))
        self.assertEqual(seqs, sorted(seqs, reverse=True))
        some = json.loads(self.get(f"/v1/articles?since={seqs[5]}&before={seqs[1]}")[2])["items"]
        self.assertEqual([i["_newswire"]["seq"] for i in some], seqs[2:5])
        self.assertEqual(json.loads(self.get("/v1/articles?before=0")[2])["items"], [])
        self.assertEqual(json.loads(self.get("/v1/articles?before=2001-01-01T00:00:00Z")[2])["items"], [])
        self.assertEqual(json.loads(self.get("/v1/articles?since=2999-01-01T00:00:00Z")[2])["items"], [])

    def test_who_has_it_gets_304_until_it_changes(self):
        status, headers, body = self.get("/topics/libya.atom")
        tag = headers["ETag"]
        for value in (tag, f'"x", W/{tag}', "*"):
            status, again, nothing = self.get("/topics/libya.atom", headers={"If-None-Match": value})
            self.assertEqual((status, again["ETag"], nothing), (304, tag, b""), value)
        self.assertEqual(self.get("/topics/libya.atom", headers={"If-None-Match": '"x"'})[0], 200)
        status, again, nothing = self.get("/topics/libya.atom", method="HEAD")
        self.assertEqual((status, again["ETag"], again["Content-Length"], nothing), (200, tag, str(len(body)), b""))
        future = "Fri, 31 Dec 2100 23:59:59 GMT"
        self.assertEqual(self.get("/topics/libya.atom", headers={"If-Modified-Since": future})[0], 304)
        self.assertEqual(self.get("/topics/libya.atom", headers={"If-Modified-Since": "nonsense"})[0], 200)
        # What was written within the last minute may be joined by more: the date holds back.
        modified = email.utils.parsedate_to_datetime(headers["Last-Modified"]).timestamp()
        self.assertLess(modified, time.time() - 59)
        self.room.publish(made_article(3, topic="libya"))
        self.articles(self.daemon, len(self.texts) + 1)
        wait_for(lambda: self.get("/topics/libya.atom", headers={"If-None-Match": tag})[0] == 200, "it changed")


BAD = [
    ("GET", "/", 404, "/v1/stream"), ("GET", "/v1/stream?keys=Libya", 400, "keys=topic/libya/"),
    ("GET", "/v1/stream?since=soon", 400, "since=42"), ("GET", "/v1/stream?sinec=1", 400, "known are"),
    ("GET", "/v1/articles?limit=1000", 400, "500"), ("GET", "/all.atom?since=1", 400, "limit"),
    ("GET", "/%", 400, "%"), ("GET", "/" + "a" * 9000, 414, "8192"), ("POST", "/v1/stream", 405, "GET or HEAD"),
    ("OPTIONS", "/all.atom", 405, "GET or HEAD"), ("BREW", "/all.atom", 405, "GET or HEAD"),
]


class Topics(Web):
    def test_a_topic_has_a_feed_from_the_reload_on_that_brings_it(self):
        topics = self.folder / "topics"
        topics.mkdir()
        daemon = self.serve(self.newsroom(), topics=f'"{topics}"')
        self.assertEqual(self.get("/topics/chess.atom")[0], 404)
        (topics / "chess.topic").write_text('topic chess\nlabel Chess\nscore 3\n\n[score]\n 3 chess\n')
        daemon.reload()
        wait_for(lambda: self.get("/topics/chess.atom")[0] == 200, lambda: daemon.log.read_text()[-500:])
        self.assertEqual(check_atom(self.get("/topics/chess.atom")[2]), [])


class Port(Web):
    def setUp(self):
        super().setUp()
        room = self.newsroom()
        room.publish(made_article(0))
        self.daemon = self.serve(room)
        self.articles(self.daemon, 1)

    def test_bad_requests_are_told_what_to_do(self):
        for method, path, status, says in BAD:
            got, headers, body = self.get(path, method=method)
            self.assertEqual(got, status, (method, path[:40]))
            self.assertIn(says, json.loads(body)["error"])
            self.assertEqual(headers["Allow"], "GET, HEAD" if status == 405 else None)
            self.assertIsNone(headers["Access-Control-Allow-Origin"])
        self.assertEqual(self.get("/all.atom", method="GET", headers={"Content-Length": "3"})[0], 413)

    def test_names_of_others_lead_nowhere(self):
        for host, status in (("localhost", 200), ("127.0.0.1:1", 200), ("[::1]", 200), ("evil.example", 421),
                             (f"evil.example:{self.address[1]}", 421), ("", 400)):
            self.assertEqual(self.get("/all.json", headers={"Host": host})[0], status, host)

    def test_heads_of_any_shape_are_borne(self):
        get, close = b"GET /all.json HTTP/1.1\r\nHost: localhost\r\n", b"Connection: close\r\n\r\n"
        for request, status in (
                (get + b"X: " + b"a" * 15000 + b"\r\n" + close, b"200"), (get + b"X: " + b"a" * 40000 + b"\r\n\r\n", b"431"),
                (get + b"X: a\r\n" * 3000 + b"\r\n", b"431"), (get + b"a: b\r\n" * 150 + close, b"200"),
                (b"\x16\x03\x01\x02\x00\x01\x00\n\n", b""), (b"\r\n\n" + get + close, b"200"), (b"\n" * 50000 + get + close, b"414"),
                (b"GET /all.json HTTP/1.1\n\n", b"400"), (b"GET /all.json HTTP/1.1\r\nHost:\r\n" + close, b"400"),
                (get + b"Host: localhost\r\n" + close, b"400"), (b"GET /all.json HTTP/1.0\n\n", b"200"),
                (b"GET http://127.0.0.1/all.json HTTP/1.1\r\nHost: evil.example\r\n" + close, b"200"),
                (b"GET http://evil.example/all.json HTTP/1.1\r\nHost: localhost\r\n" + close, b"421"),
                (b"GET /a\x7f HTTP/1.0\r\n\r\n", b"400"), (b"GET /?" + b"a&" * 2000 + b" HTTP/1.0\r\n\r\n", b""),
                (get + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"413"), (b"GET / HTTP/3.0\r\n\r\n", b"505")):
            self.assertEqual(self.raw(request)[9:12], status, request[:60])

    def test_where_a_request_ends_is_left_to_no_guess(self):
        """What one reader of a head takes for a body another takes for the next request: one answer, and no more is read."""
        get, more = b"GET /all.json HTTP/1.1\r\nHost: localhost\r\n", b"\r\nGET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"
        for head, status in (
                (get + b"Content-Length: 0\r\nContent-Length: 45\r\n", b"413"), (get + b"Content-Length: 45\r\n", b"413"),
                (get + b"Transfer-Encoding : chunked\r\n", b"400"), (get + b"Transfer-Encoding: identity\r\n", b"413"),
                (get + b"Content-Length\t: 45\r\n", b"400"), (b"GET /all.json HTTP/1.1\r\n", b"400"),
                (b"GET /all.json HTTP/1.1\r\nHost : localhost\r\n", b"400"), (b"GET /all.json X HTTP/1.1\r\nHost: localhost\r\n", b"400")):
            got = self.raw(head + more)
            self.assertEqual(re.findall(rb"HTTP/1.1 (\d+)", got), [status], head)
            self.assertIn("error", json.loads(got.partition(b"\r\n\r\n")[2]))

    def test_the_head_of_a_stream_is_a_head(self):
        got = self.raw(b"HEAD /v1/stream?since=0 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.assertIn(b"application/x-ndjson", got)
        self.assertTrue(got.endswith(b"\r\n\r\n") and got.count(b"\r\n\r\n") == 1, got)

    def test_a_reader_of_http_1_0_gets_a_stream_without_chunks(self):
        with socket.create_connection((self.address[0], int(self.address[1])), timeout=PATIENCE_S) as s:
            s.sendall(b"GET /v1/stream?since=0 HTTP/1.0\r\n\r\n")
            lines = s.makefile("rb")
            while lines.readline().strip():
                pass
            self.assertEqual(json.loads(lines.readline())["_newswire"]["seq"], 1)

    def test_pipelined_requests_are_answered_in_turn(self):
        ask = lambda path, more=b"": b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\n" + more + b"\r\n"
        got = self.raw(ask(b"/all.json") + ask(b"/nothing") + ask(b"/all.atom", b"Connection: close\r\n") + ask(b"/all.json"))
        self.assertEqual(re.findall(rb"^HTTP/1.1 (\d+)", got, re.M), [b"200", b"404", b"200"])
        self.assertLess(got.index(b"feed+json"), got.index(b"no such page"))
        self.assertTrue(got.endswith(b"</feed>\n"))

    def test_who_only_asks_no_more_is_still_answered(self):
        ask = b"GET /all.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
        self.assertEqual(re.findall(rb"^HTTP/1.1 (\d+)", self.raw(ask * 3, half_close=True), re.M), [b"200"] * 3)
        self.assertEqual(self.raw(ask[:-2], half_close=True), b"")

    def test_who_drips_a_head_in_is_cut_off(self):
        began = time.monotonic()
        with socket.create_connection((self.address[0], int(self.address[1])), timeout=PATIENCE_S) as s:
            try:
                for c in b"GET /all.json HTTP/1.1\r\n" + b"a: b\r\n" * 1000:
                    s.sendall(bytes([c]))
                    time.sleep(0.2)
            except OSError:
                pass
            self.assertLess(time.monotonic() - began, 60)

    def test_past_the_limit_whoever_asks_for_nothing_makes_room(self):
        held, limits = [], resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(limits[0], min(limits[1], 4096)), limits[1]))
        self.addCleanup(lambda: [s.close() for s in held])
        fds = lambda: len(os.listdir(f"/proc/{self.daemon.process.pid}/fd"))
        before, most = fds(), min(1024, self.limit("Max open files") // 4)
        for _ in range(most + 80):
            held.append(socket.create_connection((self.address[0], int(self.address[1])), timeout=PATIENCE_S))
        wait_for(lambda: fds() >= most, lambda: f"{fds()} descriptors")
        late = held.pop()
        late.sendall(b"GET /all.json HTTP/1.0\r\n\r\n")
        late.settimeout(5)  # sooner than any of them is cut off for its silence
        self.assertEqual(late.recv(12), b"HTTP/1.1 200")
        late.close()
        self.assertLessEqual(fds(), before + most + 10)

    def limit(self, name):
        with open(f"/proc/{self.daemon.process.pid}/limits") as limits:
            return next(int(line[len(name):].split()[0]) for line in limits if line.startswith(name))

    def test_readers_that_leave_are_forgotten(self):
        for i in range(200):
            with socket.create_connection((self.address[0], int(self.address[1]))) as s:
                s.sendall(b"GET /v1/stream?since=0 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                if i % 2:
                    s.recv(100)
        fds = lambda: len(os.listdir(f"/proc/{self.daemon.process.pid}/fd"))
        before = fds()
        wait_for(lambda: fds() <= max(before - 100, 60), lambda: f"{fds()} descriptors")


class Token(Web):
    """An address that is not loopback: here all of them, by way of one that is."""

    def setUp(self):
        super().setUp()
        self.room = self.newsroom()
        for n in range(4):
            self.room.publish(made_article(n, topic="libya" if n % 2 else None))
        self.clients = self.folder / "clients.d"
        self.clients.mkdir()
        self.client("desk", '{"topic/libya/"}')
        self.client("chief", '{""}')
        daemon = self.serve(self.room, http='{"0.0.0.0:*"}')
        self.address[0] = "127.0.0.1"
        self.articles(daemon, 4)
        self.served = daemon

    def client(self, name, read):
        path = self.clients / f"{name}.conf"
        path.touch(mode=0o600)
        path.write_text(f'token = "{TOKEN[name]}"\nread = {read}\n')

    def ask(self, path, who):
        return self.get(path, headers={"Authorization": f"Bearer {TOKEN[who]}"})

    def test_nobody_reads_without_a_token_nor_more_than_his_own(self):
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic " + TOKEN["desk"]}):
            for path in ("/all.atom", "/v1/stream", "/v1/articles?keys=topic/libya/", "/topics/libya.json"):
                status, answer, _ = self.get(path, headers=headers)
                self.assertEqual((status, answer["WWW-Authenticate"]), (401, 'Bearer realm="newswired"'), path)
        for path, desk in (("/all.atom", 403), ("/v1/articles?keys=all/", 403), ("/v1/articles?keys=topic/libya", 403),
                           ("/v1/stream?keys=topic/", 403), ("/topics/ceasefire.json", 403), ("/topics/libya.json", 200),
                           ("/v1/articles?keys=topic/libya/", 200)):
            self.assertEqual(self.ask(path, "desk")[0], desk, path)
            if "stream" not in path:
                self.assertEqual(self.ask(path, "chief")[0], 200, path)
        self.assertEqual(len(json.loads(self.ask("/v1/articles", "desk")[2])["items"]), 2)
        self.assertEqual(len(json.loads(self.ask("/v1/articles", "chief")[2])["items"]), 4)
        self.assertEqual(self.served.counter("http_requests_denied_total"), 12 + 5)
        log = self.served.log.read_text()
        self.assertEqual(log.count("HTTP request denied"), 1)
        self.assertFalse(any(token in log for token in TOKEN.values()))

    def test_a_reload_ends_the_streams_of_who_may_read_less(self):
        connections = {}
        for who in TOKEN:
            connection = connections[who] = self.connect()
            self.addCleanup(connection.close)
            connection.request("GET", "/v1/stream?since=0", headers={"Authorization": f"Bearer {TOKEN[who]}"})
        answers = {who: c.getresponse() for who, c in connections.items()}
        lines = {"desk": 2, "chief": 4}
        for who, answer in answers.items():
            self.assertEqual(answer.status, 200)
            for _ in range(lines[who]):
                self.assertIn("_newswire", json.loads(answer.readline()))
        self.client("desk", '{"topic/ceasefire/"}')
        self.served.reload()
        self.assertEqual(answers["desk"].read(), b"")
        self.room.publish(made_article(9))
        self.assertEqual(json.loads(answers["chief"].readline())["title"], made_article(9).title)


if __name__ == "__main__":
    harness.main()
