#!/usr/bin/python3
"""pages.py NEWSWIRE: each page of the newsroom, cleaned, is its golden file byte for byte, and has the tags it should have."""
import pathlib, subprocess, sys, tempfile
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from newsroom import ROOT, page_of, read_articles


def run(*args):
    return subprocess.run([str(a) for a in args], capture_output=True)


def main(newswire):
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for article in read_articles():
            page, golden = pathlib.Path(folder) / f"{article.slug}.html", HERE / f"{article.slug}.txt"
            page.write_bytes(page_of(article))
            cleaned = run(newswire, "clean", page)
            if cleaned.returncode != 0 or cleaned.stdout != golden.read_bytes():
                print(f"{article.slug}: cleaned otherwise than {golden}:\n{cleaned.stdout.decode()}{cleaned.stderr.decode()}")
                wrong += 1
            tagged = run(newswire, "tag", "--topics", ROOT / "etc" / "topics.d", golden)
            tags = tagged.stdout.decode().rstrip("\n").split("\t", 1)[1].split()
            if tags != sorted(article.tags):
                print(f"{article.slug}: tagged {tags}, wants {sorted(article.tags)}")
                wrong += 1
    return 1 if wrong else 0


sys.exit(main(sys.argv[1]))
