#!/usr/bin/python3
"""Each channel against a peer that is particular: TLS, logins, signatures, refusals, links out of the way, programs that hang."""
import json, os, re, time
import harness
from alertcase import SECRET, AlertCase, made_article
from harness import wait_for
from receivers import Authority, Web

PASSWORD = "corr3ct-horse-of-this-test"
WRONG = "wr0ng-horse-of-this-test"


class Channels(AlertCase):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder / "certificates")
        self.context = self.authority.context("well")

    def mail_lines(self, server, *more):
        return "\n".join(['to = {"desk@example.org"}', 'from = "wire@example.org"', f'server = "{server}"', *more])

    def login(self, name="password", text=PASSWORD):
        return 'user = "wire"', f'password-file = "{self.secret(name, text)}"'

    def ca(self):
        return f'ca = "{self.authority.ca}"'

    def secure_web(self, context=None):
        web = Web(context or self.context)
        self.addCleanup(web.stop)
        return web

    def letter(self, daemon, channel):
        return next((l for l in self.letters(daemon) if l["channel"] == channel), {})

    def error(self, daemon, channel):
        """Why the letter of the channel did not get there; once somebody has said so, `newswire alerts` does too."""
        error = wait_for(lambda: self.letter(daemon, channel).get("error"), lambda: self.letters(daemon))
        said = self.newswire(daemon, "alerts").stdout
        self.assertIn(error[:40], re.sub(r"\s+", " ", said))
        return error

    def sent(self, daemon, *channels):
        wait_for(lambda: all(self.letter(daemon, c).get("state") == "sent" for c in channels), lambda: self.letters(daemon))

    # --- mail ---

    def test_mail_goes_over_tls_with_a_login(self):
        os.environ["CREDENTIALS_DIRECTORY"] = str(self.folder / "credentials")
        self.addCleanup(os.environ.pop, "CREDENTIALS_DIRECTORY")
        (self.folder / "credentials").mkdir()
        (self.folder / "credentials" / "mail").write_text(PASSWORD + "\n")
        (self.folder / "credentials" / "mail").chmod(0o400)
        logins = {"wire": PASSWORD}
        smtps = self.mail(logins=logins, ssl_context=self.context, auth_require_tls=False)
        plain = self.mail(logins=logins, tls_context=self.context, auth_exclude_mechanism=["LOGIN"])
        by_login = self.mail(logins=logins, tls_context=self.context, auth_exclude_mechanism=["PLAIN"], require_starttls=True)
        daemon = self.begin({
            "mail:smtps": self.mail_lines(f"smtps://localhost:{smtps.port}", self.ca(), *self.login()),
            "mail:plain": self.mail_lines(f"smtp://localhost:{plain.port}", self.ca(), 'user = "wire"', 'password-file = "credential:mail"'),
            "mail:login": self.mail_lines(f"smtp://127.0.0.1:{by_login.port}", self.ca(), *self.login()),
        })
        self.publish(2)
        self.sent(daemon, "mail:smtps", "mail:plain", "mail:login")
        self.assertEqual([len(m.taken) for m in (smtps, plain, by_login)], [1, 1, 1])
        self.assertEqual(plain.asked, [("PLAIN", "wire", True)])
        self.assertEqual(by_login.asked, [("LOGIN", "wire", True)])
        self.assertEqual([who for _, who, _ in smtps.asked], ["wire"])

    def test_a_certificate_that_is_wrong_is_refused_with_the_reason(self):
        wrong = {
            "unknown": (self.context, None, "certificate"),
            "elsewhere": (self.authority.context("elsewhere", "DNS:mail.example.org"), self.ca(), "does not match|no alternative certificate"),
            "expired": (self.authority.context("expired", days=-1), self.ca(), "expired"),
        }
        channels, servers = {}, {}
        for name, (context, ca, _) in wrong.items():
            for kind, kwargs in (("smtp", {"tls_context": context}), ("smtps", {"ssl_context": context})):
                mail = servers[f"mail:{name}.{kind}"] = self.mail(**kwargs)
                channels[f"mail:{name}.{kind}"] = self.mail_lines(f"{kind}://127.0.0.1:{mail.port}", *([ca] if ca else []))
            web = servers[f"webhook:{name}"] = self.secure_web(context)
            channels[f"webhook:{name}"] = f'url = "{web.base}/hook"\n' + (ca or "")
        daemon = self.begin(channels)
        self.publish(2)
        for channel, server in servers.items():
            error = self.error(daemon, channel)
            self.assertRegex(error, "^tls: .*(" + wrong[re.split("[:.]", channel)[1]][2] + ")", channel)
            self.assertEqual(self.letter(daemon, channel)["state"], "waiting", channel)
            self.assertEqual(server.taken, [], channel)

    def test_nothing_goes_without_starttls_where_it_is_asked_for(self):
        """Neither a password nor a letter; where it is not asked for, mail goes as it always has."""
        bare = {name: self.mail(logins={"wire": PASSWORD} if name == "login" else None, auth_require_tls=False)
                for name in ("login", "required", "ca", "offered")}
        more = {"login": self.login(), "required": ['tls = "required"'], "ca": [self.ca()], "offered": []}
        daemon = self.begin({f"mail:{name}": self.mail_lines(f"smtp://127.0.0.1:{mail.port}", *more[name]) for name, mail in bare.items()})
        self.publish(2)
        for name in ("login", "required", "ca"):
            self.assertEqual(self.error(daemon, f"mail:{name}"), "tls: the server has no STARTTLS, and nothing is sent to it without")
            self.assertEqual((bare[name].taken, bare[name].asked), ([], []))
            self.assertEqual(self.letter(daemon, f"mail:{name}")["state"], "waiting")
        self.sent(daemon, "mail:offered")

    def test_a_wrong_password_waits_for_the_right_one(self):
        mail = self.mail(logins={"wire": PASSWORD}, tls_context=self.context)
        daemon = self.begin({"mail:desk": self.mail_lines(f"smtp://localhost:{mail.port}", self.ca(), *self.login(text=WRONG))})
        self.publish(2)
        self.assertRegex(self.error(daemon, "mail:desk"), "^refused: 535 ")
        self.assertEqual(self.letter(daemon, "mail:desk")["state"], "waiting")
        self.login()
        self.assertEqual(self.newswire(daemon, "alert", "retry", "mail:desk").returncode, 0)
        self.sent(daemon, "mail:desk")
        self.assertEqual(len(mail.taken), 1)

    def test_what_a_server_says_of_the_letter_decides(self):
        """4yz: later; 5yz: never that one, and the next goes."""
        grey, never, closed = self.mail(), self.mail(), self.mail()
        grey.refuse, never.refuse = ["451 4.7.1 Greylisted, come later"], ["550 5.7.1 Not wanted here"]

        async def refuse_all(server, session, envelope, name, options):
            return "554 5.3.2 Nobody is served here"
        closed.handle_MAIL = refuse_all
        daemon = self.begin({f"mail:{name}": self.mail_lines(f"smtp://127.0.0.1:{m.port}")
                             for name, m in (("grey", grey), ("never", never), ("closed", closed))})
        self.publish(2)
        self.assertEqual(self.error(daemon, "mail:grey"), "status 451: 451 4.7.1 Greylisted, come later")
        self.sent(daemon, "mail:grey")
        self.assertEqual(self.error(daemon, "mail:never"), "status 550: 550 5.7.1 Not wanted here")
        self.assertRegex(self.error(daemon, "mail:closed"), "554 5.3.2")
        self.assertEqual([self.letter(daemon, f"mail:{name}")["state"] for name in ("never", "closed")], ["dead", "dead"])
        self.publish(3)
        wait_for(lambda: never.taken and len(grey.taken) == 2, lambda: self.letters(daemon))

    # --- over https ---

    def test_webhooks_and_ntfy_go_over_tls_signed_and_with_one_id(self):
        web = self.secure_web()
        web.plan["/hook"], web.plan["/"] = [500, "close", 503], [500]
        daemon = self.begin({
            "webhook:hook": f'url = "{web.base}/hook"\nsecret-file = "{self.secret("hook.key")}"\n{self.ca()}',
            "ntfy:duty": f'url = "{web.base}/duty"\npassword-file = "{self.secret("token", PASSWORD)}"\n{self.ca()}',
        })
        self.publish(2)
        for _ in range(4):
            self.newswire(daemon, "alert", "retry", "webhook:hook")
            time.sleep(0.3)
        self.sent(daemon, "webhook:hook", "ntfy:duty")
        key = self.letter(daemon, "webhook:hook")["key"]
        hooks = [r for r in web.refused + web.taken if r["path"] == "/hook"]
        self.assertGreaterEqual(len(hooks), 3)
        for request in hooks:
            self.check_signature(request, key)
            self.assertEqual(request["headers"]["idempotency-key"], key)
        ntfy = [r for r in web.refused + web.taken if r["path"] == "/"]
        self.assertEqual({json.loads(r["body"])["sequence_id"] for r in ntfy}, {self.letter(daemon, "ntfy:duty")["key"]})
        self.assertEqual({r["headers"]["authorization"] for r in ntfy}, {f"Bearer {PASSWORD}"})
        body = json.loads(ntfy[0]["body"])
        self.assertEqual(set(body), {"topic", "title", "message", "click", "priority", "tags", "sequence_id"})
        self.assertNotIn(body["message"].splitlines()[0], body["title"])
        self.assertIn("Why: ", body["message"])
        self.assertTrue(1 <= body["priority"] <= 5 and len(body["message"].encode()) <= 4096, body)

    def test_no_text_is_anything_but_text_to_who_is_told(self):
        presets = ("slack", "mattermost", "discord", "teams", "matrix", "telegram")
        daemon = self.begin({f"webhook:{p}": f'url = "{self.web.base}/{p}"\npreset = "{p}"' for p in presets})
        article = made_article(2)
        article.title = "Report @channel <!here> <http://e.example|x> [x](http://e.example) ![y](http://e.example/y.png) **b** @room &amp;"
        self.room.publish(article)
        self.sent(daemon, *(f"webhook:{p}" for p in presets))
        key = self.letter(daemon, "webhook:matrix")["key"]
        body = {p: self.web.json(f"/{p}" if p != "matrix" else f"/matrix/{key}")[0] for p in presets}
        self.assertEqual(set(body["slack"]), {"text", "mrkdwn", "unfurl_links", "unfurl_media"})
        self.assertNotRegex(body["slack"]["text"], "[<>]|&(?!amp;|lt;|gt;)")
        for markdown in (body["mattermost"]["text"], body["discord"]["content"]):
            bare = re.sub(r"\\.", "", re.sub(r"https?://\S+", "", markdown))
            self.assertNotRegex(bare, r"[\[\]*_`~|\\]|<[^\u200b]|@[^\u200b]")
        self.assertEqual(body["discord"]["allowed_mentions"], {"parse": []})
        card = body["teams"]["attachments"][0]
        self.assertEqual((body["teams"]["type"], card["contentType"], card["content"]["type"]),
                         ("message", "application/vnd.microsoft.card.adaptive", "AdaptiveCard"))
        for text in (body["slack"]["text"], body["matrix"]["body"], body["telegram"]["text"]):
            self.assertIn("![y](http://e.example/y.png)", text)
        self.assertEqual(card["content"]["body"][0]["type"], "RichTextBlock")  # which has no Markdown
        self.assertIn("[x](http", card["content"]["body"][0]["inlines"][0]["text"])
        self.assertEqual((body["matrix"]["msgtype"], body["matrix"]["m.mentions"]), ("m.text", {}))
        self.assertNotIn("format", body["matrix"])
        self.assertEqual(body["telegram"]["link_preview_options"], {"is_disabled": True})
        self.assertNotIn("parse_mode", body["telegram"])

    # --- files and programs ---

    def test_a_relative_file_stays_in_the_state_directory(self):
        outside = self.folder / "outside.jsonl"
        outside.write_text("")
        state = self.folder / "state"
        (state / "logs").mkdir(parents=True)
        (state / "away").symlink_to(self.folder)
        (state / "link.jsonl").symlink_to(outside)
        (state / "near.jsonl").symlink_to("logs/near.jsonl")
        daemon = self.begin({
            "file:in": 'path = "logs//in.jsonl"', "file:near": 'path = "near.jsonl"',
            "file:link": 'path = "link.jsonl"', "file:away": 'path = "away/outside.jsonl"',
            "file:whole": f'path = "{self.folder}/whole.jsonl"',
        })
        self.publish(2)
        self.sent(daemon, "file:in", "file:whole")
        for name in ("link", "away", "near"):
            self.assertIn("a link", self.error(daemon, f"file:{name}"))
        self.assertEqual(outside.read_text(), "")
        for path in (state / "logs" / "in.jsonl", self.folder / "whole.jsonl"):
            self.assertEqual(len(self.lines(path)), 1, path)

    def test_a_program_gets_its_arguments_as_they_are_and_ends_with_all_its_own(self):
        said, children = self.folder / "said", self.folder / "children"
        argument = "$(touch hacked); `id` | x"
        hangs = f"sleep 1000 & echo $! $$ >> {children}; echo it hangs; trap '' TERM; wait; wait"
        loud = "head -c 100000 /dev/zero | tr '\\\\0' x >&2; exit 3"
        daemon = self.begin({
            "exec:well": f'argv = {{"/bin/sh", "-c", "echo \\"$1\\" >> {said}; cat >> {said}", "well", "{argument}"}}',
            "exec:hangs": f'argv = {{"/bin/sh", "-c", "{hangs}"}}\ntimeout = 1s',
            "exec:loud": f'argv = {{"/bin/sh", "-c", "{loud}"}}',
            "exec:late": "argv = {\"/bin/sh\", \"-c\", \"trap 'exit 0' TERM; sleep 1000 & wait\"}\ntimeout = 1s",
            "exec:missing": 'argv = {"/no/such/program"}',
        })
        self.publish(2)
        self.sent(daemon, "exec:well")
        first, letter = said.read_text().splitlines()
        self.assertEqual(first, argument)
        self.assertEqual(json.loads(letter)["key"], self.letter(daemon, "exec:well")["key"])
        self.assertRegex(self.error(daemon, "exec:hangs"), "^timeout: the program was ended: it hangs")
        self.assertRegex(self.error(daemon, "exec:late"), "^timeout: ")
        wait_for(lambda: not any(alive(int(pid)) for pid in children.read_text().split()), lambda: children.read_text())
        error = self.error(daemon, "exec:loud")
        self.assertRegex(error, "^the program ended with 3: x{100}")
        self.assertLess(len(error), 400)
        self.assertIn("/no/such/program", self.error(daemon, "exec:missing"))

    # --- secrets ---

    def test_no_secret_is_in_anything_that_is_kept_or_shown(self):
        """Whether all goes well, or whoever is told says all that he was told."""
        token, path, signing, ntfy = (f"t0ken-{kind}-of-this-very-test" for kind in ("bearer", "path", "hmac", "ntfy"))
        mail = self.mail(logins={"wire": PASSWORD}, tls_context=self.context)
        echo = self.mail(logins={"wire": PASSWORD}, tls_context=self.context)

        async def tell_all(server, *args):
            import base64
            blob = base64.b64encode(f"\0wire\0{PASSWORD}".encode()).decode()
            return f"550 you said {blob} and {base64.b64encode(PASSWORD.encode()).decode()}"
        echo.handle_RCPT = tell_all
        hook = self.secret("hook", f"{self.web.base}/services/{path}?token={token}")
        bad = self.secret("bad", f"{self.web.base}/hooks/{path}/x?token={token}")
        self.web.plan[f"/hooks/{path}/x?token={token}"] = "echo"
        self.web.plan["/topics/"] = "echo"
        daemon = self.begin({
            "mail:desk": self.mail_lines(f"smtp://localhost:{mail.port}", self.ca(), *self.login()),
            "mail:wrong": self.mail_lines(f"smtp://localhost:{mail.port}", self.ca(), *self.login("wrong", WRONG)),
            "mail:echo": self.mail_lines(f"smtp://localhost:{echo.port}", self.ca(), *self.login()),
            "webhook:hook": f'url-file = "{hook}"\nsecret-file = "{self.secret("hmac", signing)}"\npassword-file = "{self.secret("bearer", token)}"',
            "webhook:echo": f'url-file = "{bad}"\nsecret-file = "{self.secret("hmac", signing)}"\npassword-file = "{self.secret("bearer", token)}"',
            "webhook:nowhere": f'url-file = "{self.secret("nowhere", "http://127.0.0.1:9/" + path)}"',
            "ntfy:duty": f'url = "{self.web.base}/topics/duty"\npassword-file = "{self.secret("ntfy", ntfy)}"',
            "ntfy:well": f'url = "{self.web.base}/well/duty"\npassword-file = "{self.secret("ntfy", ntfy)}"',
        }, log_level="debug")
        self.publish(2)
        self.sent(daemon, "mail:desk", "webhook:hook", "ntfy:well")
        for channel in ("mail:wrong", "mail:echo", "webhook:echo", "webhook:nowhere", "ntfy:duty"):
            self.error(daemon, channel)
        self.newswire(daemon, "alert", "retry", "webhook:echo")
        wait_for(lambda: sum("/hooks/" in r["path"] for r in self.web.refused) > 1, lambda: self.web.refused)
        rules = self.folder / "alerts.d" / "test.conf"
        rules.write_text(rules.read_text() + f'channel "webhook:typo" {{ url = "https://wire:{signing}@example.org/" }}\n')
        daemon.reload()
        wait_for(lambda: "cannot reload" in daemon.log.read_text(), daemon.log.read_text)
        shown = {page: json.dumps(daemon.ask(page)) for page in ("/v1/status", "/v1/alerts", "/v1/feeds")}
        for words in (("status",), ("alerts",), ("alerts", "--json"), ("feeds",)):
            said = self.newswire(daemon, *words)
            shown[" ".join(words)] = said.stdout + said.stderr
        daemon.stop()
        shown["log"] = daemon.log.read_text()
        kept = {file.name: file.read_bytes() for file in daemon.state.iterdir() if file.is_file()}
        self.assertIn("journal.db", kept)
        for secret in (PASSWORD, WRONG, token, path, signing, ntfy):
            for name, text in [*shown.items(), *kept.items()]:
                self.assertNotIn(secret.encode(), text if isinstance(text, bytes) else text.encode(), name)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    harness.main()
