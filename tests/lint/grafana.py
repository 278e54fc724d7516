#!/usr/bin/python3
"""grafana.py DASHBOARD TABLES: every metric that the dashboard asks for is one that newswired has, no two panels lie on one
another, and where promtool is installed every query is one that Prometheus can read."""
import json, pathlib, re, shutil, subprocess, sys, tempfile

dashboard = json.loads(pathlib.Path(sys.argv[1]).read_text())
known = set(subprocess.run([sys.argv[2], "metrics"], check=True, capture_output=True, text=True).stdout.split())
panels = [p for p in dashboard["panels"] if p["type"] != "row"]
queries = [t["expr"] for p in panels for t in p["targets"]]
variables = {v["name"]: v.get("query") for v in dashboard["templating"]["list"]}
faults = []

asked = set()
for text in queries + [q["query"] for q in variables.values() if isinstance(q, dict)]:
    names = set(re.findall(r"\b(?:newswired|process)_\w+", text))
    faults += [f"{text}: there is no metric {name}" for name in names - known]
    faults += [f"{text}: asks for no metric"] if not names else []
    faults += [f"{text}: there is no variable {v}" for v in re.findall(r"\$(\w+)", text) if v not in {*variables, "__rate_interval"}]
    asked |= names
taken = {}
for panel in dashboard["panels"]:
    place = panel["gridPos"]
    for cell in ((x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])):
        if taken.setdefault(cell, panel["id"]) != panel["id"] or cell[0] >= 24:
            faults.append(f"panel {panel['id']} ({panel['title']}) lies on panel {taken[cell]} or past the edge")
            break
if len({p["id"] for p in dashboard["panels"]}) != len(dashboard["panels"]):
    faults.append("an id stands twice")

if shutil.which("promtool"):
    plain = [q.replace("$__rate_interval", "1m").replace("$", "") for q in queries]
    rules = {"groups": [{"name": "g", "rules": [{"record": f"q{i}", "expr": q} for i, q in enumerate(plain)]}]}
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        file.write(json.dumps(rules))  # JSON is YAML
        file.flush()
        check = subprocess.run(["promtool", "check", "rules", file.name], capture_output=True, text=True)
    faults += [check.stdout + check.stderr] if check.returncode else []
print(f"{len(panels)} panels, {len(queries)} queries, {len(asked)} metrics of {len(known)} names", "" if shutil.which("promtool") else "(promtool is not installed)")
sys.exit("\n".join(faults) or 0)
