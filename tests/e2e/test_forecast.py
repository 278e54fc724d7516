#!/usr/bin/python3
"""newswire alert forecast, beside what a daemon sent of the same articles."""
import json, subprocess, time
import harness
from alertcase import AlertCase, made_article
from harness import BIN, wait_for


class Forecast(AlertCase):
    def ask(self, daemon, *args):
        """Of the files alone: the daemon is asked nothing."""
        return subprocess.run([BIN / "newswire", "alert", "forecast", "--config", daemon.config, "--state", daemon.state, *args],
                              capture_output=True, text=True)

    def forecast(self, daemon, rule, *args):
        """What it prints as JSON: the messages, and the sum of them."""
        said = self.ask(daemon, rule, "--json", *args)
        self.assertEqual((said.returncode, said.stderr), (0, ""), said.stdout)
        lines = [json.loads(line) for line in said.stdout.splitlines()]
        return lines[:-1], lines[-1]["summary"]

    def test_a_forecast_says_what_was_sent(self):
        out = self.folder / "alerts.jsonl"
        news = 'query = "report"\nwhen = {"new-story", "update"}\n'
        later = time.gmtime(time.time() + 43200).tm_hour
        daemon = self.begin({"file:log": f'path = "{out}"', "webhook:hook": f'url = "{self.web.base}/hook"'}, rules={
            "flash": "", "few": news + "throttle = 3/h", "slow": news + "wait = 3s", "later": news + f'digest = {{"{later:02}:00"}}',
            "none": 'query = "nobody-says-this"'})
        for n in range(2, 8):
            self.publish(n)
            wait_for(lambda: f"made-{n:06d}" in json.dumps(self.lines(out)), lambda: self.letters(daemon))
        wait_for(lambda: sum(l["rule"] == "slow" for l in self.lines(out)) == 6, lambda: self.lines(out))
        changed = made_article(5)
        changed.title += ", 512 voted"
        self.room.publish(changed)
        wait_for(lambda: sum(l["transition"] == "update-1" for l in self.lines(out)) == 2, lambda: self.lines(out))
        counts = {"flash": (7, 0, 0), "few": (3, 3, 3), "slow": (7, 0, 0), "later": (0, 6, 6), "none": (0, 0, 0)}
        for stopped in (False, True):
            sent = [(r["rule"], r["incident"], r["transition"], r["channel"]) for r in self.outbox(daemon)]
            for rule, (messages, held, waiting) in counts.items():
                told, summary = self.forecast(daemon, rule)
                want = sorted(row for row in sent if row[0] == rule)
                self.assertEqual(sorted((m["rule"], m["incident"], m["transition"], c) for m in told for c in m["channels"]), want)
                self.assertEqual([summary[k] for k in ("messages", "held", "waiting")], [len(told), held, waiting], (rule, summary))
                self.assertEqual(len(told), messages, (rule, summary))
                self.assertEqual(summary["articles"], 8)  # and a version
                self.assertEqual((summary["matched"], summary["incidents"]), (0, 0) if rule == "none" else (6, 6), rule)
            # Word for word, but for when it was.
            really = {l["incident"]: l for l in self.lines(out) if (l["rule"], l["transition"]) == ("flash", "first")}
            for m in self.forecast(daemon, "flash")[0]:
                if m["transition"] == "first":
                    self.assertEqual([m[k] for k in ("subject", "brief", "why", "extract", "article", "sources")],
                                     [really[m["incident"]][k] for k in ("subject", "brief", "why", "extract", "article", "sources")])
            if not stopped:
                self.assertEqual(daemon.stop()[0], 0)

    def test_a_forecast_is_of_the_rule_on_disk(self):
        channels = {"file:log": f'path = "{self.folder / "alerts.jsonl"}"'}
        daemon = self.begin(channels)
        self.publish(2, 3)
        wait_for(lambda: len(self.letters(daemon)) == 2, lambda: self.letters(daemon))
        self.assertEqual(self.newswire(daemon, "alert", "mute", "flash", "1h").returncode, 0)
        self.configure(channels, rules={"flash": "", "new": 'query = "report"\nthrottle = 1/h'})
        self.assertEqual(len(self.forecast(daemon, "flash")[0]), 2)
        told, summary = self.forecast(daemon, "new")
        self.assertEqual((len(told), summary["held"]), (1, 1))
        self.assertEqual(self.forecast(daemon, "new", "--since", "1000000")[1]["articles"], 0)
        said = self.ask(daemon, "flash")
        self.assertIn(made_article(2).title, said.stdout)
        self.assertIn("why: query: ", said.stdout)
        self.assertRegex(said.stdout.splitlines()[-1], "3 articles looked at, 2 matched, 2 incidents, 2 messages, 0 held, 0 waiting still")
        for args, code, words in ((["no-such-rule"], 1, "no-such-rule"), (["flash", "--since", "tomorrow"], 2, "tomorrow"),
                                  (["flash", "--state", "/nowhere"], 2, "--state"), (["flash", "--config", "/nowhere"], 2, "/nowhere"),
                                  (["flash", "more"], 2, "forecast")):
            said = self.ask(daemon, *args)
            self.assertEqual(said.returncode, code, said)
            self.assertIn(words, said.stderr)
        self.assertEqual(len(self.letters(daemon)), 2)  # the daemon told nothing of all that


if __name__ == "__main__":
    harness.main()
