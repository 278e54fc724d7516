"""Who alerts are sent to, on loopback: a web server that behaves as it is told to, and a mail server."""
import email, email.policy, http.server, json, logging, pathlib, socket, ssl, subprocess, threading, time
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

logging.getLogger("mail").setLevel(logging.CRITICAL)  # it shows where each handshake that is refused came to an end


class Authority:
    """Certificates made for a test, by one who is known to nobody but who is given `ca`."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.ca = self.folder / "ca.pem"
        self.run("req", "-x509", *self.key("ca"), "-out", "ca.pem", "-subj", "/CN=authority of a test", "-days", "30")

    def run(self, *args):
        subprocess.run(["openssl", *args], cwd=self.folder, check=True, capture_output=True)

    def key(self, name):
        return "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key"

    def context(self, name, hosts="DNS:localhost,IP:127.0.0.1", days=30):
        """What a server of these hosts speaks TLS with."""
        (self.folder / f"{name}.ext").write_text(f"subjectAltName={hosts}\n")
        self.run("req", *self.key(name), "-out", f"{name}.csr", "-subj", f"/CN={name}")
        self.run("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", str(days),
                 "-extfile", f"{name}.ext", "-out", f"{name}.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        return context


class Web:
    """Takes POST and PUT. plan[path] is what it does with the next requests there, one after the other:
    an int is a status, a (status, seconds) one with Retry-After, "hang" and "close" what they say, "echo" a 500
    that says all it was told; then 200."""

    def __init__(self, context=None):
        self.plan, self.taken, self.refused = {}, [], []
        self.lock, self.over, self.hanging = threading.Lock(), threading.Event(), 0
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version, disable_nagle_algorithm = "HTTP/1.1", True  # head and body are two writes

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                request = {"path": self.path, "method": self.command, "headers": {k.lower(): v for k, v in self.headers.items()},
                           "body": body, "at": time.monotonic()}
                with web.lock:
                    plan = web.plan.get(self.path) or web.plan.get("*") or []
                    what = plan if isinstance(plan, (int, str, tuple)) else plan.pop(0) if plan else 200
                if what == "hang":
                    with web.lock:
                        web.hanging += 1
                    web.over.wait()
                    self.close_connection = True
                    return
                if what == "close":
                    self.close_connection = True
                    return
                status, after = what if isinstance(what, tuple) else (500 if what == "echo" else what, None)
                with web.lock:
                    (web.taken if status < 300 else web.refused).append(request)
                if what == "echo":
                    answer = json.dumps([self.path, request["headers"]]).replace("/", "\\/").encode()
                else:
                    answer = b"no" if status >= 300 else b"{}"
                self.send_response(status)
                if after is not None:
                    self.send_header("Retry-After", str(after))
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_PUT = do_POST

            def log_message(self, *args):
                pass

            def handle(self):
                try:
                    super().handle()
                except OSError:  # the daemon was killed
                    pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads, request_queue_size = True, 128

            def handle_error(self, request, address):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.base = f"http{'s' if context else ''}://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def at(self, path):
        with self.lock:
            return [r for r in self.taken if r["path"] == path]

    def json(self, path):
        return [json.loads(r["body"]) for r in self.at(path)]

    def stop(self):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


class Mail:
    """A mail server; refuse is a list of replies to DATA, one after the other, before it takes what comes.
    With logins, name -> password, it takes nothing from who has not logged in; asked is each login that was tried: how, who, whether after STARTTLS."""

    def __init__(self, logins=None, **kwargs):
        self.taken, self.refuse, self.asked, self.logins = [], [], [], logins
        if logins is not None:
            kwargs = {"auth_required": True, "authenticator": self.judge, **kwargs}
        probe = socket.socket()
        probe.bind(("127.0.0.1", 0))
        self.port = probe.getsockname()[1]
        probe.close()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, **kwargs)
        self.controller.start()

    def judge(self, server, session, envelope, mechanism, login):
        name, password = login.login.decode(), login.password.decode()
        self.asked.append((mechanism, name, bool(session.ssl)))
        return AuthResult(success=self.logins.get(name) == password, handled=False)

    async def handle_DATA(self, server, session, envelope):
        if self.refuse:
            return self.refuse.pop(0)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.taken.append({"from": envelope.mail_from, "to": envelope.rcpt_tos, "message": message, "raw": envelope.content})
        return "250 taken"

    def stop(self):
        self.controller.stop()
