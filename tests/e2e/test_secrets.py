#!/usr/bin/python3
"""No secret is told: keys, tokens and passwords of every kind, used well, used wrongly and written wrongly, are in nothing that
the daemon and the command line say, keep or send."""
import http.client, pathlib, subprocess, urllib.parse
import zmq
import harness
from alertcase import AlertCase
from harness import BIN, PATIENCE_S, ROOT, UnixHTTP, wait_for

TOKEN = {name: f"t0ken-of-{name}-0123456789abcdefghij" for name in ("desk", "watch", "short", "twice", "refused", "asked")}
PASSWORDS = {name: f"s3cret-of-{name}-in-this-test" for name in ("bearer", "path", "hmac", "ntfy", "login", "feed", "typo")}
PAGES = ("/v1/status", "/v1/feeds", "/v1/alerts", "/v1/stories", "/v1/cursors", "/metrics")
COMMANDS = (("status",), ("status", "--json"), ("feeds",), ("feeds", "--json"), ("alerts",), ("alerts", "--json"), ("stories",),
            ("cursors",), ("top", "--once"))


class Secrets(AlertCase):
    def setUp(self):
        super().setUp()
        self.shown, self.secrets = {}, [*TOKEN.values(), *PASSWORDS.values()]
        (self.folder / "clients.d").mkdir()
        self.pairs = {name: self.pair(name) for name in ("server", "desk", "stranger")}

    def pair(self, name):
        file = self.folder / f"{name}.key"
        made = self.say("keygen", "--out", file)
        self.secrets.append(file.read_text().strip())
        return file, made.stdout.strip()

    def say(self, *words, status=0):
        """Runs newswire and keeps what it says."""
        done = subprocess.run([BIN / "newswire", *map(str, words)], capture_output=True, text=True, timeout=PATIENCE_S)
        self.shown["newswire " + " ".join(map(str, words))] = done.stdout + done.stderr
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def client(self, name, lines):
        file = self.folder / "clients.d" / f"{name}.conf"
        file.write_text(lines + "\n")
        file.chmod(0o600)
        return file

    def hidden(self, daemon):
        """Fails for the first secret that is in what was shown or is kept."""
        kept = {str(file): file.read_bytes() for file in daemon.state.rglob("*") if file.is_file()}
        self.assertIn(str(daemon.state / "journal.db"), kept)
        said = {"log": daemon.log.read_text(errors="replace"), **self.shown}
        for secret in self.secrets:
            for form in {secret, urllib.parse.quote(secret, safe="")}:
                for name, text in [*said.items(), *kept.items()]:
                    self.assertNotIn(form.encode(), text if isinstance(text, bytes) else text.encode(), name)

    def ask(self, endpoint, page, **headers):
        """An HTTP answer, with its head, kept."""
        connection = http.client.HTTPConnection(endpoint, timeout=PATIENCE_S)
        connection.request("GET", page, headers=headers)
        answer = connection.getresponse()
        self.shown[f"{endpoint}{page} {len(self.shown)}"] = str(answer.headers) + answer.read(65536).decode(errors="replace")
        connection.close()
        return answer.status

    def begin(self):
        web, secret = self.web.base, lambda name: self.secret(name, PASSWORDS[name])
        self.client("desk", f'key = "{self.pairs["desk"][1]}"\ntoken = "{TOKEN["desk"]}"\nread = {{"topic/libya/"}}')
        self.client("watch", f'token = "{TOKEN["watch"]}"\nread = {{""}}')
        here = '{"curve+tcp://127.0.0.1:*"}'
        return super().begin({
            "webhook:well": f'url-file = "{self.secret("well", web + "/s/" + PASSWORDS["path"])}"\n'
                            f'password-file = "{secret("bearer")}"\nsecret-file = "{secret("hmac")}"',
            "webhook:nowhere": f'url-file = "{self.secret("nowhere", "http://127.0.0.1:9/" + PASSWORDS["path"])}"',
            "ntfy:duty": f'url = "{web}/duty"\npassword-file = "{secret("ntfy")}"',
            "mail:desk": mail_lines(f"smtp://localhost:{self.mail(logins={'wire': 'other'}, auth_require_tls=False).port}", secret("login")),
        }, log_level="debug", clients='"clients.d"', live=here, replay=here, server_key=f'"{self.pairs["server"][0]}"',
            http='{"0.0.0.0:*"}', status='{"0.0.0.0:*"}')

    def use_http(self, daemon):
        web, status = (f"127.0.0.1:{daemon.ask('/v1/status')[name][0].split(':')[1]}" for name in ("http", "status"))
        bearer = lambda name: {"Authorization": f"Bearer {TOKEN[name]}"}
        for endpoint, page in ((web, "/v1/articles"), (status, "/metrics"), (status, "/readyz?verbose"), (status, "/healthz")):
            self.assertEqual(self.ask(endpoint, page, **bearer("watch")), 200)
            self.assertEqual(self.ask(endpoint, page, **bearer("refused")), 401)
            self.assertEqual(self.ask(endpoint, page, Authorization=f"Basic {TOKEN['refused']}"), 401)
            self.assertIn(self.ask(endpoint, f"{page}?token={TOKEN['asked']}"), (400, 401))
            self.assertIn(self.ask(endpoint, f"/{TOKEN['asked']}", **bearer("watch")), (400, 404))
        self.assertIn(self.ask(web, "/v1/articles?keys=topic/ceasefire/", **bearer("desk")), (401, 403))

    def use_curve(self, daemon):
        endpoints = {name: next(e for e in daemon.ask("/v1/status")[name] if e.startswith("curve+"))[len("curve+"):] for name in ("live", "replay")}
        at = ("--live", endpoints["live"], "--replay", endpoints["replay"], "--server-key", self.pairs["server"][1])
        self.follow(daemon, "tail", "topic/libya/", *at, "--key", self.pairs["desk"][0])
        refused = daemon.counter("bus_clients_refused_total")
        context = zmq.Context()
        self.addCleanup(context.term)
        socket = context.socket(zmq.SUB)
        self.addCleanup(socket.close, linger=0)
        stranger = self.pairs["stranger"]
        socket.curve_secretkey, socket.curve_publickey = stranger[0].read_text().strip().encode(), stranger[1].encode()
        socket.curve_serverkey = self.pairs["server"][1].encode()
        socket.connect(endpoints["live"])
        wait_for(lambda: daemon.counter("bus_clients_refused_total") > refused, "the stranger is refused")
        self.pairs["stranger"][0].chmod(0o644)
        self.say("tail", "all/", *at, "--key", stranger[0], status=2)

    def follow(self, daemon, *words):
        """newswire tail, until it is there."""
        before = daemon.counter("bus_subscriptions_total")
        with open(self.folder / "tail.out", "w+b") as out:
            tail = subprocess.Popen([BIN / "newswire", *map(str, words)], stdout=out, stderr=out)
            self.addCleanup(tail.wait)
            self.addCleanup(tail.kill)
            wait_for(lambda: daemon.counter("bus_subscriptions_total") > before, "it subscribes")
            out.seek(0)
            self.shown[words[0]] = out.read()

    def test_in_use(self):
        daemon = self.begin()
        self.publish(2)
        for channel, state in (("webhook:well", "sent"), ("ntfy:duty", "sent"), ("webhook:nowhere", None), ("mail:desk", None)):
            wait_for(lambda: any(l["channel"] == channel and (l["state"] == state if state else l.get("error")) for l in self.letters(daemon)),
                     lambda: self.letters(daemon))
        self.use_http(daemon)
        self.use_curve(daemon)
        for page in PAGES:
            connection = UnixHTTP(daemon.runtime / "control.sock")
            connection.request("GET", page)
            self.shown[page] = connection.getresponse().read()
            connection.close()
        for words in COMMANDS:
            done = self.newswire(daemon, *words)
            self.shown["newswire " + " ".join(words)] = done.stdout + done.stderr
        for words in (("config", "dump"), ("config", "dump", "--json"), ("check",)):
            self.say(*words, daemon.config)
        self.shown["arguments"] = pathlib.Path(f"/proc/{daemon.process.pid}/cmdline").read_bytes()
        self.hidden(daemon)
        self.assertEqual(daemon.stop()[0], 0)
        self.hidden(daemon)

    def test_written_wrongly(self):
        daemon = self.begin()
        clients, feeds = self.folder / "clients.d", self.folder / "feeds.d" / "more.conf"
        wrong = {
            clients / "short.conf": f'token = "{TOKEN["short"][:20]} {TOKEN["short"]}"\nread = {{"all/"}}\n',
            clients / "twice.conf": f'token = "{TOKEN["watch"]}"\nread = {{"all/"}}\n',
            clients / "torn.conf": f'token = "{TOKEN["twice"]}\nread = {{"all/"}}\n',
            clients / "list.conf": f'token = {{"{TOKEN["twice"]}", "{TOKEN["short"]}"}}\nread = {{"all/"}}\n',
            clients / "key.conf": f'key = "{self.pairs["desk"][0].read_text().strip()[:-1]}"\nread = {{"all/"}}\n',
            feeds: f'feed "paid" {{ url = "https://reader:{PASSWORDS["feed"]}@example.org/feed" }}\n',
            self.folder / "alerts.d" / "typo.conf": f'channel "webhook:typo" {{ url = "https://wire:{PASSWORDS["typo"]}@example.org/" }}\n',
        }
        self.secrets.append(self.pairs["desk"][0].read_text().strip()[:-1])
        for file, text in wrong.items():
            with self.subTest(file.name):
                file.write_text(text)
                file.chmod(0o600)
                said = len(daemon.log.read_text())
                daemon.reload()
                wait_for(lambda: "cannot reload" in daemon.log.read_text()[said:], lambda: daemon.log.read_text()[said:])
                self.say("check", daemon.config, status=2)
                self.say("config", "dump", daemon.config, status=2)
                self.hidden(daemon)
                file.unlink()
        daemon.stop()
        self.pairs["server"][0].write_text(self.pairs["server"][0].read_text().strip()[:-1] + "\n")
        self.secrets.append(self.pairs["server"][0].read_text().strip())
        self.assertNotEqual(daemon.start().process.wait(timeout=PATIENCE_S), 0)
        self.hidden(daemon)

    def test_a_service_leaves_no_core(self):
        self.assertIn("\nLimitCORE=0\n", (ROOT / "systemd" / "newswired.service").read_text())


def mail_lines(server, password):
    return f'to = {{"desk@example.org"}}\nfrom = "wire@example.org"\nserver = "{server}"\nuser = "wire"\npassword-file = "{password}"'


if __name__ == "__main__":
    harness.main()
