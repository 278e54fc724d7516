#!/usr/bin/python3
"""What operators look at: metrics that are the publisher's own figures, read by a real Prometheus; health; newswire status and top."""
import contextlib, fcntl, json, os, pathlib, pty, re, select, shutil, signal, socket, struct, subprocess, termios, types, time
import urllib.error, urllib.request
import zmq
import harness
from alertcase import AlertCase
from harness import BIN, PATIENCE_S, ROOT, Case, wait_for
from newsroom import made_article

TOKEN = {"watch": "watch-token-0123456789abcdef-0123", "desk": "desk-token-0123456789abcdef-01234"}
SAMPLE = re.compile(r'([a-z_:]+)(\{[a-z]+="(?:[^"\\]|\\.)*"(?:,le="[^"]*")?\})? (\S+)')


def get(endpoint, page, token=None, host=None):
    """Status, type and text of a page."""
    headers = {**({"Authorization": f"Bearer {token}"} if token else {}), **({"Host": host} if host else {})}
    try:
        with urllib.request.urlopen(urllib.request.Request(f"http://{endpoint}{page}", headers=headers), timeout=PATIENCE_S) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.headers["Content-Type"], refusal.read().decode()


def parse(text):
    """{'name{label="value"}': number}; every line that is no comment must be one."""
    samples = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        match = SAMPLE.fullmatch(line)
        assert match, line
        assert match[1] + (match[2] or "") not in samples, "a sample stands twice: " + line
        samples[match[1] + (match[2] or "")] = float(match[3])
    return samples


class Metrics(Case):
    def serve(self, room, **options):
        daemon = self.daemon(room.write_config(self.folder, **{"status": '{"127.0.0.1:*"}', **options})).start().ready()
        self.endpoint = daemon.ask("/v1/status")["status"][0]
        return daemon

    def read(self):
        return parse(get(self.endpoint, "/metrics")[2])

    def until(self, what, describe=None):
        """Asks until what is true of the samples; answers them."""
        last = {}

        def look():
            last.update(self.read())
            return what(last) and dict(last)

        return wait_for(look, lambda: f"{describe or ''} {last}")

    def test_the_figures_are_the_publishers_own(self):
        room = self.newsroom()
        for n in range(12):
            room.publish(made_article(n, "libya" if n % 3 == 0 else None))
        room.feed_faults["broken"] = "500"
        daemon = self.serve(room)
        self.until(lambda m: m["newswired_articles_total"] == 12 and m["newswired_feed_visits_not_modified_total"] >= 2)
        room.publish(made_article(50, "libya"))
        self.until(lambda m: m["newswired_articles_total"] == 13)
        # From here on nobody asks any more, so that the two can be compared.
        config = self.folder / "newswired.conf"
        config.write_text(re.sub(r'(min|max)-interval = .*', r'\1-interval = 30d', config.read_text()))
        daemon.reload()
        self.until(lambda m: m["newswired_in_flight"] == 0 and m["newswired_config_last_reload_successful"] == 1)
        wait_for(lambda: self.quiet(room), "the newsroom is left alone")
        m = self.read()
        gazette, broken = "/feeds/gazette.xml", "/feeds/broken.xml"
        self.assertEqual(m["newswired_feed_visits_total"], room.count(gazette) + room.count(broken))
        self.assertEqual(m["newswired_feed_visits_not_modified_total"], room.count(gazette, 304))
        self.assertEqual(m["newswired_feed_visits_failed_total"], room.count(broken))
        self.assertEqual(m["newswired_pages_total"], 13)
        self.assertEqual(m['newswired_fetch_seconds_count{what="page"}'], 13)
        self.assertEqual(m['newswired_fetch_seconds_count{what="feed"}'], m["newswired_feed_visits_total"])
        for step in ("clean", "tag", "sketch", "encode", "join", "append"):
            self.assertEqual(m[f'newswired_step_seconds_count{{step="{step}"}}'], 13, step)
            self.assertEqual(m[f'newswired_step_seconds_bucket{{step="{step}",le="+Inf"}}'], 13, step)
        self.assertEqual(m['newswired_topic_articles_total{topic="libya"}'], 5)
        self.assertEqual(m["newswired_articles_tagged_total"], 5)
        self.assertEqual(m['newswired_feed_articles_total{feed="gazette"}'], 13)
        self.assertEqual((m['newswired_feed_failing{feed="gazette"}'], m['newswired_feed_failing{feed="broken"}']), (0, 1))
        self.assertEqual((m["newswired_feeds_failing"], m['newswired_feeds{state="http-5xx"}']), (1, 1))
        self.assertEqual(sum(n for name, n in m.items() if name.startswith("newswired_feeds{")), 2)
        self.assertEqual(m["newswired_journal_records"], daemon.ask("/v1/status")["newest"])
        self.assertEqual((m["newswired_bus_lag"], m["newswired_alert_lag"]), (0, 0))
        self.assertGreaterEqual(m["newswired_commit_seconds_count"], 2)
        self.assertEqual(m["newswired_received_bytes_total"], room.sent_bytes)
        self.assertLess(abs(m["process_start_time_seconds"] - os.stat(f"/proc/{daemon.process.pid}").st_mtime), 60)
        limits = pathlib.Path(f"/proc/{daemon.process.pid}/limits").read_text()
        self.assertEqual(m["process_max_fds"], float(re.search(r"Max open files +(\d+)", limits)[1]))

    def quiet(self, room):
        before = len(room.requests)
        time.sleep(1.5)
        return len(room.requests) == before

    def test_promtool_finds_no_fault_and_every_row_of_the_table_is_there(self):
        room = self.newsroom()
        room.publish(made_article(1, "libya"))
        daemon = self.serve(room)
        self.until(lambda m: m["newswired_articles_total"] == 1)
        status, kind, text = get(self.endpoint, "/metrics")
        self.assertEqual((status, kind), (200, "text/plain; version=0.0.4; charset=utf-8"))
        families = set(re.findall(r"^# TYPE (\S+) ", text, re.M))
        self.assertEqual(len(families), len(re.findall(r"^# TYPE ", text, re.M)), "a family stands twice")
        self.assertEqual(families, set(re.findall(r"^# HELP (\S+) ", text, re.M)))
        tables = BIN.parent / "tests" / "tables"
        if tables.exists():  # dev alone builds it
            names = subprocess.run([tables, "metrics"], capture_output=True, text=True, check=True).stdout.split()
            self.assertEqual(families, {re.sub("_bucket$", "", n) for n in names if not re.search("_(sum|count)$", n)})
        connection = harness.UnixHTTP(daemon.runtime / "control.sock")
        connection.request("GET", "/metrics")
        by_socket = connection.getresponse()
        self.assertEqual(families, set(re.findall(r"^# TYPE (\S+) ", by_socket.read().decode(), re.M)))
        connection.close()
        if not shutil.which("promtool"):
            self.skipTest("promtool is not installed (package prometheus)")
        check = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)
        self.assertEqual((check.returncode, check.stdout + check.stderr), (0, ""))

    def test_a_real_prometheus_scrapes_it(self):
        if not shutil.which("prometheus"):
            self.skipTest("prometheus is not installed (package prometheus)")
        room = self.newsroom()
        for n in range(5):
            room.publish(made_article(n, "libya"))
        self.serve(room)
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            own = f"127.0.0.1:{s.getsockname()[1]}"
        config = self.folder / "prometheus.yml"
        config.write_text(f"global: {{scrape_interval: 1s}}\nscrape_configs:\n- job_name: newswired\n"
                          f"  static_configs: [{{targets: ['{self.endpoint}']}}]\n")
        with open(self.folder / "prometheus.log", "wb") as log:
            prometheus = subprocess.Popen(["prometheus", f"--config.file={config}", f"--web.listen-address={own}",
                                           f"--storage.tsdb.path={self.folder / 'tsdb'}"], stdout=log, stderr=log)
        self.addCleanup(prometheus.wait)
        self.addCleanup(prometheus.kill)

        def ask(query):
            with contextlib.suppress(OSError, ValueError):
                with urllib.request.urlopen(f"http://{own}/api/v1/query?query={urllib.request.quote(query)}", timeout=5) as answer:
                    rows = json.load(answer)["data"]["result"]
                    return float(rows[0]["value"][1]) if rows else None

        wait_for(lambda: ask("newswired_articles_total") == 5, "five articles are scraped")
        self.assertEqual(ask("up"), 1)
        self.assertEqual(ask('newswired_topic_articles_total{topic="libya"}'), 5)
        self.assertEqual(ask("sum(newswired_feeds)"), 1)
        wait_for(lambda: (ask('histogram_quantile(0.99, rate(newswired_step_seconds_bucket{step="parse"}[1m]))') or 0) > 0 or
                 ask('newswired_step_seconds_count{step="parse"}') > 1, "a quantile")
        # What the dashboard asks for is there to be answered.
        for expression in dashboard_queries():
            with self.subTest(expression):
                with urllib.request.urlopen(f"http://{own}/api/v1/query?query={urllib.request.quote(expression)}", timeout=5) as answer:
                    self.assertEqual(json.load(answer)["status"], "success")

    def test_alive_and_ready_and_what_is_not(self):
        room = self.newsroom()
        room.publish(made_article(1))
        daemon = self.serve(room)
        status, kind, text = get(self.endpoint, "/healthz")
        self.assertEqual((status, kind), (200, "application/json"))
        self.assertTrue(all(check["ok"] for check in json.loads(text)["checks"].values()), text)
        self.assertEqual(set(json.loads(text)["checks"]), {"loop", "store", "pool", "follow"})
        status, _, text = get(self.endpoint, "/readyz?verbose")
        self.assertEqual((status, json.loads(text)["ready"]), (200, True))
        self.assertEqual(set(json.loads(text)["checks"]), {"loop", "store", "pool", "follow", "journal", "bus", "network", "feeds", "channels"})
        self.assertEqual(self.status(daemon)[0], 0)
        # When no feed works it is likely ours.
        room.feed_faults["gazette"] = "500"
        wait_for(lambda: daemon.feed("gazette")["failing"], "it fails")
        status, _, text = get(self.endpoint, "/readyz")
        self.assertEqual((status, json.loads(text)["state"]), (200, "degraded"))
        self.assertEqual(json.loads(text)["checks"]["feeds"], {"ok": False, "reason": "1 of 1 failing"})
        code, lines = self.status(daemon)
        self.assertEqual(code, 1)
        self.assertTrue(lines[0].startswith("DEGRADED - feeds: 1 of 1 failing | feeds=1 feeds_failing=1 "), lines[0])
        del room.feed_faults["gazette"]
        # A journal that cannot be written: the database is not where it was opened.
        moved = daemon.state.with_name("elsewhere")
        wait_for(lambda: not daemon.feed("gazette")["failing"], "it works")
        daemon.state.rename(moved)
        room.publish(made_article(2))
        wait_for(lambda: get(self.endpoint, "/readyz")[0] == 503, "it is not ready")
        checks = json.loads(get(self.endpoint, "/readyz")[2])["checks"]
        self.assertFalse(checks["journal"]["ok"])
        self.assertTrue(checks["journal"]["reason"])
        self.assertEqual(self.read()["newswired_journal_failing"], 1)
        self.assertEqual(get(self.endpoint, "/healthz")[0], 200, "a restart would not help")
        code, lines = self.status(daemon)
        self.assertEqual((code, lines[0].split(" - ")[0]), (1, "FAILING"))
        moved.rename(daemon.state)
        wait_for(lambda: get(self.endpoint, "/readyz")[0] == 200, "it is ready again")
        daemon.stop()
        code, lines = self.status(daemon)
        self.assertEqual((code, lines[0]), (2, "UNREACHABLE - no newswired answers"))

    def test_that_no_host_answers_is_told(self):
        """Few feeds fail then, as few are asked: nothing else would show it."""
        room = self.newsroom(host="127.0.0.1")
        daemon = self.serve(room, feeds=[], min_interval="1h", max_interval="4h")
        nobody = self.folder / "feeds.d" / "nobody.conf"
        nobody.write_text("".join(f'feed "f{n}" {{ url = "http://127.0.0.{n}:1/feed" }}\n' for n in range(2, 8)))
        self.assertEqual(self.read()["newswired_offline"], 0)
        daemon.reload()
        self.until(lambda m: m["newswired_offline"] == 1)
        state = json.loads(get(self.endpoint, "/readyz")[2])
        self.assertEqual((state["ready"], state["state"], state["checks"]["network"]["ok"]), (True, "degraded", False), state)
        code, lines = self.status(daemon)
        self.assertEqual(code, 1)
        self.assertRegex(lines[0], "^DEGRADED - network: no host answers")
        nobody.unlink()
        room.write_config(self.folder, feeds=["gazette"], status='{"127.0.0.1:*"}')
        daemon.reload()
        self.until(lambda m: m["newswired_offline"] == 0)
        self.assertTrue(json.loads(get(self.endpoint, "/readyz")[2])["checks"]["network"]["ok"])

    def status(self, daemon):
        ended = subprocess.run([BIN / "newswire", "status", "--runtime", str(daemon.runtime)], capture_output=True, text=True)
        return ended.returncode, ended.stdout.splitlines()

    def test_who_may_ask(self):
        room = self.newsroom(host="127.0.0.1")
        clients = self.folder / "clients.d"
        clients.mkdir()
        for name, read in (("watch", '"sys/"'), ("desk", '"topic/libya/"')):
            (clients / f"{name}.conf").write_text(f'token = "{TOKEN[name]}"\nread = {{{read}}}\n')
            (clients / f"{name}.conf").chmod(0o600)
        room.publish(made_article(1))
        daemon = self.serve(room, status='{"127.0.0.1:*", "0.0.0.0:*"}', clients='"clients.d"')
        other = "127.0.0.1:" + daemon.ask("/v1/status")["status"][1].split(":")[1]
        self.assertEqual(get(other, "/metrics")[0], 401)
        self.assertEqual(get(other, "/healthz", token=TOKEN["desk"])[0], 401)
        self.assertEqual(get(other, "/metrics", token=TOKEN["watch"])[0], 200)
        self.assertEqual(get(self.endpoint, "/metrics", host="evil.example")[0], 421)
        self.assertEqual(get(self.endpoint, "/")[0], 404)
        (clients / "watch.conf").unlink()
        daemon.reload()
        wait_for(lambda: get(other, "/metrics", token=TOKEN["watch"])[0] == 401, "the token is nobody's any more")
        self.assertEqual(self.read()["newswired_http_requests_refused_total"], 0)

    def test_series_of_feeds_are_bounded(self):
        room = self.newsroom()
        names = [f"feed-{n}" for n in range(6)]
        daemon = self.serve(room, feeds=names, feed_series=5)
        self.assertFalse([name for name in self.read() if "{feed=" in name])
        config = self.folder / "newswired.conf"
        config.write_text(config.read_text().replace("feed-series = 5", "feed-series = 6"))
        daemon.reload()
        self.until(lambda m: len([name for name in m if name.startswith("newswired_feed_failing{")]) == 6)

    def test_subscribers_and_streams_are_counted(self):
        room = self.newsroom()
        room.publish(made_article(1))
        daemon = self.serve(room, http='{"127.0.0.1:*"}', live='{"tcp://127.0.0.1:*"}')
        context = zmq.Context()
        self.addCleanup(context.term)
        subs = []
        for endpoint in [daemon.live, daemon.live, next(e for e in daemon.ask("/v1/status")["live"] if e.startswith("tcp"))]:
            sub = context.socket(zmq.SUB)
            self.addCleanup(sub.close, linger=0)
            sub.connect(endpoint)
            sub.subscribe(b"all/")
            subs.append(sub)
        stream = urllib.request.urlopen(f"http://{daemon.ask('/v1/status')['http'][0]}/v1/stream", timeout=PATIENCE_S)
        self.addCleanup(stream.close)
        self.until(lambda m: (m["newswired_bus_subscribers"], m["newswired_bus_prefixes"], m["newswired_http_streams"]) == (3, 1, 1))
        subs[0].close(linger=0)
        stream.close()
        self.until(lambda m: (m["newswired_bus_subscribers"], m["newswired_http_streams"]) == (2, 0))

    def test_a_hundred_readers_at_once_do_not_hold_it_up(self):
        room = self.newsroom()
        room.publish(made_article(1))
        daemon = self.serve(room)
        idle = []
        for _ in range(80):  # more than are let in; they say nothing
            s = socket.create_connection(self.endpoint.split(":"))
            self.addCleanup(s.close)
            idle.append(s)
        before = daemon.counter("feed_visits_total")
        wait_for(lambda: daemon.counter("feed_visits_total") >= before + 2, "polling goes on")
        began = time.monotonic()
        self.assertEqual(get(self.endpoint, "/healthz")[0], 200)
        self.assertLess(time.monotonic() - began, 5)


class Channels(AlertCase):
    def test_letters_by_channel_and_one_that_fails_degrades(self):
        out, no = self.folder / "letters.jsonl", self.folder / "no|feeds=9"
        daemon = self.begin({"file:out": f'path = "{out}"', "exec:no": f'argv = {{"{no}"}}'}, status='{"127.0.0.1:*"}')
        endpoint = daemon.ask("/v1/status")["status"][0]
        read = lambda: parse(get(endpoint, "/metrics")[2])
        self.assertEqual(json.loads(get(endpoint, "/readyz")[2])["state"], "ok")
        self.publish(2, 3, 4)
        wait_for(lambda: read()['newswired_alert_letters_sent_total{channel="file:out"}'] == 3, read)
        wait_for(lambda: read()['newswired_alert_channel_failing{channel="exec:no"}'] == 1, read)
        for channel, waiting in (("file:out", 0), ("exec:no", 3)):  # counted after what is sent is
            wait_for(lambda: read()[f'newswired_alert_letters_waiting{{channel="{channel}"}}'] == waiting, read)
        m = read()
        self.assertEqual(len(self.lines(out)), 3)
        self.assertEqual(m['newswired_alert_letters_sent_total{channel="exec:no"}'], 0)
        self.assertEqual((m["newswired_alert_rules"], m["newswired_alert_incidents"]), (1, 3))
        self.assertEqual(m["newswired_letters_file_sent_total"], 3)
        wait_for(lambda: read()["newswired_alert_lag"] == 0, read)
        status, _, text = get(endpoint, "/readyz")
        self.assertEqual((status, json.loads(text)["state"]), (200, "degraded"))
        self.assertRegex(json.loads(text)["checks"]["channels"]["reason"], "^exec:no: ")
        self.assertEqual(self.newswire(daemon, "status").returncode, 1)
        said, figures = self.newswire(daemon, "status").stdout.splitlines()[0].split("|")
        self.assertIn("channels: exec:no: ", said)
        self.assertIn("no!feeds=9", said)
        self.assertTrue(figures.startswith(" feeds=1 "), figures)


class Top(Case):
    def test_once_is_for_scripts_and_safe_whatever_a_feed_is_called(self):
        room = self.newsroom()
        room.publish(made_article(1))
        config = room.write_config(self.folder)
        feeds = self.folder / "feeds.d" / "newsroom.conf"
        title = "evil\x1b]0;owned\x07\u009b31m\u202e\u0627\u0644\u0639 \u65b0\u805e"
        feeds.write_text(feeds.read_text().replace("\tpages", f'\ttitle = "{title}"\n\tpages'), encoding="utf-8")
        daemon = self.daemon(config).start().ready()
        wait_for(lambda: "evil" in daemon.feed("gazette").get("title", ""), "the title is taken")
        ended = subprocess.run([BIN / "newswire", "top", "--once", "--runtime", str(daemon.runtime)], capture_output=True)
        self.assertEqual((ended.returncode, ended.stderr), (0, b""))
        text = ended.stdout.decode()
        self.assertNotRegex(text, "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
        self.assertIn(r"evil\x1b]0;owned\x07\u{9b}31m\u{202e}" + "\u0627\u0644\u0639 \u65b0\u805e", text)
        self.assertRegex(text, r"(?m)^gazette +(not-modified|ok) ")
        for step in ("feed fetch", "page fetch", "parse", "clean", "tag", "append", "commit"):
            self.assertRegex(text, rf"(?m)(^|   ){step} +\d")
        daemon.stop()
        ended = subprocess.run([BIN / "newswire", "top", "--once", "--runtime", str(daemon.runtime)], capture_output=True)
        self.assertEqual((ended.returncode, ended.stdout), (2, b""))

    def show(self, daemon, rows, columns, **environment):
        """newswire top on a terminal of its own; answers the terminal and the process."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        process = subprocess.Popen([BIN / "newswire", "top", "--runtime", str(daemon.runtime)], stdin=slave, stdout=slave,
                                   stderr=slave, start_new_session=True, close_fds=True,
                                   env={**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **environment})
        os.close(slave)
        self.addCleanup(os.close, master)
        self.addCleanup(process.wait)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return master, process

    def drawn(self, master, what):
        """Reads until it was drawn, and then what follows at once."""
        seen = b""

        def look():
            nonlocal seen
            while select.select([master], [], [], 0.2)[0]:
                try:
                    seen += os.read(master, 65536)
                except OSError:  # the other end is closed
                    return True
            return re.search(what, seen)

        wait_for(look, lambda: f"{what} in {seen[-2000:]}")
        return seen

    def test_it_draws_resizes_and_ends(self):
        room = self.newsroom()
        room.publish(made_article(1))
        room.feed_faults["broken"] = "500"
        daemon = self.daemon(room.write_config(self.folder)).start().ready()
        wait_for(lambda: daemon.feed("broken")["failing"], "it fails")
        for rows, columns in ((24, 80), (50, 200), (5, 20), (1, 1)):
            with self.subTest(rows=rows, columns=columns):
                master, process = self.show(daemon, rows, columns)
                self.drawn(master, b"newswired 0" if columns > 10 else b"n")
                fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 90, 0, 0))
                os.killpg(process.pid, signal.SIGWINCH)
                self.drawn(master, b"broken")
                os.write(master, b"q")
                self.drawn(master, b"\x1b\\[\\?1049l")
                self.assertEqual(process.wait(timeout=PATIENCE_S), 0)
        master, process = self.show(daemon, 10, 40)
        self.drawn(master, rb"newswired [0-9.]+  ok ")  # what matters most has room on the smallest
        process.terminate()
        self.assertEqual(process.wait(timeout=PATIENCE_S), 0)
        master, process = self.show(daemon, 24, 80)
        coloured = self.drawn(master, b"http-5xx")
        self.assertIn(b"\x1b[31m", coloured)
        process.terminate()
        self.assertEqual(process.wait(timeout=PATIENCE_S), 0)
        master, process = self.show(daemon, 24, 80, NO_COLOR="1")
        self.assertNotRegex(self.drawn(master, b"http-5xx"), rb"\x1b\[3\dm")
        os.write(master, b"q")
        self.assertEqual(process.wait(timeout=PATIENCE_S), 0)
        master, process = self.show(daemon, 24, 80, TERM="dumb")
        self.assertNotIn(b"\x1b", self.drawn(master, b"http-5xx"))
        self.assertEqual(process.wait(timeout=PATIENCE_S), 0)

    def test_a_daemon_that_goes_away_is_waited_for(self):
        room = self.newsroom()
        room.publish(made_article(1))
        daemon = self.daemon(room.write_config(self.folder)).start().ready()
        master, process = self.show(daemon, 24, 100)
        self.drawn(master, b"gazette")
        daemon.stop()
        self.drawn(master, b"unreachable")
        daemon.start().ready()
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 25, 110, 0, 0))
        os.killpg(process.pid, signal.SIGWINCH)
        self.drawn(master, b"0d 00:00:0")
        os.write(master, b"q")
        self.assertEqual(process.wait(timeout=PATIENCE_S), 0)

    def test_whoever_wants_to_leave_need_not_wait_for_a_daemon_that_hangs(self):
        hangs = socket.socket(socket.AF_UNIX)
        self.addCleanup(hangs.close)
        hangs.bind(str(self.folder / "control.sock"))
        hangs.listen()
        for leave in (lambda master, process: os.write(master, b"q"), lambda master, process: process.terminate()):
            master, process = self.show(types.SimpleNamespace(runtime=self.folder), 24, 80)
            asked, _ = hangs.accept()
            self.addCleanup(asked.close)
            asked.recv(4096)
            leave(master, process)
            self.assertNotIn(b"no newswired answers", self.drawn(master, rb"\x1b\[\?1049l"), "it waited for an answer")
            self.assertEqual(process.wait(timeout=PATIENCE_S), 0)


def dashboard_queries():
    """Every expression of the Grafana dashboard, with its variables filled in."""
    text = (ROOT / "etc" / "grafana-newswired.json").read_text()
    for panel in json.loads(text)["panels"]:
        for target in panel.get("targets", []):
            yield target["expr"].replace("$__rate_interval", "1m").replace("$instance", ".*").replace("$job", ".*")


if __name__ == "__main__":
    harness.main()
