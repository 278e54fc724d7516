#!/usr/bin/python3
"""A small newsroom on loopback: the publisher of the end-to-end tests and of `sh daemon/run demo`.

It serves feeds and pages made from articles/*.txt (written for it), with ETag, Last-Modified, 304 and
gzip, and misbehaves where an article's or a feed's `fault` says so. As a program it publishes one
article after the other:

    newsroom.py --dir DIR [--every SECONDS]    writes DIR/newswired.conf, then serves until stopped
"""
import argparse, datetime, email.utils, gzip, hashlib, html, http.server, json, pathlib, sys, threading, time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SITES = {"gazette": "The Loopback Gazette", "courier": "Le Courrier de la Boucle", "sada": "صدى الحلقة"}


class Article:
    """One text of articles/: header lines `name: value`, an empty line, then paragraphs."""

    def __init__(self, slug, fields, paragraphs):
        self.slug, self.paragraphs = slug, paragraphs
        self.title, self.date = fields["title"], fields["date"]
        self.lang, self.site = fields.get("lang", "en"), fields.get("site", "gazette")
        self.author, self.fault = fields.get("author", ""), fields.get("fault", "")
        self.tags = fields.get("tags", "").split()

    @property
    def path(self):
        return f"/{self.site}/{self.date[:4]}/{self.slug}.html"

    def text(self):
        """The article in the text format, as the daemon must publish it."""
        return f" date {self.date[:10]} {self.title}\n\n" + "\n\n".join(self.paragraphs) + "\n"


def read_articles(folder=HERE / "articles"):
    articles = []
    for path in sorted(folder.glob("*.txt")):
        head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
        fields = {name: value.strip() for name, _, value in (line.partition(":") for line in head.splitlines())}
        articles.append(Article(path.stem, fields, [p for p in body.strip().split("\n\n")]))
    return articles


def made_article(n, topic=None):
    """Articles without end, each another text; `topic` puts it on one or two of the shipped ones."""
    words = "council harbour budget school market bridge railway museum harvest theatre clinic archive".split()
    name = lambda i: words[(n * 7 + i * 5 + i * i) % len(words)]
    body = [f"The {name(i)} committee met on matter {n * 100 + i} and heard about the {name(i + 1)}, the "
            f"{name(i + 2)} and the {name(i + 3)}, all of which will be looked at again next month." for i in range(4)]
    title = f"Report {n}: the {name(1)} and the {name(2)}"
    tags = (topic or "").split()
    if "libya" in tags:
        title = f"Libya's parliament in Tobruk debates report {n}"
        body.insert(0, f"Libya's House of Representatives in Tobruk debated report {n} on Thursday, a step that the "
                       "government in Tripoli called late. Libyan lawmakers from Benghazi and Misrata took part.")
    if "ceasefire" in tags:
        title += ", after the armies agreed to a ceasefire"
        body.insert(0, f"Both armies agreed on Thursday to keep to the ceasefire of report {n}; mediators said that "
                       "the truce had been broken twice by shelling since it was signed.")
    return Article(f"made-{n:06d}", {"tags": " ".join(tags), "title": title, "date": "2026-11-20T10:00:00+00:00"}, body)


PAGE = """<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{title} | {site_name}</title>
<meta property="og:title" content="{title}"><meta property="og:site_name" content="{site_name}">
<meta property="article:published_time" content="{date}">
<script type="application/ld+json">{jsonld}</script></head>
<body><header class="site-header"><a href="/">{site_name}</a>
<nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li><li><a href="/sport">Sport</a></li></ul></nav></header>
<div id="cookie-consent" class="cookie-banner"><p>We use cookies to remember what you liked. Accept all cookies?</p><button>Accept</button></div>
<main><article class="story"><h1>{title}</h1><p class="byline">By {author}</p><time datetime="{date}">{day}</time>
<div class="share-bar"><a href="#">Share</a> <a href="#">Mail</a></div>
<div class="article-body">
<figure><img src="/photo.jpg" alt=""><figcaption>A street in the morning. Photo: staff</figcaption></figure>
{paragraphs}
</div></article>
<aside class="related"><h2>Related stories</h2><ul><li><a href="/a">Another story about another thing</a></li>
<li><a href="/b">One more story that has nothing to do with it</a></li></ul></aside>
<section id="comments" class="comments"><h3>Comments</h3><p>A reader: I have seen this coming for a long time and nobody listened to me.</p></section>
</main><footer><p>Copyright 2026 {site_name}. All rights reserved.</p></footer></body></html>
"""


def page_of(article):
    esc = html.escape
    jsonld = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": article.title,
              "datePublished": article.date, "author": {"@type": "Person", "name": article.author}}
    return PAGE.format(lang=article.lang, title=esc(article.title), site_name=SITES[article.site], date=article.date,
                       day=article.date[:10], author=esc(article.author),
                       jsonld=json.dumps(jsonld, ensure_ascii=False).replace("<", "\\u003c"),
                       paragraphs="\n".join(f"<p>{esc(p)}</p>" for p in article.paragraphs)).encode()


def feed_of(name, articles, base, whole=False):
    """RSS; `whole`: with each article's text in it, for feeds whose pages are not fetched."""
    esc = html.escape
    text_of = lambda a: "<content:encoded>%s</content:encoded>" % esc(
        "".join(f"<p>{esc(p)}</p>" for p in a.paragraphs)) if whole else ""
    items = "".join(
        f"<item><title>{esc(a.title)}</title><link>{base}{a.path}</link><guid isPermaLink=\"false\">{a.site}:{a.slug}</guid>"
        f"<pubDate>{http_date(a.date)}</pubDate>"
        f"<description>{esc(a.paragraphs[0])}</description>{text_of(a)}</item>\n" for a in reversed(articles))
    lang = articles[0].lang if articles else "en"
    return (f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>{esc(SITES.get(name, name))}</title>'
            f"<link>{base}/{name}/</link><description>News from {name}</description><language>{lang}</language>\n"
            f"{items}</channel></rss>\n").encode()


def http_date(iso):
    return email.utils.format_datetime(datetime.datetime.fromisoformat(iso).astimezone(datetime.timezone.utc))


class Newsroom:
    """The server. Thread-safe: a test publishes while the daemon polls."""

    def __init__(self, port=0, host="127.0.0.1"):
        self.lock, self.feeds, self.pages, self.requests = threading.Lock(), {}, {}, []
        self.feed_faults, self.spent, self.released = {}, set(), threading.Event()
        self.sent_bytes = 0  # answers, with their heads, as they left
        self.whole = set()  # feeds that carry their articles' texts; these have no pages
        newsroom = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                write = self.wfile.write

                def counted(data):
                    with newsroom.lock:
                        newsroom.sent_bytes += len(data)
                    return write(data)

                self.wfile.write = counted

            def do_GET(self):
                newsroom.answer(self)

            def log_message(self, *args):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, request, client_address):
                if not isinstance(sys.exc_info()[1], ConnectionError):  # daemons that are killed hang up
                    super().handle_error(request, client_address)

        self.server = Server((host, port), Handler)
        self.server.daemon_threads = True
        self.base = f"http://{host}:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def start(self):
        self.thread.start()
        return self

    def stop(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()

    def publish(self, article, feed=None):
        with self.lock:
            self.feeds.setdefault(feed or article.site, []).append(article)
            if feed not in self.whole:
                self.pages[article.path] = article

    def withdraw(self, feed, n):
        """The n oldest articles leave the feed, as they do when newer ones push them out."""
        with self.lock:
            del self.feeds[feed][:n]

    def count(self, path, status=None):
        with self.lock:
            return sum(p == path and (status is None or s == status) for p, s in self.requests)

    # --- answers ---

    def once(self, path, fault):
        """Whether a fault that happens once is still to happen."""
        with self.lock:
            fresh = (path, fault) not in self.spent
            self.spent.add((path, fault))
            return fresh

    def answer(self, request):
        path = request.path.split("?")[0]
        with self.lock:
            feed = path[len("/feeds/"):-len(".xml")] if path.startswith("/feeds/") else None
            listed = list(self.feeds.get(feed, [])) if feed is not None else None
            article = self.pages.get(path.replace("/moved", ""))
            fault = self.feed_faults.get(feed, "") if feed is not None else article.fault if article else ""
        if feed is not None and (feed in self.feeds or fault):
            body, kind = feed_of(feed, listed, self.base, feed in self.whole), "application/rss+xml"
        elif article:
            body, kind = page_of(article), "text/html; charset=utf-8"
        else:
            return self.send(request, path, 404, b"no such page\n", "text/plain")
        if fault.startswith("redirect") and "/moved" not in path:
            return self.send(request, path, 302, b"", kind, {"Location": "/moved" + path})
        if fault == "500" or (fault == "500-once" and self.once(path, fault)):
            return self.send(request, path, 500, b"something broke\n", "text/plain")
        if fault == "hang" or (fault == "hang-once" and self.once(path, fault)):
            self.note(path, 0)
            self.released.wait(60)
            request.close_connection = True
            return None
        if fault == "truncated" or (fault == "truncated-once" and self.once(path, fault)):
            return self.send(request, path, 200, body, kind, cut=len(body) // 2)
        return self.send(request, path, 200, body, kind)

    def note(self, path, status):
        with self.lock:
            self.requests.append((path, status))

    def send(self, request, path, status, body, kind, headers=None, cut=None):
        etag = '"%s"' % hashlib.sha1(body).hexdigest()[:16]
        if status == 200 and cut is None and request.headers.get("If-None-Match") == etag:
            status, body = 304, b""
        zipped = status == 200 and cut is None and "gzip" in request.headers.get("Accept-Encoding", "")
        if zipped:
            body = gzip.compress(body, mtime=0)
        self.note(path, status)
        try:
            request.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), "ETag": etag, **(headers or {})}.items():
                if status != 304 or name == "ETag":
                    request.send_header(name, value)
            if zipped:
                request.send_header("Content-Encoding", "gzip")
            request.end_headers()
            request.wfile.write(body if cut is None else body[:cut])
            if cut is not None:
                request.close_connection = True
        except (BrokenPipeError, ConnectionResetError):
            pass

    # --- configuration for a daemon ---

    def write_config(self, folder, feeds=None, **options):
        """A configuration that polls this newsroom fast, with the shipped topics."""
        folder = pathlib.Path(folder)
        (folder / "feeds.d").mkdir(parents=True, exist_ok=True)
        settings = {"feeds": '"feeds.d"', "topics": f'"{ROOT}/etc/topics.d"', "allow-networks": '{"127.0.0.0/8"}',
                    "min-interval": "1s", "max-interval": "1s", "start-spread": "0s", "host-pause": "0ms",
                    "per-host": 16, "timeout": "5s", "connect-timeout": "2s", "backlog-age": "36500d", "heartbeat": "1s",
                    "backlog-items": 100000, "live": "{}", "replay": "{}", "http": "{}", "status": "{}", **options}
        lines = "".join(f"{name.replace('_', '-')} = {value}\n" for name, value in settings.items())
        (folder / "newswired.conf").write_text(lines)
        names = feeds if feeds is not None else sorted({*self.feeds, *self.feed_faults})
        for name in names:
            self.feeds.setdefault(name, [])
        (folder / "feeds.d" / "newsroom.conf").write_text(
            "".join(f'feed "{name}" {{\n\turl = "{self.base}/feeds/{name}.xml"\n'
                    f'\tpages = {str(name not in self.whole).lower()}\n}}\n' for name in names))
        return folder / "newswired.conf"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dir", required=True, help="where newswired.conf is written")
    parser.add_argument("--every", type=float, default=2.0, help="seconds between two articles")
    args = parser.parse_args()
    newsroom, articles = Newsroom().start(), read_articles()
    for article in articles[:6]:
        newsroom.publish(article)
    newsroom.write_config(args.dir, feeds=sorted(SITES), live='{"tcp://127.0.0.1:7340"}', replay='{"tcp://127.0.0.1:7341"}',
                          http='{"127.0.0.1:7342"}', status='{"127.0.0.1:7343"}')
    print(newsroom.base, flush=True)
    for article in articles[6:]:
        time.sleep(args.every)
        newsroom.publish(article)
    threading.Event().wait()


if __name__ == "__main__":
    main()
