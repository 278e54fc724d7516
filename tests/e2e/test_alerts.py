#!/usr/bin/python3
"""Alerts to real receivers on loopback: mail, webhooks that fail and hang, a stand-in ntfy, a program, a file; and kills."""
import bisect, collections, json, os, random, re, threading, time
import harness
from alertcase import SECRET, AlertCase, made_article
from harness import wait_for

KILLS = int(os.environ.get("NW_ALERT_KILLS", "15"))


class Alerts(AlertCase):
    def test_every_channel_tells_of_it_once(self):
        mail, out, said = self.mail(), self.folder / "alerts.jsonl", self.folder / "said"
        daemon = self.begin({
            "mail:desk": f'to = {{"Desk <desk@example.org>", "duty@example.org"}}\nfrom = "Newswire <wire@example.org>"\n'
                         f'server = "smtp://127.0.0.1:{mail.port}"',
            "webhook:hook": f'url = "{self.web.base}/hook"\nsecret-file = "{self.secret("hook.key")}"',
            "webhook:room": f'url = "{self.web.base}/rooms/send"\npreset = "matrix"\npassword-file = "{self.secret("matrix")}"',
            "ntfy:duty": f'url = "{self.web.base}/duty"',
            "exec:run": f'argv = {{"sh", "-c", "cat >> {said}"}}',
            "file:log": f'path = "{out}"',
        })
        self.publish(2)
        wait_for(lambda: len(self.letters(daemon)) == 6 and all(l["state"] == "sent" for l in self.letters(daemon)),
                 lambda: self.letters(daemon))
        title = made_article(2).title
        self.assertEqual(len(mail.taken), 1)
        message = mail.taken[0]["message"]
        key = {l["channel"]: l["key"] for l in self.letters(daemon)}
        self.assertEqual(mail.taken[0]["to"], ["desk@example.org", "duty@example.org"])
        self.assertIn(title, message["subject"])
        self.assertEqual(message["message-id"], f'<{key["mail:desk"]}@example.org>')
        self.assertEqual(message.get_content_type(), "multipart/alternative")
        self.assertIn(title, message.get_body(("plain",)).get_content().replace("\n", " "))
        self.assertIn(title, message.get_body(("html",)).get_content())
        hook = self.web.at("/hook")
        self.assertEqual(len(hook), 1)
        self.check_signature(hook[0], key["webhook:hook"])
        self.assertEqual(json.loads(hook[0]["body"])["key"], key["webhook:hook"])
        room = self.web.at("/rooms/send/" + key["webhook:room"])
        self.assertEqual([(r["method"], r["headers"]["authorization"]) for r in room], [("PUT", f"Bearer {SECRET}")])
        ntfy = self.web.json("/")
        self.assertEqual([(n["topic"], n["sequence_id"]) for n in ntfy], [("duty", key["ntfy:duty"])])
        self.assertEqual([l["key"] for l in self.lines(out)], [key["file:log"]])
        self.assertEqual([l["key"] for l in self.lines(said)], [key["exec:run"]])
        self.assertEqual(len(set(key.values())), 6)

    def test_secrets_are_told_nobody(self):
        hidden = self.secret("url", f"{self.web.base}/hooks/{SECRET}")
        self.web.plan[f"/hooks/{SECRET}"] = [500, 500, 404]
        daemon = self.begin({"webhook:hook": f'url-file = "{hidden}"\npassword-file = "{self.secret("token")}"'})
        self.publish(2)
        wait_for(lambda: self.web.refused, "it is sent")
        wait_for(lambda: any(l.get("error") for l in self.letters(daemon)), lambda: self.letters(daemon))
        self.assertEqual(self.newswire(daemon, "alert", "retry", "webhook:hook").returncode, 0)
        wait_for(lambda: len(self.web.refused) >= 2, "again")
        for text in (json.dumps(daemon.ask("/v1/alerts")), json.dumps(daemon.ask("/v1/status")), daemon.log.read_text()):
            self.assertNotIn(SECRET, text)

    def test_one_that_hangs_delays_no_other(self):
        self.web.plan["/hangs"] = "hang"
        daemon = self.begin({"webhook:hangs": f'url = "{self.web.base}/hangs"\ntimeout = 600s',
                             "webhook:well": f'url = "{self.web.base}/well"'})
        self.publish(*range(2, 22))
        wait_for(lambda: len(self.web.at("/well")) == 20, lambda: len(self.web.at("/well")))
        wait_for(lambda: self.web.hanging == 1, lambda: self.web.hanging)
        channels = {c["name"]: c for c in daemon.ask("/v1/alerts")["channels"]}
        self.assertEqual((channels["webhook:hangs"]["under_way"], channels["webhook:hangs"]["waiting"]), (1, 20))
        wait_for(lambda: daemon.ask("/v1/status")["alert_webhook_waiting"] == 20, "what was sent is no longer waited for")
        self.assertLess(daemon.stop()[1], 10)

    def test_a_mail_server_that_hangs_delays_nothing(self):
        """Whether it never greets, never says that it took the mail, or takes it and never says goodbye."""
        import socket
        silent = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(silent.close)
        mail = self.mail()
        line = 'to = {"a@example.org"}\nfrom = "wire@example.org"\nserver = "smtp://127.0.0.1:%d"\ntimeout = 600s'

        async def hang(server, *args):
            import asyncio
            await asyncio.sleep(600)
        mail.handle_QUIT = hang
        slow = self.mail()
        slow.handle_DATA = hang
        daemon = self.begin({"mail:silent": line % silent.getsockname()[1], "mail:rude": line % mail.port, "mail:slow": line % slow.port,
                             "webhook:well": f'url = "{self.web.base}/well"'})
        self.publish(*range(2, 12))
        wait_for(lambda: len(mail.taken) == 10 and len(self.web.at("/well")) == 10, lambda: (len(mail.taken), len(self.web.at("/well"))))
        began = time.monotonic()
        daemon.ask("/v1/status")
        self.assertLess(time.monotonic() - began, 2)
        self.assertLess(daemon.stop()[1], 10)

    def test_what_fails_is_tried_again_and_retry_after_is_honoured(self):
        self.web.plan["/hook"] = [(429, 3)]
        daemon = self.begin({"webhook:hook": f'url = "{self.web.base}/hook"'})
        self.publish(2)
        wait_for(lambda: self.web.at("/hook"), lambda: self.letters(daemon))
        self.assertGreaterEqual(self.web.at("/hook")[0]["at"] - self.web.refused[0]["at"], 2.9)
        keys = {r["headers"]["idempotency-key"] for r in self.web.at("/hook") + self.web.refused}
        self.assertEqual(len(keys), 1)
        self.web.plan["/hook"] = [503]
        self.publish(3)
        wait_for(lambda: len(self.web.at("/hook")) == 2, lambda: self.letters(daemon))
        self.assertNotIn("left alone until", self.newswire(daemon, "alerts").stdout)  # that time is over

    def test_a_dead_letter_goes_to_the_fallback_and_can_be_sent_again(self):
        out = self.folder / "alerts.jsonl"
        self.web.plan["/hook"] = [410]
        config = self.configure({"webhook:hook": f'url = "{self.web.base}/hook"\nfallback = "file:log"'})
        path = self.folder / "alerts.d" / "test.conf"
        path.write_text(path.read_text() + f'channel "file:log" {{\npath = "{out}"\n}}\n')
        daemon = self.daemon(config)
        self.room.publish(made_article(1))
        daemon.start().ready()
        wait_for(lambda: daemon.feed("gazette")["articles"] == 1, "the first visit")
        self.publish(2)
        wait_for(lambda: self.lines(out), lambda: self.letters(daemon))
        dead = next(l for l in self.letters(daemon) if l["state"] == "dead")
        self.assertIn("410", dead["error"])
        self.assertEqual(self.lines(out)[0]["channel"], "file:log")
        self.assertNotEqual(self.lines(out)[0]["key"], dead["key"])
        self.assertIn("webhook:hook", daemon.ask("/v1/status")["alert_channels_failing"])
        counted = lambda: [daemon.counter(f"letters_{what}_total") for what in ("webhook_sent", "webhook_failed", "webhook_dead", "file_sent")]
        wait_for(lambda: counted() == [0, 1, 1, 1], counted)  # the line is there before it is counted
        said = self.newswire(daemon, "alerts")
        self.assertEqual(said.returncode, 1, said.stdout)
        self.assertIn("dead", said.stdout)
        self.assertEqual(self.newswire(daemon, "alert", "retry", str(dead["letter"])).returncode, 0)
        wait_for(lambda: self.web.at("/hook"), lambda: self.letters(daemon))
        self.assertEqual(self.web.at("/hook")[0]["headers"]["idempotency-key"], dead["key"])
        wait_for(lambda: not daemon.ask("/v1/status")["alert_channels_failing"], "it is well again")
        wait_for(lambda: counted() == [1, 1, 1, 1], counted)
        for level in ("alert_lag", "alert_webhook_waiting"):  # each when what it counts is written down
            wait_for(lambda: daemon.ask("/v1/status")[level] == 0, lambda: daemon.ask("/v1/status"))
        status = self.newswire(daemon, "status").stdout
        for name, value in (("alert_incidents_open", 1), ("alert_webhook_waiting", 0), ("alert_lag", 0), ("stories_open", 2), ("letters_file_sent_total", 1)):
            self.assertRegex(status, rf"(?m)^{name} +{value}$")
        for what, code in (("99999", 1), ("webhook:none", 1), ("webhook:hook", 0)):  # of that one nothing waits any more
            self.assertEqual(self.newswire(daemon, "alert", "retry", what).returncode, code, what)

    def test_a_reload_swaps_rules_and_channels_and_loses_nothing(self):
        daemon = self.begin({"webhook:hook": f'url = "{self.web.base}/old"'})
        self.publish(2)
        wait_for(lambda: self.web.at("/old"), lambda: self.letters(daemon))
        self.web.plan["/old"] = 503
        self.publish(3)
        wait_for(lambda: self.web.refused, lambda: self.letters(daemon))
        self.configure({"webhook:hook": f'url = "{self.web.base}/new"'})
        daemon.reload()
        self.publish(4)
        wait_for(lambda: len(self.web.at("/new")) == 2, lambda: self.letters(daemon))
        self.assertEqual(len(daemon.ask("/v1/alerts")["incidents"]), 3 + len(
            [i for i in daemon.ask("/v1/alerts")["incidents"] if i["state"] == "rule"]))
        (self.folder / "alerts.d" / "test.conf").write_text('alert "flash" {\n\ttopics = {"no-such-topic"}\nsend = {"x:y"}\n}\n')
        daemon.reload()
        wait_for(lambda: "cannot reload" in daemon.log.read_text(), daemon.log.read_text)
        self.publish(5)
        wait_for(lambda: len(self.web.at("/new")) == 3, lambda: self.letters(daemon))

    def test_a_test_is_sent_and_a_rule_is_muted(self):
        daemon = self.begin({"webhook:hook": f'url = "{self.web.base}/hook"'})
        self.assertEqual(self.newswire(daemon, "alert", "test", "flash").returncode, 0)
        wait_for(lambda: self.web.at("/hook"), lambda: self.letters(daemon))
        self.assertEqual(self.newswire(daemon, "alert", "test", "no-such-rule").returncode, 1)
        self.assertEqual(self.newswire(daemon, "alert", "mute", "flash", "1h").returncode, 0)
        self.publish(2)
        wait_for(lambda: [i for i in daemon.ask("/v1/alerts")["incidents"] if i["state"] == "held"],
                 lambda: daemon.ask("/v1/alerts"))
        self.assertEqual(len(self.web.at("/hook")), 1)
        self.assertRegex(self.newswire(daemon, "alerts").stdout, r"(?m)^rule flash  muted until 20\d\d-")
        self.assertEqual(self.newswire(daemon, "alert", "mute", "flash", "0").returncode, 0)
        self.assertNotIn("rule flash", self.newswire(daemon, "alerts").stdout)
        self.publish(3)
        wait_for(lambda: any("made-000003" in r["body"].decode() for r in self.web.at("/hook")), lambda: daemon.ask("/v1/alerts"))
        self.assertEqual(self.newswire(daemon, "alert", "ack", "no/such", "--who", "me").returncode, 1)
        incident = json.loads(self.web.at("/hook")[-1]["body"])["incident"]
        self.assertEqual(self.newswire(daemon, "alert", "ack", incident, "--who", "nadia").returncode, 0)
        line = rf"(?m)^\S+  first  {incident}  acknowledged by nadia  {re.escape(made_article(3).title)}$"
        wait_for(lambda: re.search(line, self.newswire(daemon, "alerts").stdout), lambda: self.newswire(daemon, "alerts").stdout)

    def test_a_mute_that_is_ended_tells_at_once_what_waited_for_its_end(self):
        daemon = self.begin({"webhook:hook": f'url = "{self.web.base}/hook"'},
                            rules={"flash": 'query = "report"\nwhen = {"new-story", "correction"}'})
        article = made_article(2)
        self.room.publish(article)
        wait_for(lambda: self.web.at("/hook"), lambda: self.letters(daemon))
        self.assertEqual(self.newswire(daemon, "alert", "mute", "flash", "1h").returncode, 0)
        article.title = article.title.replace("Report 2", "Report 7")
        wait_for(lambda: daemon.counter("articles_total") == 3 and daemon.ask("/v1/status")["alert_lag"] == 0, lambda: daemon.ask("/v1/status"))
        self.assertEqual(len(self.letters(daemon)), 1)
        self.assertEqual(self.newswire(daemon, "alert", "mute", "flash", "0").returncode, 0)
        wait_for(lambda: len(self.web.at("/hook")) == 2, lambda: daemon.ask("/v1/alerts"))
        self.assertEqual(self.letters(daemon)[0]["transition"], "correction-1")

    def test_kills_lose_nothing_and_each_repeats_one_letter_a_channel_at_most(self):
        seed = int(os.environ.get("NW_SEED", random.randrange(1 << 32)))
        print(f"NW_SEED={seed}", flush=True)
        dice, mail, out = random.Random(seed), self.mail(), self.folder / "alerts.jsonl"
        self.web.plan["/moody"] = [dice.choice([200] * 12 + [503, 500, (429, 1), "close"]) for _ in range(KILLS * 4)]
        daemon = self.begin({
            "webhook:hook": f'url = "{self.web.base}/hook"',
            "webhook:moody": f'url = "{self.web.base}/moody"',
            "mail:desk": f'to = {{"desk@example.org"}}\nfrom = "wire@example.org"\nserver = "smtp://127.0.0.1:{mail.port}"',
            "ntfy:duty": f'url = "{self.web.base}/duty"',
            "file:log": f'path = "{out}"',
        })
        articles = [made_article(n) for n in range(2, 2 + KILLS * 2)]
        over = threading.Event()

        def publish():
            """Each article comes, and some while later says another number than before."""
            for i, article in enumerate(articles):
                self.room.publish(article)
                over.wait(dice.uniform(0, 0.6))
                if i >= 5:
                    articles[i - 5].title += f", {100 + i} voted"

        publisher = threading.Thread(target=publish)
        publisher.start()
        self.addCleanup(lambda: (over.set(), publisher.join()))
        taken = {
            "webhook:hook": lambda: [r["key"] for r in self.web.json("/hook")],
            "webhook:moody": lambda: [r["key"] for r in self.web.json("/moody")],
            "ntfy:duty": lambda: [n["sequence_id"] for n in self.web.json("/")],
            "mail:desk": lambda: [re.match("<(.*)@", m["message"]["message-id"])[1] for m in list(mail.taken)],
            "file:log": lambda: [l["key"] for l in self.lines(out)],
        }
        marks = []  # how many had arrived by each kill
        for _ in range(KILLS):
            over.wait(dice.uniform(0.05, 1.2))
            daemon.kill()
            time.sleep(0.1)  # the receivers take what was sent
            marks.append({name: len(keys()) for name, keys in taken.items()})
            daemon.start()
        over.set()
        publisher.join()
        daemon.ready()

        def told():
            """Who was told of every article; and nothing waits."""
            firsts = [row for row in self.outbox(daemon) if row["transition"] == "first"]
            return len(firsts) == len(articles) * len(taken) and daemon.ask("/v1/status")["alert_letters_waiting"] == 0

        wait_for(told, lambda: daemon.ask("/v1/alerts")["channels"])
        time.sleep(3)  # an update that the last visit found may still be on its way
        wait_for(told, lambda: daemon.ask("/v1/alerts")["channels"])
        rows, repeats, of_kills = self.outbox(daemon), 0, collections.Counter()
        for name, keys in taken.items():
            arrived = keys()
            wanted = [row["key"] for row in rows if row["channel"] == name]
            self.assertEqual(set(arrived), set(wanted), name)
            repeats += len(arrived) - len(wanted)
            last_at = {key: i for i, key in enumerate(arrived)}
            of_kills.update((name, bisect.bisect_right([m[name] for m in marks], i)) for i, key in enumerate(arrived) if last_at[key] != i)
            first_at = {key: i for i, key in reversed(list(enumerate(arrived)))}
            for incident in {row["incident"] for row in rows}:
                order = [first_at[row["key"]] for row in rows if (row["channel"], row["incident"]) == (name, incident)]
                self.assertEqual(order, sorted(order), (name, incident))
        most = max(of_kills.values(), default=0)
        print(f"kills {KILLS}, letters {len(rows)}, of updates {sum(r['transition'] != 'first' for r in rows)}, repeats {repeats}, "
              f"of one kill and channel {most} at most", flush=True)
        self.assertLessEqual(most, 1, of_kills.most_common(3))
        self.assertFalse([kill for _, kill in of_kills if kill == KILLS], "what came twice without a kill in between")
        self.assertEqual({row["state"] for row in rows}, {"sent"})


if __name__ == "__main__":
    harness.main()
