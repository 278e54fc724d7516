#!/usr/bin/python3
"""What newswire says of files, as text and as JSON, and how it ends when they are wrong. No daemon is needed."""
import json, subprocess
import harness
from harness import BIN, GOLDEN, ROOT, Case

FEED = """<?xml version="1.0"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>
<title>The Gazette</title><link>/</link><description>News</description><language>en</language>
<pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate><sy:updatePeriod>hourly</sy:updatePeriod>
<item><title>First &amp; best</title><link>/one</link><guid isPermaLink="false">g1</guid><dc:creator>Anna B</dc:creator>
<pubDate>Fri, 20 Nov 2026 09:00:00 GMT</pubDate><category>world</category><description>Some words</description>
<enclosure url="/one.mp3" type="audio/mpeg" length="1"/></item>
<item><guid isPermaLink="false">g2</guid><pubDate>whenever</pubDate><description>No title \x1b[31m here</description></item>
</channel></rss>
"""
PAGE = """<!DOCTYPE html><html lang="en"><head><title>A harbour | Gazette</title></head><body><nav><a href="/">Home</a></nav><article>
<h1>A harbour</h1>%s</article></body></html>"""
TEXT = GOLDEN / "07-oil-budget.txt"
TOPICS = ("--topics", ROOT / "etc" / "topics.d")


class Cli(Case):
    def setUp(self):
        super().setUp()
        paragraph = "<p>The council of the harbour met on Thursday and heard for hours what the storm had done to the old pier.</p>"
        for name, text in (("feed.xml", FEED.replace("\x1b", "&#x2028;")), ("page.html", PAGE % (paragraph * 6)), ("empty.xml", ""),
                           ("headers", "Content-Type: text/xml\nnonsense\nContent-Location: http://other.example/a/\nContent-Language: fr\n"),
                           ("none.xml", "<html><body>no feed</body></html>")):
            (self.folder / name).write_text(text)

    def run_it(self, *words):
        done = subprocess.run([BIN / "newswire", *map(str, words)], cwd=self.folder, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def test_what_is_said_of_files(self):
        """Words, exit code, and what must stand in the output (error output where the code is not 0)."""
        rows = [
            (("parse", "feed.xml"), 0, ["feed       The Gazette\n", "format     rss", "language   en\n", "poll       every 3600 s at most\n",
                                        "items      2\n", "*          First & best\n", "  author     Anna B\n", "  id         g1\n",
                                        "  published  2026-11-20T09:00:00Z\n", "  category   world\n", "*          (no title)\n",
                                        'unknown, written "whenever"\n', "bytes of summary"]),
            (("parse", "--base", "http://news.example/rss", "feed.xml"), 0, ["  link       http://news.example/one\n",
                                                                             "  enclosure  http://news.example/one.mp3\n"]),
            (("parse", "--headers", "headers", "feed.xml"), 0, ["  link       http://other.example/one\n", "language   en\n"]),
            (("parse", "--headers", "missing", "feed.xml"), 2, ["missing"]),
            (("parse", "empty.xml"), 2, ["empty.xml"]),
            (("parse", "none.xml"), 2, ["none.xml"]),
            (("parse", "missing.xml"), 2, ["missing.xml", "No such file"]),
            (("parse",), 2, ["FILE is wanted"]),
            (("clean", "page.html"), 0, ["A harbour\n", "The council of the harbour"]),
            (("clean", "missing.html"), 2, ["missing.html"]),
            (("clean", "--out", "feed.xml", "page.html"), 2, ["feed.xml"]),
            (("tag", *TOPICS, TEXT), 0, ["07-oil-budget.txt\tlibya\n"]),
            (("tag", *TOPICS, "--explain", TEXT), 0, ["  libya: score ", '"Libya"  title, bytes 0-5\n']),
            (("tag", "--topics", "missing", TEXT), 2, ["missing"]),
            (("tag", *TOPICS, "missing.txt"), 2, ["missing.txt"]),
            (("no-such-command",), 2, ["no-such-command"]),
            (("--version",), 0, ["newswire "]),
            (("--help",), 0, ["parse", "clean", "tag"]),
        ]
        for words, code, parts in rows:
            with self.subTest(" ".join(map(str, words))):
                got, out, err = self.run_it(*words)
                self.assertEqual(got, code, err)
                for part in parts:
                    self.assertIn(part, err if code else out)

    def test_json_is_json(self):
        code, out, err = self.run_it("parse", "--json", "--base", "http://news.example/rss", "feed.xml")
        self.assertEqual((code, [i.get("link") for i in json.loads(out)["entries"]][0]), (0, "http://news.example/one"), err)
        code, out, err = self.run_it("tag", *TOPICS, "--json", TEXT, TEXT)
        rows = [json.loads(line) for line in out.splitlines()]
        self.assertEqual((code, [row["tags"] for row in rows]), (0, [["libya"]] * 2), err)
        code, out, err = self.run_it("clean", "--json", "--url", "http://news.example/a", "page.html")
        self.assertEqual((code, json.loads(out)["title"], json.loads(out)["url"]), (0, "A harbour", "http://news.example/a"), err)

    def test_pages_are_cleaned_into_a_directory(self):
        out = self.folder / "out"
        out.mkdir()
        for words, name in ((("--out", "out"), "page.txt"), (("--json", "--out", "out"), "page.json")):
            code, said, err = self.run_it("clean", *words, "page.html")
            self.assertEqual((code, said), (0, ""), err)
            self.assertIn("The council of the harbour", (out / name).read_text())


if __name__ == "__main__":
    harness.main()
