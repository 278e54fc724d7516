#!/usr/bin/python3
"""The journal saved while the daemon writes it, put back, kept by topic; and a disk that is full for a while."""
import os, pathlib, shutil, sqlite3, subprocess, time, unittest
import harness
from harness import BIN, PATIENCE_S, Case, Daemon, wait_for
from newsroom import made_article

ARTICLES = 40


def newswire(*arguments):
    return subprocess.run([BIN / "newswire", *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def ids_in(path):
    """Of a saved journal: nothing lies beside it, and it need not be writable."""
    with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)], path
        return [bytes(row[0]).hex() if isinstance(row[0], bytes) else row[0]
                for row in db.execute("SELECT id FROM journal WHERE kind <= 1 ORDER BY seq")]


class SmallDisk(Daemon):
    """Its state is on a disk of 40 MB of its own."""

    def start(self):
        self.state.mkdir(exist_ok=True)
        mount = 'mount -t tmpfs -o size=40m small "$0" && exec "$@"'
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                ["unshare", "-m", "sh", "-c", mount, self.state, BIN / "newswired", "-c", str(self.config), "-s", str(self.state),
                 "-r", str(self.runtime)], stderr=log)
        return self

    @property
    def disk(self):
        return pathlib.Path(f"/proc/{self.process.pid}/root") / self.state.relative_to("/")


class Backup(Case):
    def published(self, n, **options):
        room = self.newsroom()
        for i in range(n):
            room.publish(made_article(i))
        daemon = self.daemon(room.write_config(self.folder, **options)).start().ready()
        wait_for(lambda: daemon.counter("articles_total") == n, "all articles")
        return room, daemon

    def test_a_backup_of_a_running_daemon_is_restored(self):
        room, daemon = self.published(ARTICLES)
        saved, state = self.folder / "saved.db", daemon.state
        answer = newswire("backup", "--state", state, saved)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        self.assertEqual(os.stat(saved).st_mode & 0o7777, 0o600)
        self.assertEqual(len(ids_in(saved)), ARTICLES)
        answer = newswire("backup", "--state", state, saved)
        self.assertEqual(answer.returncode, 2)
        self.assertIn("is there already", answer.stderr)
        answer = newswire("restore", "--state", state, saved)
        self.assertEqual(answer.returncode, 2)
        self.assertIn("another newswired", answer.stderr)
        for i in range(ARTICLES, ARTICLES + 5):
            room.publish(made_article(i))
        wait_for(lambda: daemon.counter("articles_total") == ARTICLES + 5, "five more")
        newest = daemon.ask("/v1/status")["newest"]
        self.assertEqual(daemon.stop()[0], 0)
        answer = newswire("restore", "--state", state, saved)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        self.assertIn(f"the next message is {newest + 1}", answer.stdout)
        replaced, = state.glob("journal.db.replaced-*")
        self.assertIn(str(replaced), answer.stdout)
        self.assertEqual(len(ids_in(replaced)), ARTICLES + 5)
        daemon.start().ready()
        wait_for(lambda: daemon.counter("articles_total") == 5, "what was lost is met again, and nothing else")
        self.assertEqual(daemon.ask("/v1/status")["newest"], newest + 5)
        subscriber = self.subscriber("python", daemon, ["all/"], start=newest)
        wait_for(lambda: subscriber.has(5), "one that had all of the other journal has what comes next")
        ids = self.saved_ids(daemon, "again.db")
        self.assertEqual((len(ids), len(set(ids))), (ARTICLES + 5, ARTICLES + 5))

    def saved_ids(self, daemon, name):
        answer = newswire("backup", "--state", daemon.state, self.folder / name)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        return ids_in(self.folder / name)

    def test_a_stopped_and_a_killed_daemon_are_backed_up_too(self):
        _, daemon = self.published(ARTICLES)
        daemon.kill()
        self.assertEqual(len(self.saved_ids(daemon, "killed.db")), ARTICLES)
        daemon.start().ready()
        daemon.stop()
        self.assertEqual(len(self.saved_ids(daemon, "stopped.db")), ARTICLES)
        daemon.start().ready()

    def test_kills_of_backups_while_articles_come_leave_nothing_half(self):
        room, daemon = self.published(ARTICLES, min_interval="1s", max_interval="1s")
        whole = 0
        for i in range(15):
            room.publish(made_article(ARTICLES + i))
            saved = self.folder / f"saved-{i}.db"
            process = subprocess.Popen([BIN / "newswire", "backup", "--state", daemon.state, saved], stdout=subprocess.DEVNULL)
            time.sleep(i * 0.002)
            process.kill()
            process.wait()
            if saved.exists():
                whole += 1
                self.assertGreaterEqual(len(ids_in(saved)), ARTICLES)
        self.assertLess(whole, 15)
        wait_for(lambda: daemon.counter("articles_total") == ARTICLES + 15, "all articles")
        ids = self.saved_ids(daemon, "last.db")
        self.assertEqual((len(ids), len(set(ids))), (ARTICLES + 15, ARTICLES + 15))

    def kept(self, daemon):
        """What is in the journal under all/: seq and whether it is on Libya."""
        saved = self.folder / "look.db"
        saved.unlink(missing_ok=True)
        self.assertEqual(newswire("backup", "--state", daemon.state, saved).returncode, 0)
        with sqlite3.connect(f"file:{saved}?mode=ro&immutable=1", uri=True) as db:
            return [(seq, "topic/libya/ " in keys) for seq, keys in db.execute("SELECT seq, keys FROM journal WHERE kind <= 1 ORDER BY seq")]

    def test_kills_while_trimming_leave_what_is_kept_longer(self):
        room = self.newsroom()
        for i in range(200):
            room.publish(made_article(i, "libya" if i % 5 == 0 else None))
        config = room.write_config(self.folder)
        daemon = self.daemon(config).start().ready()
        wait_for(lambda: daemon.counter("articles_total") == 200, "all articles")
        libya = [(seq, is_libya) for seq, is_libya in self.kept(daemon) if is_libya]
        self.assertEqual(len(libya), 40)
        config.write_text(config.read_text() + 'keep = 1s\nkeep-topics = {"libya 0s"}\n')
        for i in range(8):
            daemon.kill()
            daemon.start()
            time.sleep(0.04 * i)
        daemon.kill()
        daemon.start().ready()
        wait_for(lambda: self.kept(daemon) == libya, lambda: f"{self.kept(daemon)} is {libya}")
        subscriber = self.subscriber("python", daemon, ["topic/libya/"])
        wait_for(lambda: subscriber.has(40), "all that is kept is replayed")
        room.publish(made_article(300, "libya"))
        wait_for(lambda: subscriber.has(41), "and goes on")
        self.assertEqual(len({message[2] for message in subscriber.messages()}), 41)

    @unittest.skipIf(os.geteuid() != 0, "only root can make a small disk")
    def test_a_full_disk_is_waited_for_and_nothing_is_lost(self):
        room = self.newsroom()
        for i in range(ARTICLES):
            room.publish(made_article(i))
        daemon = SmallDisk(self.folder, room.write_config(self.folder, min_interval="1s", max_interval="1s"))
        self.addCleanup(lambda: daemon.process.poll() is None and daemon.kill())
        try:
            daemon.start().ready()
        except AssertionError as error:
            said = daemon.log.read_text(errors="replace")
            if "unshare: " in said or "mount: " in said:
                self.skipTest(f"no small disk in a mount namespace: {said.splitlines()[0]}")
            raise error
        wait_for(lambda: daemon.counter("articles_total") == ARTICLES, "all articles")
        subscriber = self.subscriber("python", daemon, ["all/"])
        wait_for(lambda: subscriber.has(ARTICLES), "the subscriber has them")
        self.fill(daemon.disk / "ballast")
        for i in range(ARTICLES, ARTICLES + 30):
            room.publish(made_article(i))
        wait_for(lambda: daemon.ask("/v1/status")["journal_failing"], "the journal fails")
        wait_for(lambda: daemon.ask("/v1/status")["paused"], "polling pauses")
        self.assertEqual(newswire("status", "--runtime", daemon.runtime).returncode, 1)
        self.assertIn("cannot be written", newswire("feeds", "--runtime", daemon.runtime).stderr)
        visits = daemon.counter("feed_visits_total")
        answer = self.backup_inside(daemon)
        self.assertEqual(answer.returncode, 2)
        self.assertIn("no room", answer.stderr)
        self.assertEqual([p.name for p in daemon.disk.glob("saved*")], [])
        time.sleep(2.5)  # two of its visits' time
        self.assertEqual(daemon.counter("feed_visits_total"), visits)
        began = time.monotonic()
        (daemon.disk / "ballast").unlink()
        wait_for(lambda: not daemon.ask("/v1/status")["journal_failing"], "it goes on by itself")
        self.assertLess(time.monotonic() - began, 10)
        wait_for(lambda: subscriber.has(ARTICLES + 30), "what came meanwhile")
        self.assertEqual(newswire("status", "--runtime", daemon.runtime).returncode, 0)
        self.assertEqual(newswire("feeds", "--runtime", daemon.runtime).stderr, "")
        ids = [message[2] for message in subscriber.messages()]
        self.assertEqual((len(ids), len(set(ids))), (ARTICLES + 30, ARTICLES + 30))
        self.assertEqual(self.backup_inside(daemon).returncode, 0)
        shutil.copy(daemon.disk / "saved.db", self.folder)
        self.assertEqual(len(ids_in(self.folder / "saved.db")), ARTICLES + 30)

    def backup_inside(self, daemon):
        return subprocess.run(["nsenter", "-t", str(daemon.process.pid), "-m", BIN / "newswire", "backup", "--state", daemon.state,
                               daemon.state / "saved.db"], capture_output=True, text=True, timeout=PATIENCE_S, check=False)

    def fill(self, path):
        with open(path, "wb", buffering=0) as ballast:
            size = 1 << 20
            while size:
                try:
                    ballast.write(bytes(size))
                except OSError:
                    size //= 2


if __name__ == "__main__":
    harness.main()
