#!/usr/bin/python3
"""Durable subscribers: the daemon keeps their place, and they and it are killed at random moments."""
import contextlib, os, pathlib, random, signal, sqlite3, subprocess, tempfile, threading
import zmq
import harness
from harness import BIN, EXAMPLES, PATIENCE_S, Case, wait_for
from newsroom import made_article

KILLS = int(os.environ.get("NW_KILLS", "20"))
ARTICLES = KILLS * 6


class Life:
    """A program from its start to its end, and the whole lines that it printed."""

    def __init__(self, *command, **kwargs):
        self.out = tempfile.NamedTemporaryFile("w+b", suffix=".life")
        self.process = subprocess.Popen([str(word) for word in command], stdout=self.out, **kwargs)

    def lines(self):
        data = pathlib.Path(self.out.name).read_bytes()
        return data[:data.rfind(b"\n") + 1].decode().splitlines()

    def messages(self):
        """(key, seq) of each."""
        return [(words[0], int(words[1])) for words in map(str.split, self.lines())]

    def end(self, number=signal.SIGKILL):
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(PATIENCE_S)
        return code


class Cursor(Case):
    def life(self, *command, **kwargs):
        life = Life(*command, **kwargs)
        self.addCleanup(lambda: (life.end(), life.out.close()))
        return life

    def durable(self, daemon, keys):
        return self.life(EXAMPLES / "durable", "--live", daemon.live, "--replay", daemon.replay, "--cursor", "desk", *keys)

    def publish_beside(self, room, dice, articles):
        done = threading.Event()

        def publish():
            for article in articles:
                room.publish(article)
                done.wait(dice.uniform(0, 0.08))

        thread = threading.Thread(target=publish)
        thread.start()
        self.addCleanup(lambda: (done.set(), thread.join()))
        return lambda: (done.set(), thread.join())

    def left(self, daemon, keys):
        """How much a subscriber with this cursor would be sent."""
        with zmq.Context() as context, context.socket(zmq.DEALER) as dealer:
            dealer.linger, dealer.rcvtimeo = 0, int(PATIENCE_S * 1000)
            dealer.connect(daemon.replay)
            dealer.send_multipart([b"NWREPLAY1", f"cursor=desk\nkeys={','.join(keys)}\nbody=none".encode()])
            n = 0
            while len(dealer.recv_multipart()) == 4:
                n += 1
            return n

    def kill_both(self, keys, kill_daemon_every):
        seed = int(os.environ.get("NW_SEED", random.randrange(1 << 32)))
        print(f"NW_SEED={seed}", flush=True)
        dice, room = random.Random(seed), self.newsroom()
        articles = [made_article(n, topic="libya" if n % 3 == 0 else None) for n in range(ARTICLES)]
        daemon = self.daemon(room.write_config(self.folder, feeds=["gazette"])).start()
        hurry, lives, pause = self.publish_beside(room, dice, articles[:-1]), [], threading.Event()
        for kill in range(KILLS):
            lives.append(self.durable(daemon, keys))
            pause.wait(dice.uniform(0, 0.5))
            if kill % kill_daemon_every == 0:
                daemon.kill()
                pause.wait(dice.uniform(0, 0.2))
                daemon.start()
            lives[-1].end()
        hurry()
        daemon.ready()
        lives.append(self.durable(daemon, keys))
        room.publish(articles[-1])
        want = ARTICLES + (sum(n % 3 == 0 for n in range(ARTICLES)) if len(keys) > 1 else 0)
        have = lambda: {m for life in lives for m in life.messages()}
        wait_for(lambda: len(have()) >= want, lambda: f"{want} messages, have {len(have())}")
        wait_for(lambda: self.left(daemon, keys) == 0, lambda: f"all dealt with, not all but {self.left(daemon, keys)}")
        self.assertEqual(lives[-1].end(signal.SIGTERM), 0)
        return [life.messages() for life in lives], want

    def numbers(self, which):
        with contextlib.closing(sqlite3.connect(f"file:{self.folder}/state/journal.db?mode=ro", uri=True, timeout=30)) as journal:
            return [seq for seq, in journal.execute(f"SELECT seq FROM journal WHERE {which} ORDER BY seq")]

    def check(self, lives, keys, want):
        """Each life in order and each message once in it, none missing between lives; answers how many came again."""
        last, total = {}, 0
        for key in keys:
            last[key] = 0
            kept = []
            for messages in lives:
                seqs = [seq for k, seq in messages if k == key]
                total += len(seqs)
                self.assertEqual(seqs, sorted(set(seqs)), f"{key}: once and in order, in one life")
                kept += [seq for seq in seqs if seq > last[key]]  # what a subscriber does who wants nothing twice
                last[key] = max([last[key], *seqs])
            self.assertEqual(kept, sorted(set(kept)), f"{key}: dropped by its last number, once in all lives")
            if key == "all/":
                self.assertEqual(kept, self.numbers("kind <= 1"), "every article of the journal")
                self.assertEqual(len(kept), ARTICLES)
                self.assertEqual(self.numbers("1"), list(range(1, len(self.numbers("1")) + 1)), "no gap in the journal")
        return total - want

    def test_one_key_loses_nothing_and_repeats_what_could_not_be_acked(self):
        lives, want = self.kill_both(["all/"], 4)
        again = self.check(lives, ["all/"], want)
        print(f"{again} of {want} came again over {KILLS} kills", flush=True)
        # Acked after each and answered in milliseconds: a kill finds what came in a moment, not all there was.
        self.assertLess(again, want)

    def test_two_keys_lose_nothing(self):
        lives, want = self.kill_both(["all/", "topic/libya/"], 5)
        again = self.check(lives, ["all/", "topic/libya/"], want)
        print(f"{again} of {want} came again over {KILLS} kills", flush=True)

    def test_the_page_s_example_and_the_one_in_cplusplus_follow_a_real_daemon(self):
        room = self.newsroom()
        for n in range(3):
            room.publish(made_article(n, topic="libya"))
        daemon = self.daemon(room.write_config(self.folder)).start().ready()
        page = self.life(EXAMPLES / "page_example", daemon.live, daemon.replay)
        wait_for(lambda: sum("parliament" in line and line.split()[1] == "date" for line in page.lines()) == 3,
                 lambda: f"three texts, not {page.lines()}")
        program = self.life(EXAMPLES / "subscribe_cc", "--live", daemon.live, "--replay", daemon.replay, "--from", "0",
                            "all/", "topic/libya/")
        wait_for(lambda: len(program.lines()) == 6, lambda: f"six lines, not {program.lines()}")
        seqs = lambda wanted: [seq for key, seq in program.messages() if key == wanted]
        self.assertEqual(len(seqs("all/")), 3)
        self.assertEqual(seqs("all/"), seqs("topic/libya/"))
        room.publish(made_article(3))
        wait_for(lambda: len(seqs("all/")) == 4, "what comes live")

    def tail(self, daemon, *arguments, **kwargs):
        return self.life(BIN / "newswire", "tail", "--live", daemon.live, "--replay", daemon.replay, "--cursor", "tail",
                         *arguments, **kwargs)

    def test_tail_goes_on_where_it_was(self):
        room = self.newsroom()
        daemon = self.daemon(room.write_config(self.folder, feeds=["gazette"])).start().ready()
        for n in range(6):
            room.publish(made_article(n))
            tail = self.tail(daemon, "--since", "0", "--exec", "cat >/dev/null; echo all/ $NEWSWIRE_SEQ")
            wait_for(lambda: tail.messages(), "the next article")
            if n % 2:
                wait_for(lambda: any(c["name"] == "tail" and c["seq"] > n for c in daemon.ask("/v1/cursors")), "its place is kept")
                self.assertEqual(tail.end(), -signal.SIGKILL)
            else:
                self.assertEqual(tail.end(signal.SIGINT), 0)
            self.assertEqual(tail.messages(), [("all/", n + 1)])

    def test_a_command_that_fails_ends_tail_before_its_article(self):
        room = self.newsroom()
        for n in range(4):
            room.publish(made_article(n))
        daemon = self.daemon(room.write_config(self.folder, feeds=["gazette"])).start().ready()
        for fail, want in ((3, [1, 2]), (3, []), (0, [3, 4])):
            tail = self.tail(daemon, "--since", "0", "--exec",
                             f"test $NEWSWIRE_SEQ != {fail} && echo all/ $NEWSWIRE_SEQ", stderr=subprocess.DEVNULL)
            if fail:
                self.assertEqual(tail.process.wait(PATIENCE_S), 1)
            wait_for(lambda: [seq for _, seq in tail.messages()] == want, lambda: f"{want}, not {tail.messages()}")
            tail.end(signal.SIGTERM)

    def test_a_name_that_is_none_is_told(self):
        done = subprocess.run([BIN / "newswire", "tail", "--cursor", "no/name"], capture_output=True, timeout=PATIENCE_S)
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(b"no name of a cursor", done.stderr)


if __name__ == "__main__":
    harness.main()
