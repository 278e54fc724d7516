#!/usr/bin/python3
"""Every call that may fail does, one after the other: no crash, no hang, no other output, and an error that is named.

NW_TORTURE is how many calls of each program are tried, spread over all of them; 0 is every one (`ninja torture`).
"""
import collections, concurrent.futures, contextlib, http.client, os, pathlib, random, re, signal, sqlite3, subprocess, tempfile, unittest
import faultcase, harness
from harness import BIN, ROOT, Case, wait_for
from newsroom import made_article, feed_of, page_of, read_articles

TRIES = int(os.environ.get("NW_TORTURE", 60))
FAILING = pathlib.Path(os.environ.get("NW_FAILING_SO", harness.EXAMPLES / "libe2e_failing.so"))
SANITIZED = "san" in str(BIN)  # who gives the memory itself, and finds what leaks when a call fails


def environment(n, whose, said):
    return {**os.environ, "LD_PRELOAD": str(FAILING), "NW_FAIL_N": str(n), "NW_FAIL_WHOSE": whose, "NW_FAIL_SAID": str(said),
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0", "LC_ALL": "C.UTF-8"}


class Torture(Case):
    def one(self, words, n, whose, data=None):
        """Exit code, output, errors and what failed of a run whose n-th call fails."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            said = pathlib.Path(folder) / "said"
            try:
                run = subprocess.run(words, input=data, capture_output=True, timeout=30, env=environment(n, whose, said))
            except subprocess.TimeoutExpired:
                return "hang", b"", b"", said.read_text() if said.exists() else ""
            return run.returncode, run.stdout, run.stderr, said.read_text() if said.exists() else ""

    def judge(self, run, good):
        """What is wrong with it; None where nothing is."""
        code, out, err, _ = run
        if code == "hang":
            return "hangs"
        if code == -signal.SIGABRT:  # out of memory ends the process, with a line
            return None if err.strip() else "aborts without a word"
        if code < 0:
            return f"dies of {signal.Signals(-code).name}"
        if b"Sanitizer" in err or b"runtime error" in err:
            return "is reported by a sanitizer: " + err.decode(errors="replace")[:2000]
        if code == good[0]:
            return None if out == good[1] else "says that all is well, and is not"
        return None if err.strip() else f"ends with {code} without a word"

    def torture(self, name, words, data=None, good_code=0, kinds=("own", "all")):
        bad, tried = [], collections.Counter()
        for whose in ("calls",) if SANITIZED else kinds:
            good = self.one(words, 0, whose, data)
            self.assertEqual(good[0], good_code, good[2])
            total = int(re.search(r"calls (\d+)", good[3])[1])
            step = max(1, total // TRIES) if TRIES else 1
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                for n, run in zip(range(1, total + 1, step), pool.map(lambda n: self.one(words, n, whose, data), range(1, total + 1, step))):
                    fault = self.judge(run, good)
                    tried[f"{whose}: " + ("same" if run[0] == good_code else f"code {run[0]}")] += 1
                    if fault:
                        bad.append(f"{whose} call {n} of {total} ({run[3].splitlines()[0] if run[3] else '?'}): {fault}; {run[2][-200:]}")
        print(f"{name}: {dict(tried)}", flush=True)
        self.assertFalse(bad, f"{name}: {len(bad)} of {sum(tried.values())}:\n" + "\n".join(bad[:20]))

    def file(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return str(path)

    def test_parse(self):
        articles = read_articles()[:6]
        self.torture("parse", [BIN / "newswire", "parse", "--json", self.file("feed.xml", feed_of("gazette", articles, "http://x.test", True))])

    def test_clean(self):
        self.torture("clean", [BIN / "newswire", "clean", self.file("page.html", page_of(read_articles()[0]))])

    def test_tag(self):
        text = made_article(1, "libya ceasefire").text().encode()
        self.torture("tag", [BIN / "newswire", "tag", "--topics", ROOT / "etc" / "topics.d", self.file("article.txt", text)])

    def test_check(self):
        room = self.newsroom()
        room.publish(made_article(1))
        # Not "all": libconfuse 3.3 uses what malloc has not given.
        self.torture("check", [BIN / "newswire", "check", room.write_config(self.folder)], kinds=("own", "calls"))

    def visit(self, n, whose, room, folder):
        """The daemon's start, a visit and its stop with the n-th call failing; then, whole again, what is in the journal."""
        folder.mkdir()
        daemon, said = harness.Daemon(folder, room.write_config(folder)), folder / "said"
        daemon.start(environment(n, whose, said))
        self.addCleanup(lambda: daemon.process.poll() is None and daemon.kill())
        gone = lambda: daemon.process.poll() is not None

        def has_article():
            try:
                return daemon.counter("articles_total") == 1
            except (OSError, http.client.HTTPException, ValueError):
                return False  # not yet, or not any more

        with contextlib.suppress(AssertionError):  # it may well never have it
            wait_for(lambda: gone() or has_article(), "the article", 3 * faultcase.SLOW)
        daemon.process.terminate()
        try:
            code = daemon.process.wait(timeout=20 * faultcase.SLOW)
        except subprocess.TimeoutExpired:
            daemon.kill()
            code = "hang"
        fault = self.judge((code, b"", daemon.log.read_bytes(), ""), (0, b""))
        daemon.start().ready()
        wait_for(lambda: daemon.feed("gazette")["state"] in ("not-modified", "unchanged"), "the feed is read")
        daemon.stop()
        with contextlib.closing(sqlite3.connect(daemon.state / "journal.db")) as journal:
            kept = journal.execute("SELECT count(*), count(DISTINCT id) FROM journal WHERE kind <= 1").fetchone()
        if kept != (1, 1) and not fault:
            fault = f"keeps {kept} of one article"
        what = said.read_text().splitlines() if said.exists() else ["?"]
        return code, fault and f"{whose} call {n} ({what[0]}): {fault}; {daemon.log.read_text(errors='replace')[-1500:]}", what[-1]

    def test_the_daemons_start_and_a_visit(self):
        room, bad, codes = self.newsroom(), [], collections.Counter()
        room.publish(made_article(1))
        for whose in ("calls",) if SANITIZED else ("own", "calls"):
            code, fault, what = self.visit(0, whose, room, self.folder / f"{whose}0")
            self.assertEqual((code, fault), (0, None))
            total = int(re.search(r"calls (\d+)", what)[1])
            step = max(1, total // (TRIES // 4)) if TRIES else 1
            numbers = range(1 + random.randrange(step), total + 1, step)
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                for code, fault, _ in pool.map(lambda n: self.visit(n, whose, room, self.folder / f"{whose}{n}"), numbers):
                    codes[f"{whose}: {code}"] += 1
                    bad += [fault] if fault else []
        print(f"daemon: {dict(codes)}", flush=True)
        self.assertFalse(bad, "\n".join(bad[:10]))


if __name__ == "__main__":
    harness.main()
