"""What the end-to-end tests share: the daemon as a process, subscribers as processes, waiting without sleeping on luck."""
import contextlib, json, os, pathlib, shutil, signal, socket, subprocess, sys, tempfile, time, unittest
import http.client

BIN = pathlib.Path(os.environ["NW_BIN"])            # where newswired and newswire were built
EXAMPLES = pathlib.Path(os.environ["NW_EXAMPLES"])  # where subscribe (C) was built
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
GOLDEN = ROOT / "tests" / "golden"
PATIENCE_S = float(os.environ.get("NW_PATIENCE", 120))  # how long anything may take before a test fails: a bound, never a measure


def wait_for(what, describe, patience=PATIENCE_S):
    """Asks until it is true; fails with the description, not with a guess, when it never is."""
    end = time.monotonic() + patience
    while True:
        answer = what()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"never came true: {describe() if callable(describe) else describe}")
        time.sleep(0.02)


class UnixHTTP(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("newswired", timeout=PATIENCE_S)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE_S)
        self.sock.connect(self.path)


class Daemon:
    """newswired with a state and runtime directory of its own."""

    def __init__(self, folder, config):
        self.folder, self.config = pathlib.Path(folder), config
        self.runtime, self.state = self.folder / "run", self.folder / "state"
        self.log, self.process = self.folder / "newswired.log", None
        self.live, self.replay = f"ipc://{self.runtime}/live.ipc", f"ipc://{self.runtime}/replay.ipc"

    def start(self, environment=None, inside=None):
        """inside: what is to be told the process's id before it is the daemon."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [BIN / "newswired", "-c", str(self.config), "-s", str(self.state), "-r", str(self.runtime)], stderr=log,
                env={**os.environ, **(environment or {})}, preexec_fn=inside and (lambda: inside(os.getpid())))
        return self

    def ready(self):
        wait_for(lambda: self.answers() or self.process.poll() is not None, "the daemon answers")
        if self.process.poll() is not None:
            raise AssertionError("newswired ended:\n" + self.log.read_text(errors="replace")[-4000:])
        return self

    def answers(self):
        try:
            return self.ask("/v1/status")["pid"] == self.process.pid
        except (OSError, http.client.HTTPException, ValueError):
            return False

    def ask(self, page):
        connection = UnixHTTP(self.runtime / "control.sock")
        try:
            connection.request("GET", page)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def feed(self, name):
        return next(f for f in self.ask("/v1/feeds") if f["id"] == name)

    def counter(self, name):
        return self.ask("/v1/status")["counters"][name]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def stop(self):
        """Asks it to stop; answers its exit code and how long it took."""
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(timeout=PATIENCE_S), time.monotonic() - began


class Subscriber:
    """One of the shown clients (clients.py) as a process; each line it prints is a message."""

    def __init__(self, kind, daemon, keys, start=0, log=None):
        import clients
        self.out, self.kind = tempfile.NamedTemporaryFile("w+", suffix=".messages"), kind
        self.process = subprocess.Popen(clients.command(kind, daemon.live, daemon.replay, start, keys),
                                        stdout=self.out, stderr=log, env=clients.environment(), start_new_session=True)

    def lines(self):
        with open(self.out.name, encoding="utf-8") as f:
            return [line[:-1] for line in f.read().splitlines(keepends=True) if line.endswith("\n")]

    def messages(self):
        """Key, seq, id, version and title of each."""
        rows = [line.split("\t") for line in self.lines()]
        return [[key, seq, *rest] for seq, key, *rest in rows]

    def has(self, n):
        enough = len(self.lines()) >= n
        if not enough and self.process.poll() is not None:
            raise AssertionError(f"the subscriber ended by itself with {self.process.returncode}: {self.process.args[0]}")
        return enough

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """It and what it started: a pipe, a command of newswire tail's."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.out.close()


class Case(unittest.TestCase):
    """A test with a folder of its own, and everything that it starts stopped at its end."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="nw-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def newsroom(self, **kwargs):
        from newsroom import Newsroom
        room = Newsroom(**kwargs).start()
        self.addCleanup(room.stop)
        return room

    def daemon(self, config):
        daemon = Daemon(self.folder, config)
        self.addCleanup(lambda: daemon.process and daemon.stop())
        return daemon

    def subscriber(self, *args, **kwargs):
        subscriber = Subscriber(*args, **kwargs)
        self.addCleanup(subscriber.stop)
        return subscriber


def main():
    sys.path.insert(0, str(HERE))
    unittest.main(verbosity=2)
