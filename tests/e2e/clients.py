"""The clients of tests/examples as command lines. What one needs first is made in the build directory, once."""
import fcntl, os, pathlib, shutil, subprocess, unittest
from harness import BIN, EXAMPLES, ROOT

SOURCES = ROOT / "tests" / "examples"
KINDS = os.environ.get("NW_CLIENTS", "c,python,asyncio,js,rust,shell,jq").split(",")
CRATES = pathlib.Path("/usr/share/cargo/registry")  # Debian's packages of Rust crates

# As the README shows it; kinds other than article and update have no title.
JQ = """newswire tail --json --live "$0" --replay "$1" --since "$2" "$3" "$4" |
    jq --unbuffered -r 'select(.title) | [._newswire.seq, .id, .title] | @tsv'"""


def run(arguments, folder):
    """Whether it worked, and if not what it said."""
    try:
        done = subprocess.run(arguments, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=240)
    except subprocess.TimeoutExpired:
        raise unittest.SkipTest(f"{arguments[0]} did not end in four minutes")
    if done.returncode:
        raise unittest.SkipTest(f"{' '.join(arguments[:2])} failed; offline?\n{done.stdout[-2000:]}")


def make(kind, files, programs, build):
    """A folder with these files and what `build` makes of them: once, and again when a file has changed."""
    for program in programs:
        if not shutil.which(program):
            raise unittest.SkipTest(f"there is no {program}")
    folder = EXAMPLES / f"subscribe-{kind}"
    folder.mkdir(exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = "\0".join((SOURCES / file).read_text() for file in files)
        made = folder / "made"
        if not made.exists() or made.read_text() != wanted:
            for file in files:
                shutil.copy(SOURCES / file, folder)
            build(folder)
            made.write_text(wanted)
    return folder


def javascript():
    files = ["subscribe.mjs", "package.json", "package-lock.json"]
    # No scripts: zeromq brings what it needs for this system along.
    install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0"]
    try_it = ["node", "--input-type=module", "-e", "import 'zeromq'"]
    folder = make("js", files, ["node", "npm"], lambda folder: (run(install, folder), run(try_it, folder)))
    return ["node", str(folder / "subscribe.mjs")]


def rust():
    if not list(CRATES.glob("zmq-0*")) or not list(CRATES.glob("serde_json-1*")):
        raise unittest.SkipTest("there are no packages librust-zmq-dev and librust-serde-json-dev")
    sources = ['source.crates-io.replace-with="debian"', f'source.debian.directory="{CRATES}"']
    build = ["cargo", "build", "--offline", *(word for source in sources for word in ("--config", source))]
    folder = make("rust", ["subscribe.rs", "Cargo.toml"], ["cargo"], lambda folder: run(build, folder))
    return [str(folder / "target" / "debug" / "subscribe")]


def command(kind, live, replay, after, keys):
    """Its words; unittest.SkipTest with the reason where it cannot be run."""
    where = [live, replay, str(after), *keys]
    if kind == "c":
        return [str(EXAMPLES / "subscribe"), "--live", live, "--replay", replay, "--from", str(after), *keys]
    if kind == "jq" and not shutil.which("jq"):
        raise unittest.SkipTest("there is no jq")
    return {"python": lambda: ["/usr/bin/python3", str(SOURCES / "subscribe.py")],
            "asyncio": lambda: ["/usr/bin/python3", str(SOURCES / "subscribe_asyncio.py")],
            "js": javascript,
            "rust": rust,
            "shell": lambda: ["sh", str(SOURCES / "subscribe.sh")],
            "jq": lambda: ["sh", "-c", JQ]}[kind]() + where


def environment():
    return {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}


def expected(kind, lines):
    """What a client of this kind prints of these lines: newswire tail shows an article once, whatever its keys."""
    if kind not in ("shell", "jq"):
        return lines
    rows = [line.split("\t") for line in lines]
    once = {}
    for row in rows:
        once.setdefault((row[0], row[2]), row if kind == "shell" else [row[0], row[2], row[4]])
    return ["\t".join(row) for row in once.values()]
