#include "rt/door.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/seldom.h"
#include "rt/pulse.h"

#define TOLD_EACH_MS 60000
#define REST_NS 10000000 /* when another thread took what was kept */

typedef int accept4_fn(int fd, struct sockaddr *address, socklen_t *length, int flags);

/* Under a name of ours, since the libc's declaration is of another type with every compiler. */
accept4_fn nw_door_accept __asm__("accept4") __attribute__((visibility("default")));

static struct {
	pthread_mutex_t lock;
	pthread_t owner; /* whom nothing is kept from */
	bool is_on;
	int base, spare; /* the same file; spare is what is given up to accept, -1: none */
	struct nw_seldom seldom;
} door = {.lock = PTHREAD_MUTEX_INITIALIZER, .base = -1, .spare = -1};

static void keep_spare(void)
{
	if (door.spare < 0)
		door.spare = fcntl(door.base, F_DUPFD_CLOEXEC, 0);
}

/* The next in the order of the program's libraries: a preloaded one's, a sanitizer's, libc's. */
static accept4_fn *real(void)
{
	static accept4_fn *found;
	accept4_fn *f = __atomic_load_n(&found, __ATOMIC_RELAXED);

	if (!f) {
		*(void **)&f = dlsym(RTLD_NEXT, "accept4");
		__atomic_store_n(&found, f, __ATOMIC_RELAXED);
	}
	return f;
}

/* The first in the queue, if there is one: without a descriptor accept4 does not look. */
static bool turn_away(int listener)
{
	struct pollfd waiting = {.fd = listener, .events = POLLIN};
	int fd;

	if (poll(&waiting, 1, 0) != 1)
		return true;
	if (door.spare >= 0)
		(void)close(door.spare);
	door.spare = -1;
	fd = real()(listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0)
		keep_spare();
	else
		door.spare = dup3(door.base, fd, O_CLOEXEC); /* ends it and nobody comes between */
	return fd >= 0;
}

static void refuse(int listener)
{
	const struct timespec rest = {.tv_nsec = REST_NS};
	int64_t n = 0;
	bool is_gone;

	pthread_mutex_lock(&door.lock);
	is_gone = turn_away(listener);
	if (is_gone)
		n = nw_seldom_count(&door.seldom, 1, TOLD_EACH_MS, nw_monotonic_ns() / 1000000);
	pthread_mutex_unlock(&door.lock);
	if (n)
		nw_log(NW_LOG_WARNING,
			"no descriptor is left: connections are turned away; LimitNOFILE= is the limit",
			NW_KVI("times", n));
	if (!is_gone)
		(void)nanosleep(&rest, NULL);
}

static bool is_refused(void)
{
	return (errno == EMFILE || errno == ENFILE) && door.is_on &&
		!pthread_equal(door.owner, pthread_self());
}

int nw_door_accept(int fd, struct sockaddr *address, socklen_t *length, int flags)
{
	const int accepted = real()(fd, address, length, flags);

	if (accepted >= 0 || !is_refused())
		return accepted;
	refuse(fd);
	errno = EAGAIN;
	return -1;
}

void nw_door_guard(void)
{
	door.owner = pthread_self();
	door.is_on = true;
	door.base = open("/dev/null", O_RDONLY | O_CLOEXEC);
	keep_spare();
}
