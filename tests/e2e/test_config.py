#!/usr/bin/python3
"""What the command line says of a configuration: what is wrong with it and where, and every option with where it comes from."""
import json, pathlib, re, subprocess
import harness
from harness import BIN, ROOT, Case

GENERAL = """\
feeds = "feeds"   # a directory beside this file
timeout = 90s
keep-size = 512M
live = {"tcp://127.0.0.1:7340",
        "ipc:///run/x \\"quoted\\".ipc"}
"""
FEEDS = """\
feed "gazette" {
    url = "https://gazette.example/feed"
    pages = false
}
"""
CLIENT = 'token = "0123456789abcdef0123456789abcdef"\nread = {"all/"}\n'
ALERTS = """\
channel "file:log" { path = "log.jsonl" }
alert "desk" {
    topics = {"libya"}
    send = {"file:log"}
    wait = 5m
}
"""


class Config(Case):
    def setUp(self):
        super().setUp()
        self.base = pathlib.Path(self.folder)
        for name, text in (("n.conf", GENERAL), ("feeds/a.conf", FEEDS), ("clients.d/desk.conf", CLIENT),
                           ("alerts.d/a.conf", ALERTS)):
            path = self.base / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            path.chmod(0o600)

    def newswire(self, *words, status=0):
        done = subprocess.run([BIN / "newswire", *map(str, words)], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def dump(self, config="n.conf"):
        rows = json.loads(self.newswire("config", "dump", "--json", self.base / config).stdout)
        return {(row.get("section", ""), row.get("name", ""), row["option"]): (row["value"], row["from"]) for row in rows}

    def test_a_tag_that_no_topic_is_called_by_is_noted(self):
        (self.base / "n.conf").write_text(f'topics = "{ROOT}/etc/topics.d"\nfeeds = "feeds"\n'
                                          'keep-topics = {"libya 1825d", "lybia 1825d", "ceasefir 9d", "ceasefire/gaza 0s"}\n')
        done = self.newswire("check", self.base / "n.conf")
        self.assertIn("all is well", done.stdout)
        self.assertEqual(re.findall(r"note: keep-topics names '(\S+)',", done.stderr), ["lybia", "ceasefir", "ceasefire/gaza"])

    def test_every_value_is_told_with_where_it_comes_from(self):
        rows = self.dump()
        at = self.base
        self.assertEqual(rows["", "", "timeout"], ("90s", f"{at}/n.conf:2"))
        self.assertEqual(rows["", "", "keep-size"], ("512M", f"{at}/n.conf:3"))
        self.assertEqual(rows["", "", "live"][0], ["tcp://127.0.0.1:7340", 'ipc:///run/x "quoted".ipc'])
        self.assertEqual(rows["", "", "heartbeat"], ("5s", "default"))
        self.assertEqual(rows["feed", "gazette", "pages"], (False, f"{at}/feeds/a.conf:3"))
        self.assertEqual(rows["feed", "gazette", "max-interval"], ("4h", "default"))
        self.assertEqual(rows["alert", "desk", "wait"], ("5m", f"{at}/alerts.d/a.conf:5"))
        self.assertEqual(rows["alert", "desk", "when"], (["new-story", "grew", "correction", "cancel"], "default"))
        self.assertEqual(rows["channel", "file:log", "path"][1], f"{at}/alerts.d/a.conf:1")
        self.assertNotIn(("channel", "file:log", "to"), rows)

    def test_a_feed_without_an_interval_of_its_own_names_the_general_one(self):
        (self.base / "n.conf").write_text('feeds = "feeds"\nmax-interval = 2h\n')
        self.assertEqual(self.dump()["feed", "gazette", "max-interval"], ("2h", f"{self.base}/n.conf:2"))

    def test_a_secret_is_not_shown(self):
        text = self.newswire("config", "dump", self.base / "n.conf").stdout
        self.assertEqual(self.dump()["client", "desk", "token"], (None, f"{self.base}/clients.d/desk.conf:1"))
        self.assertIn("#     token = (not shown)", text)
        self.assertNotIn("0123456789abcdef", text)

    def test_a_key_is_shown_as_it_is_written(self):
        public = self.newswire("keygen", "--out", self.base / "key").stdout.strip().split()[-1]
        (self.base / "clients.d/desk.conf").write_text(f'key = "{public}"\nread = {{"all/"}}\n')
        self.assertEqual(self.dump()["client", "desk", "key"][0], public)

    def test_what_is_printed_is_itself_a_configuration_of_the_same_values(self):
        text = self.newswire("config", "dump", self.base / "n.conf").stdout
        general, feeds = re.split(r"(?m)^$", text, maxsplit=1)
        feeds = re.search(r'(?ms)^feed .*?^}$', feeds).group()
        (self.base / "again.conf").write_text(general)
        (self.base / "feeds/a.conf").write_text(feeds)
        before = {k: v[0] for k, v in self.dump().items()}
        self.assertEqual(before, {k: v[0] for k, v in self.dump("again.conf").items()})

    def test_the_shipped_configuration_is_right_and_can_be_dumped(self):
        shipped = ROOT / "etc/newswired.conf"
        self.assertIn("all is well", self.newswire("check", shipped).stdout)
        self.assertIn("topics = ", self.newswire("config", "dump", shipped).stdout)

    def test_what_is_wrong_is_told_with_its_place(self):
        (self.base / "n.conf").write_text('feeds = "feeds"\ntimeout = soon\n')
        for words in (("check",), ("config", "dump")):
            said = self.newswire(*words, self.base / "n.conf", status=2)
            self.assertIn("n.conf:2:1: bad duration 'soon' for timeout", said.stderr)
            self.assertNotIn("feeds =", said.stdout)

    def test_nothing_else_can_be_asked_for(self):
        self.assertIn("nothing to be done: 'show'", self.newswire("config", "show", status=2).stderr)


if __name__ == "__main__":
    harness.main()
