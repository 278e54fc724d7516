"""What the tests of alerts share: rules and channels, made news, and what the daemon says of its letters."""
import base64, contextlib, hashlib, hmac, json, random, sqlite3, subprocess, time
from harness import BIN, Case, wait_for
from newsroom import Article
from receivers import Mail, Web

SECRET = "tr0ub4dor-secret-of-this-test"


def made_article(n):
    """A report that shares nothing with any other: each is a story of its own."""
    dice = random.Random(n)
    word = lambda: "".join(dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(3))
    words = lambda k: " ".join(word() for _ in range(k))
    return Article(f"made-{n:06d}", {"tags": "", "title": f"Report {n}: {words(5)}", "date": "2026-11-20T10:00:00+00:00"},
                   [f"{words(30).capitalize()}, said report {n}." for _ in range(4)])


class AlertCase(Case):
    def setUp(self):
        super().setUp()
        self.room, self.web = self.newsroom(), Web()
        self.addCleanup(self.web.stop)

    def mail(self, **kwargs):
        mail = Mail(**kwargs)
        self.addCleanup(mail.stop)
        return mail

    def secret(self, name, text=SECRET):
        path = self.folder / name
        path.write_text(text + "\n")
        path.chmod(0o600)
        return path

    def configure(self, channels, rules=None, **options):
        """channels: name -> lines; every rule tells all of them of whatever is in the news."""
        folder = self.folder / "alerts.d"
        folder.mkdir(exist_ok=True)
        send = ", ".join(f'"{name}"' for name in channels)
        rules = {"flash": ""} if rules is None else rules
        text = "".join(f'channel "{name}" {{\n{lines}\n}}\n' for name, lines in channels.items())
        for name, lines in rules.items():
            lines = lines or 'query = "report"\nwhen = {"new-story", "update"}'
            text += f'alert "{name}" {{\n{lines}\nsend = {{{send}}}\nmax-age = 365d\n}}\n'
        (folder / "test.conf").write_text(text)
        return self.room.write_config(self.folder, feeds=["gazette"], **options)

    def begin(self, channels, **kwargs):
        """The daemon after the first visit, of which nothing is told."""
        daemon = self.daemon(self.configure(channels, **kwargs))
        self.room.publish(made_article(1))
        daemon.start().ready()
        wait_for(lambda: daemon.feed("gazette")["articles"] == 1, "the first visit")
        return daemon

    def publish(self, *numbers):
        for n in numbers:
            self.room.publish(made_article(n))

    def letters(self, daemon):
        return daemon.ask("/v1/alerts")["letters"]

    def lines(self, path):
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def newswire(self, daemon, *args):
        return subprocess.run([BIN / "newswire", *args, "--runtime", str(daemon.runtime)], capture_output=True, text=True)

    def check_signature(self, request, key):
        headers = request["headers"]
        self.assertEqual(headers["webhook-id"], key)
        self.assertLess(abs(int(headers["webhook-timestamp"]) - time.time()), 300)
        signed = f'{key}.{headers["webhook-timestamp"]}.'.encode() + request["body"]
        mac = hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
        self.assertEqual(headers["webhook-signature"], "v1," + base64.b64encode(mac).decode())

    def outbox(self, daemon):
        """In the order of the letters."""
        with contextlib.closing(sqlite3.connect(f"file:{daemon.state}/journal.db?mode=ro", uri=True)) as db:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute("SELECT * FROM outbox ORDER BY n")]
