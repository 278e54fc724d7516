#!/usr/bin/python3
"""The daemon as a service: reload, stop, feeds that fail, two on one place."""
import os, shutil, socket, subprocess, unittest, unittest.mock
import harness
from harness import BIN, Case, wait_for
from newsroom import made_article


class Service(Case):
    def test_a_bad_configuration_keeps_the_old_one_and_says_why(self):
        room = self.newsroom()
        room.publish(made_article(1))
        config = room.write_config(self.folder)
        daemon = self.daemon(config).start().ready()
        good = config.read_text()
        config.write_text(good + "no-such-option = 1\n")
        daemon.reload()
        line = good.count("\n") + 1
        wait_for(lambda: f"newswired.conf:{line}:1: no such option" in daemon.log.read_text(), "the reason in the log")
        self.assertEqual(daemon.ask("/v1/status")["feeds"], 1)
        room.publish(made_article(2), feed="another")
        room.write_config(self.folder)
        daemon.reload()
        wait_for(lambda: daemon.ask("/v1/status")["feeds"] == 2, "the new configuration")
        wait_for(lambda: daemon.feed("another")["articles"] == 1, "the new feed")

    def test_what_takes_a_restart_is_told_for_as_long_as_it_is_not_what_the_start_was(self):
        room = self.newsroom()
        daemon = self.daemon(room.write_config(self.folder, feeds=[], heartbeat="1s")).start().ready()
        told = []
        for heartbeat in ("2s", "2s", "1s", "3s"):
            room.write_config(self.folder, feeds=[], heartbeat=heartbeat)
            before = len(daemon.log.read_text())
            daemon.reload()
            wait_for(lambda: "msg=reloaded" in daemon.log.read_text()[before:], daemon.log.read_text)
            told.append('msg="option changed, but takes a restart" option=heartbeat' in daemon.log.read_text()[before:])
        self.assertEqual(told, [True, True, False, True])

    def test_a_removed_feed_is_not_asked_any_more_and_the_others_keep_their_state(self):
        room = self.newsroom()
        room.publish(made_article(1), feed="one")
        room.publish(made_article(2), feed="two")
        daemon = self.daemon(room.write_config(self.folder)).start().ready()
        wait_for(lambda: daemon.feed("one")["state"] == daemon.feed("two")["state"] == "not-modified", "both read")
        room.write_config(self.folder, feeds=["two"])
        daemon.reload()
        wait_for(lambda: daemon.ask("/v1/status")["feeds"] == 1, "the new configuration")
        asked = room.count("/feeds/one.xml")
        more = room.count("/feeds/two.xml") + 3
        wait_for(lambda: room.count("/feeds/two.xml") >= more, "two is still asked")
        self.assertLessEqual(room.count("/feeds/one.xml"), asked + 1)  # one request may have been under way
        self.assertEqual(room.count("/feeds/two.xml", 200), 1, "validators lost by a reload")

    def test_it_stops_without_waiting_for_what_hangs(self):
        room = self.newsroom()
        article = made_article(1)
        article.fault = "hang"
        room.publish(article)
        room.feed_faults["stuck"] = "hang"
        daemon = self.daemon(room.write_config(self.folder, timeout="1h")).start().ready()
        wait_for(lambda: room.count(article.path) and room.count("/feeds/stuck.xml"), "both requests")
        code, seconds = daemon.stop()  # long before the hour is over, or this fails
        print(f"stopped in {seconds:.3f} s", flush=True)
        self.assertEqual(code, 0)

    def test_every_failing_feed_is_shown_in_its_state_with_a_reason(self):
        room = self.newsroom()
        room.publish(made_article(1), feed="good")
        faults = {"broken500": ("500", "http-5xx"), "cut": ("truncated", "broken"), "stuck": ("hang", "timeout")}
        for name, (fault, _) in faults.items():
            room.feed_faults[name] = fault
        config = room.write_config(self.folder, timeout="1s")
        extra = self.folder / "feeds.d" / "more.conf"
        extra.write_text(f'feed "page" {{ url = "{room.base}{made_article(1).path}" }}\n'
                         f'feed "missing" {{ url = "{room.base}/nothing" }}\n'
                         'feed "nobody" { url = "http://127.0.0.1:1/feed" }\n'
                         'feed "private" { url = "http://192.168.7.7/feed" }\n')
        daemon = self.daemon(config).start().ready()
        want = {name: state for name, (_, state) in faults.items()}
        want.update(page="not-a-feed", missing="http-4xx", nobody="connect", private="refused")
        for name, state in want.items():
            wait_for(lambda: daemon.feed(name)["state"] == state, lambda: f"{name} is {state}: {daemon.feed(name)}")
            self.assertTrue(daemon.feed(name)["reason"], f"{name} has a reason")
        wait_for(lambda: not daemon.feed("good")["failing"] and daemon.feed("good")["articles"] == 1, "the good feed")

    def test_without_a_network_it_stays_up_and_says_dns(self):
        (self.folder / "feeds.d").mkdir()
        (self.folder / "feeds.d" / "a.conf").write_text('feed "a" { url = "http://news.invalid/feed" }\n')
        config = self.folder / "newswired.conf"
        config.write_text(f'topics = "{harness.ROOT}/etc/topics.d"\nlive = {{}}\nreplay = {{}}\nhttp = {{}}\nstatus = {{}}\nstart-spread = 0s\n')
        daemon = self.daemon(config).start().ready()
        wait_for(lambda: daemon.feed("a")["state"] == "dns", lambda: daemon.feed("a"))
        listing = subprocess.run([BIN / "newswire", "feeds", "--runtime", daemon.runtime], capture_output=True, text=True)
        self.assertEqual(listing.returncode, 1, "a failing feed is a no")
        self.assertRegex(listing.stdout, r"^a +dns ")

    def managed(self, daemon, **environment):
        """Starts it under a service manager; what that is told is waited for by telling its beginning."""
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(manager.close)
        manager.bind(str(self.folder / "notify"))
        manager.settimeout(harness.PATIENCE_S)

        def told(beginning):
            found = lambda: next((l for l in manager.recv(4096).decode().splitlines() if l.startswith(beginning)), None)
            return wait_for(found, f"the service manager is told {beginning}")

        with unittest.mock.patch.dict(os.environ, NOTIFY_SOCKET=str(self.folder / "notify"), **environment):
            daemon.start()
        told("READY=1")
        return told

    def test_the_service_manager_is_told_of_each_turn(self):
        daemon = self.daemon(self.newsroom().write_config(self.folder, feeds=[]))
        told = self.managed(daemon)
        daemon.reload()
        told("RELOADING=1")
        told("READY=1")
        daemon.process.terminate()
        told("STOPPING=1")

    def test_the_service_manager_is_told_how_it_is_today(self):
        room = self.newsroom()
        for n in range(3):
            room.publish(made_article(n))
        daemon = self.daemon(room.write_config(self.folder, feeds=["gazette"]))
        told = self.managed(daemon)
        while told("STATUS=") != "STATUS=1 feeds, 0 failing, 3 articles today":
            pass
        daemon.kill()
        (self.folder / "notify").unlink()
        self.assertEqual(self.managed(daemon)("STATUS="), "STATUS=1 feeds, 0 failing, 3 articles today")

    @unittest.skipUnless("NW_STUCK_LIBRARY" in os.environ, "nothing is preloaded beside a sanitizer")
    def test_the_watchdog_is_fed_until_a_thread_is_stuck(self):
        room = self.newsroom()
        for n, thread in enumerate(("store", "pool", "follow"), 1):
            with self.subTest(thread):
                daemon = self.daemon(room.write_config(self.folder, feeds=["gazette"]))
                told = self.managed(daemon, LD_PRELOAD=os.environ["NW_STUCK_LIBRARY"], NW_STUCK=str(self.folder), WATCHDOG_USEC="1000000")
                for _ in range(3):
                    told("WATCHDOG=1")
                (self.folder / thread).touch()
                room.publish(made_article(n))
                told("WATCHDOG=trigger")
                self.assertIn(f"thread={thread}", daemon.log.read_text())
                self.assertTrue(daemon.answers(), "the loop itself goes on")
                daemon.kill()
                (self.folder / thread).unlink()
                (self.folder / "notify").unlink()
                daemon.start().ready()  # what was under way comes, once
                subscriber = self.subscriber("c", daemon, ["all/"])
                wait_for(lambda: subscriber.has(n), lambda: subscriber.messages())
                daemon.stop()

    @unittest.skipUnless("NW_STUCK_LIBRARY" in os.environ, "nothing is preloaded beside a sanitizer")
    def test_a_reload_that_takes_its_time_holds_up_nothing(self):
        for what in ("reload", "key"):  # the configuration; the server's key, of which it is told that there is another
            with self.subTest(what):
                self.hold_up_a_reload(what)

    def hold_up_a_reload(self, what):
        room, key = self.newsroom(), self.folder / "server.key"
        if not key.exists():
            subprocess.run([BIN / "newswire", "keygen", "--out", key], check=True, capture_output=True)
        daemon = self.daemon(room.write_config(self.folder, feeds=["gazette"], server_key=f'"{key}"'))
        told = self.managed(daemon, LD_PRELOAD=os.environ["NW_STUCK_LIBRARY"], NW_STUCK=str(self.folder), WATCHDOG_USEC="1000000")
        (self.folder / what).touch()
        daemon.reload()
        told("RELOADING=1")
        for _ in range(8):  # two seconds, twice what the manager would wait
            told("WATCHDOG=1")
        room.publish(made_article(1))
        wait_for(lambda: daemon.feed("gazette")["articles"] == 1, "feeds are visited meanwhile")
        config = self.folder / "newswired.conf"
        config.write_text(config.read_text() + "heartbeat = 7s\n")
        daemon.reload()  # and whoever changes something meanwhile is heard, too
        (self.folder / what).unlink()
        told("READY=1")
        told("RELOADING=1")
        told("READY=1")
        self.assertIn("option=heartbeat", daemon.log.read_text())
        (self.folder / what).touch()
        daemon.reload()
        told("RELOADING=1")
        daemon.process.terminate()
        told("STOPPING=1")
        (self.folder / what).unlink()
        self.assertEqual(daemon.stop()[0], 0)
        (self.folder / "notify").unlink()
        daemon.log.unlink()
        shutil.rmtree(daemon.state)

    def test_a_second_daemon_on_the_same_journal_is_refused(self):
        room = self.newsroom()
        config = room.write_config(self.folder, feeds=[])
        daemon = self.daemon(config).start().ready()
        second = subprocess.run([BIN / "newswired", "-c", config, "-s", daemon.state, "-r", self.folder / "run2"],
                                capture_output=True, text=True)
        self.assertEqual(second.returncode, 1)
        self.assertIn("journal.db", second.stderr)
        self.assertTrue(daemon.answers())

    def test_a_wrong_configuration_at_the_start_ends_with_two(self):
        (self.folder / "newswired.conf").write_text("nothing = here\n")
        ended = subprocess.run([BIN / "newswired", "-c", self.folder / "newswired.conf", "-s", self.folder, "-r", self.folder],
                               capture_output=True, text=True)
        self.assertEqual(ended.returncode, 2)
        self.assertIn("newswired.conf:1:1: no such option 'nothing'", ended.stderr)


if __name__ == "__main__":
    harness.main()
