#!/bin/sh
# threads.sh PROGRAM...: none of these starts a thread, by itself or through a library, so that tsan may do without them.
set -eu
bad=0
for program; do
	! nm -u "$program" | grep -Eq ' (pthread_create|thrd_create|g_thread_new|zmq_ctx_new|curl_multi_init|MHD_start_daemon)(@|$)' || {
		echo "$program: starts threads; NW_THREADS in tests/CMakeLists.txt must name it, for tsan to run it" >&2
		bad=1
	}
done
exit $bad
