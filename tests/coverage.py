#!/usr/bin/python3
"""The table of tests/coverage: what gcov says of daemon/, by module. coverage.py BUILD [MODULE...]"""
import collections, concurrent.futures, json, os, pathlib, subprocess, sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OURS = ROOT / "daemon"
AIM = 90


def read(notes):
    """{source: {line: count}} of one object; what was never run has notes and no counts."""
    said = subprocess.run(["gcov", "--json-format", "--stdout", notes], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    lines = collections.defaultdict(dict)
    for document in said.splitlines():
        whole = json.loads(document)
        for file in whole["files"]:
            path = pathlib.Path(os.path.normpath(pathlib.Path(whole["current_working_directory"]) / file["file"]))
            if OURS not in path.parents or not path.exists():  # a file that was taken out leaves its object
                continue
            for line in file["lines"]:
                n = line["line_number"]
                lines[path][n] = max(lines[path].get(n, 0), line["count"])
    return lines


def ranges(numbers):
    """1-3 5 7-8"""
    runs = []
    for n in sorted(numbers):
        if runs and n == runs[-1][1] + 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return " ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def main():
    build, wanted = ROOT / sys.argv[1], set(sys.argv[2:])
    files = collections.defaultdict(dict)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for lines in pool.map(read, sorted((build / "daemon").rglob("*.gcno"))):
            for path, counts in lines.items():
                for n, count in counts.items():
                    files[path][n] = max(files[path].get(n, 0), count)
    modules = collections.defaultdict(lambda: [0, 0])
    missing = collections.defaultdict(dict)
    for path, counts in sorted(files.items()):
        parts = path.relative_to(OURS).parts
        module = parts[0] if len(parts) > 1 else "newswired"
        modules[module][0] += sum(1 for count in counts.values() if count)
        modules[module][1] += len(counts)
        missing[module][path.name] = [n for n, count in counts.items() if not count]
    print(f"{'module':<12}{'covered':>9}{'of lines':>10}{'%':>8}")
    for module, (covered, lines) in sorted(modules.items()):
        print(f"{module:<12}{covered:>9}{lines:>10}{100 * covered / lines:>8.1f}")
    covered, lines = (sum(m[i] for m in modules.values()) for i in (0, 1))
    print(f"{'all':<12}{covered:>9}{lines:>10}{100 * covered / lines:>8.1f}  of {AIM} aimed at")
    for module in sorted(wanted & modules.keys()):
        for name, numbers in missing[module].items():
            if numbers:
                print(f"{module}/{name}: {ranges(numbers)}")
    return 0 if 100 * covered >= AIM * lines else 1


if __name__ == "__main__":
    sys.exit(main())
