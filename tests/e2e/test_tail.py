#!/usr/bin/python3
"""newswire tail: what it prints, what it runs, and that nothing of it reaches a terminal as more than text."""
import json, os, pathlib, signal, subprocess, tempfile
import zmq
import harness
from harness import BIN, PATIENCE_S, Case, wait_for
from newsroom import made_article

HOSTILE = "A \x1b[31mred\x1b[0m \u202etitle\u202c \x9b1m"
ITEM = {"_newswire": {"seq": 1, "source": "The Gazette", "feed": "gazette"}, "id": "a" * 32, "title": HOSTILE,
        "url": "https://gazette.example/1?a='$(id)`;", "tags": ["libya"]}


class FakeBus:
    """Both ends of the bus, with articles that no cleaner would let through."""

    def __init__(self, folder):
        self.context = zmq.Context()
        self.xpub, self.router = self.context.socket(zmq.XPUB), self.context.socket(zmq.ROUTER)
        self.live, self.replay = f"ipc://{folder}/live", f"ipc://{folder}/replay"
        self.xpub.bind(self.live)
        self.router.bind(self.replay)

    def answer(self, messages):
        """One request for a replay, with all of it."""
        peer, _, lines = self.router.recv_multipart()
        for seq, (key, item, text) in enumerate(messages, 1):
            header = f"NW1 {'story' if key.startswith('story/') else 'item'} {seq} 0 1700000000000 {'a' * 32} v1"
            self.router.send_multipart([peer, key.encode(), header.encode(), json.dumps(item).encode(), text])
        self.router.send_multipart([peer, f"END {len(messages)} 1".encode()])
        return lines.decode()

    def close(self):
        self.context.destroy(linger=0)


class Tail(Case):
    def setUp(self):
        super().setUp()
        self.bus = FakeBus(self.folder)
        self.addCleanup(self.bus.close)

    def tail(self, *arguments, bus=None, **kwargs):
        bus = bus or self.bus
        out = tempfile.NamedTemporaryFile("w+b", suffix=".tail")
        process = subprocess.Popen([BIN / "newswire", "tail", "--live", bus.live, "--replay", bus.replay, *arguments],
                                   stdout=kwargs.pop("stdout", out), env={**os.environ, "TZ": "UTC"}, **kwargs)
        process.printed = lambda: pathlib.Path(out.name).read_bytes()
        self.addCleanup(lambda: (process.poll() is None and process.kill(), process.wait(), out.close()))
        return process

    def printed(self, arguments, messages, lines):
        """What is printed for these messages, once it has so many lines; then SIGINT ends it."""
        process = self.tail("--since", "0", *arguments)
        self.bus.answer(messages)
        wait_for(lambda: process.printed().count(b"\n") >= lines, lambda: f"{lines} lines, not {process.printed()}")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(PATIENCE_S), 0)
        return process.printed()

    def test_a_person_sees_time_tags_title_source_and_address(self):
        got = self.printed([], [("all/", ITEM, b"text\n")], 2).decode()
        self.assertEqual(got.splitlines()[0],
                         r"2023-11-14 22:13:20  libya  A \x1b[31mred\x1b[0m \u{202e}title\u{202c} \u{9b}1m")
        self.assertEqual(got.splitlines()[1], "    The Gazette  https://gazette.example/1?a='$(id)`;")

    def test_a_person_sees_what_became_of_a_story(self):
        story = {"id": "b" * 32, "change": "grew\x1b", "articles": 4, "sources": 3, "tags": ["libya", "oil"]}
        got = self.printed(["story/"], [("story/libya/", {"_newswire": {"seq": 1, "story": story}, "title": "Truce"}, b"text\n")], 2)
        self.assertEqual(got.decode().splitlines(), ["2023-11-14 22:13:20  (story)  libya  oil  Truce",
                                                     rf"    grew\x1b, 4 articles, 3 sources  {'b' * 32}"])

    def test_json_is_one_line_with_the_text_and_nothing_that_a_terminal_obeys(self):
        got = self.printed(["--json"], [("all/", ITEM, "A line \u202e.\n".encode())], 1)
        self.assertFalse(set(got[:-1]) & set(range(0x20)))
        self.assertNotIn("\u202e", got.decode())
        self.assertEqual(json.loads(got), {**ITEM, "content_text": "A line \u202e.\n"})

    def test_texts_are_divided_by_two_empty_lines(self):
        texts = [b" date 2023-11-14 One\n\nBody.\n", b"Two\n\n\x1bBody.\n"]
        got = self.printed(["--text"], [("all/", ITEM, text) for text in texts], 10)
        self.assertEqual(got, texts[0] + b"\n\n" + texts[1].replace(b"\x1b", b"\\x1b") + b"\n\n")

    def test_an_article_under_two_keys_is_printed_once(self):
        process = self.tail("--last", "2", "--text", "all", "topic/libya/")
        peer, _, lines = self.bus.router.recv_multipart()
        self.assertEqual(lines.decode(), "last=2\ncredit=1000\nkeys=all/,topic/libya/")
        for key, seq, text in (("all/", 1, b"one\n"), ("topic/libya/", 1, b"one\n"), ("all/", 2, b"two\n")):
            header = f"NW1 item {seq} 0 1700000000000 {'a' * 32} v1"
            self.bus.router.send_multipart([peer, key.encode(), header.encode(), b"{}", text])
        wait_for(lambda: process.printed() == b"one\n\n\ntwo\n\n\n", lambda: f"each once, not {process.printed()}")

    def test_a_command_is_run_with_the_text_and_what_it_belongs_to(self):
        command = 'echo "$NEWSWIRE_KEY $NEWSWIRE_KIND $NEWSWIRE_SEQ $NEWSWIRE_ID v$NEWSWIRE_VERSION $NEWSWIRE_URL"; cat'
        got = self.printed(["--exec", command], [("all/", ITEM, b"The text.\n")], 2).decode()
        self.assertEqual(got, f"all/ item 1 {'a' * 32} v1 https://gazette.example/1?a=%27%24%28id%29%60%3B\nThe text.\n")

    def test_a_command_that_fails_or_does_not_read_stops_nothing(self):
        process = self.tail("--since", "0", "--exec", "echo $NEWSWIRE_SEQ; exit 3", stderr=subprocess.PIPE)
        self.bus.answer([("all/", ITEM, b"x" * 1000000)] * 3)
        wait_for(lambda: process.printed() == b"1\n2\n3\n", lambda: f"three runs, not {process.printed()}")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(PATIENCE_S), 0)
        self.assertEqual(process.stderr.read(), b"newswire: the command ended with 3\n" * 3)
        process.stderr.close()

    def test_it_ends_when_nobody_reads_any_more(self):
        reader, writer = os.pipe()
        process = self.tail(stdout=writer)
        os.close(writer)
        os.close(reader)
        self.assertEqual(process.wait(PATIENCE_S), 0)

    def test_wrong_use_is_told(self):
        for arguments in (["--since", "someday"], ["--last", "0"], ["--json", "--text"], ["--since", "1", "--last", "1"],
                          ["Topic/"], ["--live", "nowhere"]):
            done = subprocess.run([BIN / "newswire", "tail", *arguments], capture_output=True, timeout=PATIENCE_S)
            self.assertEqual((done.returncode, done.stdout), (2, b""), arguments)
            self.assertTrue(done.stderr.startswith(b"newswire: "), done.stderr)

    def test_the_daemon_is_waited_for(self):
        self.bus.close()
        process = self.tail(stderr=subprocess.PIPE)
        self.assertIn(b"no word from", process.stderr.readline())
        process.stderr.close()

    def test_it_follows_a_real_daemon(self):
        room = self.newsroom()
        articles = [made_article(n) for n in range(3)]
        room.publish(articles[0])
        daemon = self.daemon(room.write_config(self.folder)).start().ready()
        wait_for(lambda: daemon.counter("articles_total") == 1, "the first article")
        process = self.tail("--since", "1h ago", "--text", bus=daemon)
        for article in articles[1:]:
            room.publish(article)
        wait_for(lambda: all(a.title.encode() in process.printed() for a in articles), "all three")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(PATIENCE_S), 0)


if __name__ == "__main__":
    harness.main()
