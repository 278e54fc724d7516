#!/bin/sh
# kills.sh [KILLS ARTICLES]: kill -9 at random moments, of the daemon and of its subscribers, while articles
# pass; 1000 and 100000 unless told otherwise. Builds the release profile into build/campaign and runs kills.py.
# NW_SEED=... repeats the dice of a run (not the machine's own timing).
set -eu
cd "$(dirname "$0")/../.."
sh tests/e2e/build.sh newswired subscribe
export NW_BIN="$PWD/build/campaign/daemon" NW_EXAMPLES="$PWD/build/campaign/tests" PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 tests/e2e/kills.py "$@"
