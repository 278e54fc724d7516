"""Who alerts are sent to, on loopback: a web server that behaves as it is told to, and a mail server."""
import email, email.policy, http.server, json, socket, threading, time
from aiosmtpd.controller import Controller


class Web:
    """Takes POST and PUT. plan[path] is what it does with the next requests there, one after the other:
    an int is a status, a (status, seconds) one with Retry-After, "hang" and "close" what they say; then 200."""

    def __init__(self):
        self.plan, self.taken, self.refused = {}, [], []
        self.lock, self.over, self.hanging = threading.Lock(), threading.Event(), 0
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

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
                status, after = what if isinstance(what, tuple) else (what, None)
                with web.lock:
                    (web.taken if status < 300 else web.refused).append(request)
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
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
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
    """A mail server; refuse is a list of replies to DATA, one after the other, before it takes what comes."""

    def __init__(self, **kwargs):
        self.taken, self.refuse = [], []
        probe = socket.socket()
        probe.bind(("127.0.0.1", 0))
        self.port = probe.getsockname()[1]
        probe.close()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, **kwargs)
        self.controller.start()

    async def handle_DATA(self, server, session, envelope):
        if self.refuse:
            return self.refuse.pop(0)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.taken.append({"from": envelope.mail_from, "to": envelope.rcpt_tos, "message": message, "raw": envelope.content})
        return "250 taken"

    def stop(self):
        self.controller.stop()
