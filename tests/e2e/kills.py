#!/usr/bin/python3
"""kill -9 at random moments, of the daemon and of its subscribers, while articles arrive; see kills.sh.

    kills.py [KILLS ARTICLES]

The newsroom's feeds carry whole texts, an article stays in its feed until one of the subscribers has it, and each kill is
followed by a new start. Three durable subscribers: the C and the Python one of tests/examples, which ask
for what follows the last seq that they wrote down, and keeper.py, whose place the daemon keeps. In the
end each must have exactly what the newsroom published, under every key, once and in the journal's order.
"""
import collections, hashlib, json, os, pathlib, random, shutil, signal, subprocess, sys, tempfile, time
import zmq
import clients, harness
from newsroom import Newsroom, made_article

KEYS = ["all/", "topic/ceasefire/", "topic/libya/"]
TOPICS = ["libya", "", "ceasefire", "", "libya ceasefire", ""]  # of article n: TOPICS[n % 6]
FEEDS = 10
SHOWN = 50       # articles in a feed beside those that nobody has yet
BEHIND = 1500    # articles that the last subscriber does not have yet, before the newsroom waits
PAUSE_S = 0.8    # between two kills, at most


class Tail:
    """The whole lines that were added to a file since it was last asked."""

    def __init__(self, path):
        self.file, self.rest = open(path, "rb"), b""

    def lines(self):
        *whole, self.rest = (self.rest + self.file.read()).split(b"\n")
        return [line.decode().split("\t") for line in whole]

    def forget_rest(self):
        self.file.seek(-len(self.rest), os.SEEK_CUR)
        self.rest = b""

    def close(self):
        self.file.close()


class Durable:
    """A subscriber that is killed and started anew, and what it holds: (seq, id, mark) by key."""
    mark = None  # what it tells of an article's content, see marks_of

    def __init__(self, name, daemon, folder):
        self.name, self.daemon, self.folder = name, daemon, pathlib.Path(folder)
        self.kept = {key: [] for key in KEYS}
        self.arrived = set()  # marks under all/
        self.lives, self.process, self.tail = 0, None, None

    def spawn(self, command, out):
        self.lives += 1
        with open(self.folder / f"{self.name}.log", "ab") as log:
            self.process = subprocess.Popen([str(word) for word in command], stdout=out, stderr=log,
                                            env=clients.environment(), start_new_session=True)

    def hold(self, key, seq, id, mark):
        self.kept[key].append((int(seq), id, mark))
        if key == "all/":
            self.arrived.add(mark)

    def alive(self):
        if self.process.poll() is not None:
            log = (self.folder / f"{self.name}.log").read_text(errors="replace")[-2000:]
            raise AssertionError(f"{self.name} ended by itself with {self.process.returncode}: {log}")

    def kill(self):
        self.alive()
        os.killpg(self.process.pid, signal.SIGKILL)  # with the programs it runs for each message
        self.process.wait()
        self.poll()

    def n(self):
        return sum(len(list_) for list_ in self.kept.values())


class Example(Durable):
    """One of tests/examples. Its place is the last seq of the key that is furthest behind."""
    mark = "title"

    def start(self):
        self.had = {key: rows[-1][0] if rows else 0 for key, rows in self.kept.items()}
        path = self.folder / f"{self.name}.{self.lives}"
        if self.tail:
            self.tail.close()
        with open(path, "wb") as out:
            self.spawn(clients.command(self.name, self.daemon.live, self.daemon.replay, min(self.had.values()), KEYS), out)
        self.tail = Tail(path)
        path.unlink()

    def poll(self):
        """What it wrote, but for what an earlier life had: its own repetitions stay."""
        for seq, key, id, _, title in self.tail.lines():
            if int(seq) > self.had[key]:
                self.hold(key, seq, id, title)


class Kept(Durable):
    """keeper.py. Nothing is dropped here: its file is what it has."""
    mark = "digest"

    def start(self):
        path = self.folder / f"{self.name}.kept"
        path.touch()
        if not self.tail:
            self.tail = Tail(path)
        self.tail.forget_rest()  # it cuts off what the kill left of a line
        self.spawn(["/usr/bin/python3", harness.HERE / "keeper.py", "--live", self.daemon.live, "--replay",
                    self.daemon.replay, "--cursor", self.name, path, *KEYS], None)

    def poll(self):
        for key, seq, _, id, digest in self.tail.lines():
            self.hold(key, seq, id, digest)


def marks_of(title, text):
    """What tells that it is the right article: each subscriber prints one of these."""
    return {"title": title, "digest": hashlib.sha256(text).hexdigest()}


class Campaign:
    def __init__(self, kills, articles, seed, folder):
        self.kills, self.articles, self.dice, self.folder = kills, articles, random.Random(seed), pathlib.Path(folder)
        self.room = Newsroom()
        self.feeds = [f"desk-{i}" for i in range(FEEDS)]
        self.room.whole.update(self.feeds)
        self.daemon = harness.Daemon(folder, self.room.start().write_config(folder, feeds=self.feeds))
        self.subscribers = [*(Example(name, self.daemon, folder) for name in ("c", "python")),
                            Kept("keeper", self.daemon, folder)]
        self.killed = collections.Counter()
        self.made = {mark: {key: collections.Counter() for key in KEYS} for mark in ("title", "digest")}
        self.shown = {feed: collections.deque() for feed in self.feeds}  # digests, oldest first
        self.n = 0

    # --- the newsroom's side ---

    def publish(self, upto):
        while self.n < upto:
            topic, feed = TOPICS[self.n % len(TOPICS)], self.feeds[self.n % FEEDS]
            article = made_article(self.n, topic)
            marks = marks_of(article.title, article.text().encode())
            for key in ["all/", *(f"topic/{tag}/" for tag in article.tags)]:
                for name, mark in marks.items():
                    self.made[name][key][mark] += 1
            self.room.publish(article, feed)
            self.shown[feed].append(marks["digest"])
            self.n += 1

    def poll(self):
        """Takes what the subscribers have, and withdraws what need not be shown any more."""
        for subscriber in self.subscribers:
            subscriber.alive()
            subscriber.poll()
        for feed, shown in self.shown.items():
            n = 0
            while len(shown) > SHOWN and shown[0] in self.subscribers[-1].arrived:
                shown.popleft()
                n += 1
            self.room.withdraw(feed, n)

    def arrived(self):
        return len(self.subscribers[-1].arrived)

    # --- the kills ---

    def kill_one(self):
        if self.dice.random() < 0.5:
            self.daemon.kill()
            self.killed["daemon"] += 1
            return self.daemon.start()
        subscriber = self.dice.choice(self.subscribers)
        subscriber.kill()
        self.killed[subscriber.name] += 1
        return subscriber.start()

    def wait(self, what, describe):
        """For as long as anything moves."""
        before, end = None, 0
        while not what():
            now = [s.n() for s in self.subscribers]
            if now != before:
                before, end = now, time.monotonic() + harness.PATIENCE_S
            if time.monotonic() > end:
                raise AssertionError(f"never came true: {describe}; the newsroom has {self.n}, the subscribers {now}; "
                                     f"{self.daemon.ask('/v1/status') if self.daemon.answers() else 'no answer'}")
            time.sleep(0.02)
            self.poll()

    def run(self):
        self.daemon.start()
        for subscriber in self.subscribers:
            subscriber.start()
        for k in range(self.kills):
            self.publish(self.articles * (k + 1) // self.kills)
            self.poll()
            self.wait(lambda: self.n - self.arrived() < BEHIND, "articles pass")
            time.sleep(self.dice.uniform(0, PAUSE_S))
            self.kill_one()
            if (k + 1) % 100 == 0:
                print(f"{k + 1} kills, {self.n} articles, {self.arrived()} arrived", flush=True)
        self.publish(self.articles)
        self.daemon.ready()
        want = sum(made.total() for made in self.made["title"].values())
        wrong = []
        try:
            self.wait(lambda: all(s.n() >= want for s in self.subscribers), f"{want} messages each")
        except AssertionError as error:
            wrong.append(str(error))
        return wrong + self.check(self.replay_all())

    def stop(self):
        for subscriber in self.subscribers:
            if subscriber.process and subscriber.process.poll() is None:
                os.killpg(subscriber.process.pid, signal.SIGKILL)
                subscriber.process.wait()
            if subscriber.tail:
                subscriber.tail.close()
        if self.daemon.process:
            self.daemon.stop()
        self.room.stop()

    # --- the check ---

    def replay_all(self):
        """The journal from its first record on: rows (seq, prev, id, marks) by key."""
        rows = {key: [] for key in KEYS}
        with zmq.Context() as context, context.socket(zmq.DEALER) as peer:
            peer.linger, peer.rcvtimeo = 0, int(harness.PATIENCE_S * 1000)
            peer.connect(self.daemon.replay)
            peer.send_multipart([b"NWREPLAY1", b"from=1\ncredit=1000"])
            for frames in iter(peer.recv_multipart, None):
                if len(frames) == 1:
                    assert frames[0].startswith(b"END "), frames
                    return rows
                peer.send(b"MORE 1")
                _, _, seq, prev, _, id, _ = frames[1].decode().split()
                rows.setdefault(frames[0].decode(), []).append(
                    (int(seq), int(prev), id, marks_of(json.loads(frames[2]).get("title", ""), frames[3])))

    def check(self, journal):
        """Problems, as sentences; none: nothing lost, nothing repeated, order kept."""
        wrong = [f"a key that nothing was published under: {key}" for key in journal
                 if key not in KEYS and not key.startswith(("sys/", "story/"))]
        for key in KEYS:
            rows = journal[key]
            wrong += compare(f"journal {key}", self.made["digest"][key], collections.Counter(row[3]["digest"] for row in rows))
            if [row[1] for row in rows] != [0, *(row[0] for row in rows)][:-1]:
                wrong.append(f"journal {key}: the chain of prev is broken")
            for subscriber in self.subscribers:
                kept, name, mark = subscriber.kept[key], f"{subscriber.name} {key}", subscriber.mark
                wrong += compare(name, self.made[mark][key], collections.Counter(row[2] for row in kept))
                if kept != [(seq, id, marks[mark]) for seq, _, id, marks in rows]:
                    wrong.append(f"{name}: not what the journal has, in its order")
        return wrong


def compare(name, want, got):
    """Lost, repeated, and what nobody published."""
    lost, more = want - got, got - want
    foreign = sum(n for mark, n in more.items() if mark not in want)
    counts = {"lost": lost.total(), "repeated": more.total() - foreign, "with another title or text": foreign}
    return [f"{name}: {n} {what}" for what, n in counts.items() if n]


def main():
    kills, articles = [int(word) for word in sys.argv[1:3]] or (1000, 100000)
    seed = int(os.environ.get("NW_SEED", random.randrange(1 << 32)))
    print(f"NW_SEED={seed}", flush=True)
    folder, began = tempfile.mkdtemp(prefix="nw-"), time.monotonic()
    campaign = Campaign(kills, articles, seed, folder)
    try:
        wrong = campaign.run()
    finally:
        campaign.stop()
    if wrong:
        print("\n".join(wrong), f"what there is: {folder}", sep="\n")
        return 1
    messages = campaign.subscribers[0].n()
    print(f"{campaign.killed.total()} kills ({', '.join(f'{n} of {who}' for who, n in sorted(campaign.killed.items()))}), "
          f"{articles} articles, {messages} messages to each of {len(campaign.subscribers)} subscribers: "
          f"0 lost, 0 repeated, in order; {time.monotonic() - began:.0f} s, NW_SEED={seed}")
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
