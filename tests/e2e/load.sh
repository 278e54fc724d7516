#!/bin/sh
# load.sh [SUBSCRIBERS MESSAGES PEERS ROWS]: the bus under load, load.c: a stalled subscriber beside others, then
# replays at the same time; 100, 200000, 256 and 1000000 unless told otherwise. Builds the release profile into
# build/campaign.
set -eu
cd "$(dirname "$0")/../.."
sh tests/e2e/build.sh e2e_load
build/campaign/tests/e2e_load stalled "${1:-100}" "${2:-200000}"
build/campaign/tests/e2e_load replays "${3:-256}" "${4:-1000000}"
