#!/usr/bin/python3
"""The daemon for a while under the load of a large installation: soak.c publishes and subscribes, this watches the daemon.

    soak.py [--feeds 500] [--rate 1000] [--seconds 120] [--page-kb 20] [--strict]

Fails when an article is lost, comes twice or out of order, or when the daemon's memory is not flat: more in the last quarter
of the articles than in the second, by 15 %, with --strict by 5 %. --page-kb 0: the articles' texts are in the feeds. The
delays are those from when an article's page (or text) was handed to the daemon to its message at a subscriber, by one
clock; they and the rate are printed, and judged by --strict alone.
"""
import argparse, json, pathlib, re, statistics, subprocess, sys, tempfile, threading
import harness
from harness import ROOT, Daemon
from test_metrics import get, parse

GROWTH = {True: 1.05, False: 1.15}  # strict or not: in a short run beside others it is not only the articles that differ
AIM_MS = 1000
FEWEST = 5000  # articles in a quarter of the run, for its memory to say anything


def configure(folder, port, args):
    # Held in memory: what a feed still lists and more, and full before the first quarter is over.
    warm = max(args.rate * args.seconds // 8, FEWEST)
    settings = {"feeds": '"feeds.d"', "topics": f'"{ROOT}/etc/topics.d"', "alerts": f'"{ROOT}/etc/alerts.d"',
                "allow-networks": '{"127.0.0.0/8"}', "live": "{}", "replay": "{}", "http": '{"127.0.0.1:*"}', "status": '{"127.0.0.1:*"}',
                "min-interval": "1s", "max-interval": "1s", "start-spread": "5s", "host-pause": "0ms", "per-host": 8,
                "connections": 1024, "in-flight": 128, "remember": min(max(2 * warm, 80 * args.feeds), 1000000), "stories": min(warm, 200000),
                "keep-size": "2G"}
    (folder / "newswired.conf").write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
    (folder / "feeds.d").mkdir()
    (folder / "feeds.d" / "soak.conf").write_text("".join(
        f'feed "soak-{n}" {{\n\turl = "http://127.77.{n // 250}.{n % 250 + 1}:{port}/feeds/{n}.xml"\n'
        f"\tpages = {str(args.page_kb > 0).lower()}\n}}\n" for n in range(args.feeds)))
    return folder / "newswired.conf"


class Watch(threading.Thread):
    """The daemon's resident memory, a sample a second, with the articles that it had by then."""

    def __init__(self, daemon):
        super().__init__(daemon=True)
        self.of, self.samples, self.ended = daemon, [], threading.Event()
        self.start()

    def run(self):
        status = pathlib.Path(f"/proc/{self.of.process.pid}/status")
        while not self.ended.wait(1):
            self.samples.append((self.of.counter("articles_total"), int(re.search(r"^VmRSS:\s+(\d+) kB", status.read_text(), re.M)[1])))

    def end(self):
        self.ended.set()
        self.join()

    def quarters(self):
        """Of each quarter of the articles, in KB, what nine samples in ten are above: what is under way comes on top of it."""
        end, kb = self.samples[-1][0], [[] for _ in range(4)]
        for articles, sample in self.samples:
            if 0 < articles < end:
                kb[4 * articles // end].append(sample)
        return [int(statistics.quantiles(samples, n=10)[0]) if len(samples) > 1 else 0 for samples in kb]


def quantile(samples, name, q):
    """The upper bound of the bucket that a histogram's quantile is in."""
    rows = [(float(m[1]), n) for m, n in ((re.match(rf'{name}_bucket{{le="([^"]+)"}}$', k), n) for k, n in samples.items()) if m]
    rows.sort()
    return next((bound for bound, n in rows if n >= q * rows[-1][1]), 0)


def run(args, folder):
    """The two of them together; answers what the subscriber says, the daemon's memory, its metrics and how it ended."""
    with open(folder / "soak.err", "w+") as err, subprocess.Popen(
            [harness.EXAMPLES / "e2e_soak", *map(str, (args.feeds, args.rate, args.seconds, args.page_kb))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=err, text=True) as soak:
        daemon = None
        try:
            daemon = Daemon(folder, configure(folder, int(soak.stdout.readline()), args)).start().ready()
            watch = Watch(daemon)
            soak.stdin.write(f"{daemon.live}\n{daemon.replay}\n")
            soak.stdin.flush()
            said = soak.stdout.readline()
            watch.end()
            if not said:
                raise SystemExit((folder / "soak.err").read_text() or "the subscriber ended")
            metrics = parse(get(daemon.ask("/v1/status")["status"][0], "/metrics")[2])
            return json.loads(said), watch, metrics, daemon.stop()[0]
        finally:
            soak.kill()
            if daemon and daemon.process.poll() is None:
                daemon.kill()


def tell(args, result, watch, metrics):
    n, kind = result["published"], f"pages of {args.page_kb} KB" if args.page_kb else "texts in the feeds"
    cpu_ms = metrics["process_cpu_seconds_total"] * 1000 / max(n, 1)
    print(f"{n} articles of {args.feeds} feeds, {kind}: {result['rate']} a second of {args.rate} asked for; {cpu_ms:.2f} ms CPU each")
    print(f"lost {result['lost']}, repeated {result['repeated']}, out of order {result['out_of_order']}, strange {result['strange']}; "
          f"{result['tagged']} more under topics, {result['replayed']} by replay")
    for name, what in (("frame", "article to frame, aim: p99 below 1000 ms"), ("publication", "publication to frame, with the wait for a visit")):
        print(f"{what}: p50 {result[name + '_p50_ms']} ms, p99 {result[name + '_p99_ms']} ms, most {result[name + '_max_ms']} ms")
    print(f"the daemon's own: 99 of 100 went out within {quantile(metrics, 'newswired_publish_delay_seconds', 0.99):g} s of being written")
    print("memory by quarters of the run, MB: " + ", ".join(f"{peak >> 10}" for peak in watch.quarters()))


def judge(args, result, watch, ended):
    """What is wrong; nothing of it is a measure of time, but for --strict."""
    quarters = watch.quarters()
    wrong = [f"{result[what]} {what}" for what in ("lost", "repeated", "out_of_order", "strange") if result[what]]
    if result["published"] >= 4 * FEWEST and quarters[3] > GROWTH[args.strict] * quarters[1]:
        wrong.append(f"memory grew from {quarters[1]} KB to {quarters[3]} KB")
    if ended:
        wrong.append(f"newswired ended with {ended}")
    if args.strict and result["frame_p99_ms"] >= AIM_MS:
        wrong.append(f"p99 {result['frame_p99_ms']} ms")
    if args.strict and result["rate"] < 0.98 * args.rate:
        wrong.append(f"{result['rate']} articles a second")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name, otherwise in (("feeds", 500), ("rate", 1000), ("seconds", 120), ("page-kb", 20)):
        parser.add_argument(f"--{name}", type=int, default=otherwise)
    parser.add_argument("--strict", action="store_true", help="fail for delays, and for a rate that is not kept, too")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nw-soak-") as folder:
        result, watch, metrics, ended = run(args, pathlib.Path(folder))
    tell(args, result, watch, metrics)
    wrong = judge(args, result, watch, ended)
    print("\n".join("failed: " + what for what in wrong) or "well")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
