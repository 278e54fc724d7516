#!/usr/bin/python3
"""Rules that go and come back: what they told is known, what happened meanwhile is not told."""
import contextlib, sqlite3
import harness
from alertcase import AlertCase, made_article
from harness import wait_for


class AlertRules(AlertCase):
    def setUp(self):
        super().setUp()
        self.out = self.folder / "out"

    def rules(self, *names):
        return self.configure({"file:log": f'path = "{self.out}"'}, rules={name: 'query = "report"' for name in names})

    def told(self):
        return [(line["rule"], line["transition"]) for line in self.lines(self.out)] if self.out.exists() else []

    def states(self, daemon, rule):
        with contextlib.closing(sqlite3.connect(f"file:{daemon.state}/journal.db?mode=ro", uri=True)) as db:
            return [state for (state,) in db.execute("SELECT state FROM incident WHERE rule = ?", (rule,))]

    def wait_told(self, daemon, *want):
        wait_for(lambda: self.told() == list(want), lambda: (self.told(), self.newswire(daemon, "alerts").stdout))

    def reload(self, daemon, *names):
        """There may be as many rules as before: what the log says counts."""
        before = daemon.log.read_text().count("msg=reloaded")
        self.rules(*names)
        daemon.reload()
        wait_for(lambda: daemon.log.read_text().count("msg=reloaded") > before, daemon.log.read_text)

    def stop(self, daemon):
        """With every letter known to be sent: what was on its way is sent again by the next."""
        wait_for(lambda: {letter["state"] for letter in self.letters(daemon)} <= {"sent"}, lambda: self.letters(daemon))
        daemon.stop()

    def test_a_rule_that_comes_back_goes_on_where_it_was(self):
        daemon = self.begin({"file:log": f'path = "{self.out}"'}, rules={"flash": 'query = "report"'})
        article = made_article(2)
        article.title = "Report: raid on Sirte kills 12"
        self.room.publish(article)
        self.wait_told(daemon, ("flash", "first"))
        article.title = "Report: raid on Sirte kills 20"
        told = [("flash", "first"), ("flash", "correction-1")]
        self.wait_told(daemon, *told)
        self.reload(daemon, "other")
        wait_for(lambda: self.states(daemon, "flash") == ["closed"], lambda: self.states(daemon, "flash"))
        self.reload(daemon, "flash")
        article.title = "Report: raid on Sirte kills 31"
        told.append(("flash", "correction-2"))
        self.wait_told(daemon, *told)
        self.stop(daemon)
        self.rules("other")
        daemon.start().ready()  # gone, and nobody told the daemon
        wait_for(lambda: self.states(daemon, "flash") == ["closed"], lambda: self.states(daemon, "flash"))
        self.reload(daemon, "flash", "other")
        article.title = "Report: raid on Sirte kills 45"
        told.append(("flash", "correction-3"))
        wait_for(lambda: [t for t in self.told() if t[0] == "flash"] == told, lambda: self.told())

    def test_what_came_while_there_was_no_rule_is_not_told(self):
        daemon = self.begin({"file:log": f'path = "{self.out}"'}, rules={"flash": 'query = "report"'})
        self.publish(2)
        self.wait_told(daemon, ("flash", "first"))
        self.reload(daemon)
        self.publish(3)
        wait_for(lambda: daemon.counter("articles_total") == 3, "the article")
        self.reload(daemon, "flash")
        self.publish(4)
        self.wait_told(daemon, ("flash", "first"), ("flash", "first"))
        self.stop(daemon)
        self.rules()
        daemon.start().ready()
        self.publish(5)
        wait_for(lambda: daemon.feed("gazette")["articles"] == 5, "the article")
        self.stop(daemon)
        self.rules("flash")
        daemon.start().ready()
        self.publish(6)
        self.wait_told(daemon, *[("flash", "first")] * 3)
        self.assertIn("6", self.lines(self.out)[-1]["article"]["url"])

    def test_a_version_of_what_was_there_before_is_not_told(self):
        daemon = self.daemon(self.rules("flash"))
        article = made_article(1)
        article.title = "Report: raid on Sirte kills 12"
        self.room.publish(article)
        daemon.start().ready()
        wait_for(lambda: daemon.feed("gazette")["articles"] == 1, "the first visit")
        article.title = "Report: raid on Sirte kills 20"
        wait_for(lambda: daemon.counter("articles_total") == 2, "the new version")
        self.publish(2)
        self.wait_told(daemon, ("flash", "first"))
        self.assertIn("000002", self.lines(self.out)[0]["article"]["url"])


if __name__ == "__main__":
    harness.main()
