#!/usr/bin/python3
"""shared.py NEWSWIRE CASE: what the data beside the checkout measures, held to what it must be at least.

Without that data the test is skipped (exit code 77). CASE is a name of the table at the end."""
import gzip, os, pathlib, re, resource, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SHARED = ROOT.parent / "shared"
SEEDS = {"000": "ceasefire foreign-intervention libya", "001": "ceasefire foreign-intervention libya",
         "002": "ceasefire foreign-intervention libya", "003": "foreign-intervention libya",
         "004": "foreign-intervention libya"}
MEMORY_KB = 64 * 1024
SECONDS = 1


def output(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    print(done.stdout[-3000:] + done.stderr[-2000:])
    return done.stdout


def at_least(name, value, least):
    print(f"{name}: {value} (at least {least})")
    return value >= least


def suite(newswire):
    out = output("/usr/bin/python3", SHARED / "tools/feed_suite.py", "--cmd",
                 f'{newswire} parse --json --base "{{url}}" --headers {{headers}} {{file}}')
    share = {tier: float(re.search(rf"^ ?{tier} .*= ([\d.]+)%", out, re.M).group(1)) for tier in ("core", "entity")}
    return all([at_least("core %", share["core"], 97), at_least("entity %", share["entity"], 99)])


def damaged(newswire):
    out = output("/usr/bin/python3", SHARED / "tools/feed_damaged.py", f"{newswire} parse --json {{file}}")
    return at_least("recovered", int(re.search(r"~all=(\d+)/", out).group(1)), 90)


def dates(newswire):
    out = output("/usr/bin/python3", SHARED / "tools/feed_dates.py", f"{newswire} parse --json {{file}}", "-v")
    rows = re.findall(r"=(\d+)/(\d+)", out)
    return len(rows) > 0 and all(a == b for a, b in rows)


def hostile(newswire):
    """Every attack and every real feed ends with items or a clear error, in little memory and no endless time."""
    right, slow = True, "asan" in newswire or "tsan" in newswire
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted([*(SHARED / "data/feeds/attack").iterdir(), *(SHARED / "data/feeds/real").iterdir()]):
            file = pathlib.Path(folder) / path.name.removesuffix(".gz")
            file.write_bytes(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
            pid = os.posix_spawn(newswire, [newswire, "parse", "--json", str(file)], os.environ, file_actions=[
                (os.POSIX_SPAWN_OPEN, 1, folder + "/out", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
                (os.POSIX_SPAWN_OPEN, 2, folder + "/err", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)])
            _, status, used = os.wait4(pid, 0)
            code, said = os.waitstatus_to_exitcode(status), pathlib.Path(folder, "err").read_text()
            printed = pathlib.Path(folder, "out").read_text()
            ok = (code == 0 and '"entries"' in printed) or (code == 2 and file.name in said)
            ok = ok and (used.ru_utime + used.ru_stime <= SECONDS or slow)  # the bound on hostile input, of the processor's time
            ok = ok and (used.ru_maxrss <= MEMORY_KB or slow)
            print(f"{'ok ' if ok else 'BAD'} {path.name}: exit {code}, {used.ru_maxrss} KB, {used.ru_utime:.2f} s {said.strip()[-120:]}")
            right = right and ok
    return right


def seeds(newswire):
    right = True
    for path in sorted((SHARED / "seeds").glob("*.txt")):
        line = subprocess.run([newswire, "tag", "--topics", ROOT / "etc/topics.d", path], capture_output=True, text=True).stdout
        tags = " ".join(line.rstrip("\n").split("\t", 1)[1].split())
        print(path.name, tags)
        right = right and tags == SEEDS[path.name[:3]]
    return right


def clean(newswire):
    out = output("sh", SHARED / "tools/clean_eval.sh", newswire, "body")
    return at_least("body F1", float(re.search(r"^f1 +([\d.]+)", out, re.M).group(1)), 0.975)


CASES = {"suite": suite, "damaged": damaged, "dates": dates, "hostile": hostile, "seeds": seeds, "clean": clean}

if not SHARED.is_dir():
    print("skipped: there is no shared data beside the checkout")
    sys.exit(77)
resource.setrlimit(resource.RLIMIT_CPU, (300, 300))
sys.exit(0 if CASES[sys.argv[2]](sys.argv[1]) else 1)
