#!/bin/sh
# soak.sh [OPTION VALUE...]: an hour of 500 feeds with 1,000 articles a second, each with a page, in the release profile
# (build/campaign). Options are those of soak.py; of those given twice the last counts. Fails for a p99 of a second, too.
set -eu
cd "$(dirname "$0")/../.."
sh tests/e2e/build.sh newswired newswire e2e_soak
export NW_BIN="$PWD/build/campaign/daemon" NW_EXAMPLES="$PWD/build/campaign/tests" PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 tests/e2e/soak.py --seconds 3600 --strict "$@"
