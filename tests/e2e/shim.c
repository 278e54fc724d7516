/*
 * LD_PRELOAD for the tests of faults: a clock that can be set and files that fail, as the file
 * named by NW_SHIM says. It is mapped, so that a test changes it while the daemon runs.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct orders {
	int64_t clock_s;                             /* added to the time of day */
	int64_t fail_writes, fail_reads, fail_syncs; /* with EIO, of files named journal.db* */
};

static const volatile struct orders *orders;

/* The other libraries' constructors may tell the time before this one has run. */
static const volatile struct orders *now(void)
{
	static const struct orders none;
	static int is_asked;
	const char *path;
	void *map;
	int fd;

	if (__atomic_exchange_n(&is_asked, 1, __ATOMIC_ACQ_REL))
		return orders ? orders : &none;
	path = getenv("NW_SHIM");
	fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0)
		return &none;
	map = mmap(NULL, sizeof(*orders), PROT_READ, MAP_SHARED, fd, 0);
	(void)close(fd);
	if (map != MAP_FAILED)
		orders = map;
	return orders ? orders : &none;
}

#define NEXT(name)                     \
	static __typeof__(&name) next; \
	if (!next)                     \
	*(void **)&next = dlsym(RTLD_NEXT, #name)

int clock_gettime(clockid_t clock, struct timespec *t)
{
	NEXT(clock_gettime);
	const int failed = next(clock, t);

	if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		t->tv_sec += now()->clock_s;
	return failed;
}

int gettimeofday(struct timeval *restrict t, void *restrict zone)
{
	struct timespec s;

	(void)zone;
	(void)clock_gettime(CLOCK_REALTIME, &s);
	t->tv_sec = s.tv_sec;
	t->tv_usec = s.tv_nsec / 1000;
	return 0;
}

time_t time(time_t *t)
{
	struct timespec s;

	(void)clock_gettime(CLOCK_REALTIME_COARSE, &s);
	if (t)
		*t = s.tv_sec;
	return s.tv_sec;
}

static int is_of_journal(int fd)
{
	const int before = errno;
	char link[64], path[512];
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	errno = before;
	path[n > 0 ? n : 0] = '\0';
	return strstr(path, "/journal.db") != NULL;
}

#define FAILS(which, fd) (now()->which && is_of_journal(fd) && (errno = EIO))

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	NEXT(pwrite64);
	return FAILS(fail_writes, fd) ? -1 : next(fd, p, n, at);
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	NEXT(pwrite);
	return FAILS(fail_writes, fd) ? -1 : next(fd, p, n, at);
}

ssize_t pread64(int fd, void *p, size_t n, off64_t at)
{
	NEXT(pread64);
	return FAILS(fail_reads, fd) ? -1 : next(fd, p, n, at);
}

ssize_t pread(int fd, void *p, size_t n, off_t at)
{
	NEXT(pread);
	return FAILS(fail_reads, fd) ? -1 : next(fd, p, n, at);
}

int fsync(int fd)
{
	NEXT(fsync);
	return FAILS(fail_syncs, fd) ? -1 : next(fd);
}

int fdatasync(int fd)
{
	NEXT(fdatasync);
	return FAILS(fail_syncs, fd) ? -1 : next(fd);
}
