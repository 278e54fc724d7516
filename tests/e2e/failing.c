/*
 * LD_PRELOAD for the tests of failing calls: the NW_FAIL_N-th call that may fail does, as it
 * would where there is no memory, no descriptor, no room or a bad disk. 0 fails none.
 * NW_FAIL_WHOSE is own: calls from the program itself; calls: all but for memory, from the
 * libraries too; all. How many there were, and which one failed, is written to the file
 * NW_FAIL_SAID.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static long n_calls, wanted = -1;
static int only_own, no_memory; /* no_memory: what is asked for does not count */
static uintptr_t own_from, own_to;
static __thread int is_inside;

static int on_object(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	(void)arg;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];

		if (p->p_type != PT_LOAD || !(p->p_flags & PF_X))
			continue;
		own_from = info->dlpi_addr + p->p_vaddr;
		own_to = own_from + p->p_memsz;
	}
	return 1; /* the first is the program */
}

static void say(const char *format, ...)
{
	const char *path = getenv("NW_FAIL_SAID");
	char line[128];
	va_list args;
	int n;
	long fd;

	if (!path)
		return;
	va_start(args, format);
	n = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd >= 0) {
		(void)syscall(SYS_write, fd, line, (size_t)n);
		(void)syscall(SYS_close, fd);
	}
}

__attribute__((constructor)) static void init(void)
{
	const char *n = getenv("NW_FAIL_N"), *whose = getenv("NW_FAIL_WHOSE");

	dl_iterate_phdr(on_object, NULL);
	only_own = whose && strcmp(whose, "own") == 0;
	no_memory = whose && strcmp(whose, "calls") == 0;
	(void)unsetenv("LD_PRELOAD"); /* not in the programs that this one starts */
	wanted = n ? atol(n) : -1;
}

__attribute__((destructor)) static void fini(void)
{
	if (wanted >= 0) {
		is_inside = 1;
		say("calls %ld\n", __atomic_load_n(&n_calls, __ATOMIC_RELAXED));
	}
}

static int fails(const char *name, const void *caller)
{
	const uintptr_t at = (uintptr_t)caller;

	if (wanted < 0 || is_inside || (only_own && (at < own_from || at >= own_to)))
		return 0;
	if (__atomic_add_fetch(&n_calls, 1, __ATOMIC_RELAXED) != wanted)
		return 0;
	is_inside = 1;
	if (at >= own_from && at < own_to)
		say("failed %s own+0x%lx\n", name, (unsigned long)(at - own_from));
	else
		say("failed %s %p\n", name, caller);
	is_inside = 0;
	return 1;
}

#define NEXT(name)                                         \
	static __typeof__(&name) next;                     \
	if (!next) {                                       \
		is_inside++;                               \
		*(void **)&next = dlsym(RTLD_NEXT, #name); \
		is_inside--;                               \
	}

#define FAIL(name, with, answer)                         \
	NEXT(name)                                       \
	if (fails(#name, __builtin_return_address(0))) { \
		errno = with;                            \
		return answer;                           \
	}

#ifndef NW_FAILING_WITHOUT_MEMORY /* a sanitizer must be the first to give any */
static __thread int is_asking;    /* for the next malloc */

/* What dlsym itself asks for, before the real functions are known. */
static char early[16384] __attribute__((aligned(16)));
static size_t n_early;

static void *early_bytes(size_t n)
{
	void *p = early + n_early;

	n_early += (n + 15) & ~(size_t)15;
	return n_early <= sizeof(early) ? p : NULL;
}

static int is_early(const void *p)
{
	return (const char *)p >= early && (const char *)p < early + sizeof(early);
}

#define MEMORY(name, n)                                                \
	static __typeof__(&name) next;                                 \
	if (!next) {                                                   \
		if (is_asking)                                         \
			return early_bytes(n);                         \
		is_asking = 1;                                         \
		*(void **)&next = dlsym(RTLD_NEXT, #name);             \
		is_asking = 0;                                         \
	}                                                              \
	if (!no_memory && fails(#name, __builtin_return_address(0))) { \
		errno = ENOMEM;                                        \
		return NULL;                                           \
	}

void *malloc(size_t n)
{
	MEMORY(malloc, n)
	return next(n);
}

void *calloc(size_t k, size_t n)
{
	MEMORY(calloc, k * n)
	return next(k, n);
}

void *realloc(void *p, size_t n)
{
	MEMORY(realloc, n)
	if (is_early(p)) {
		void *moved = malloc(n);

		return moved ? memcpy(moved, p, n) : NULL;
	}
	return next(p, n);
}

void free(void *p)
{
	static void (*next)(void *p);

	if (!p || is_early(p))
		return;
	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "free");
	next(p);
}
#endif

#define CALL(type, name, with, answer, params, args) \
	type name params                             \
	{                                            \
		FAIL(name, with, answer)             \
		return next args;                    \
	}

CALL(int, socket, EMFILE, -1, (int a, int b, int c), (a, b, c))
CALL(int, bind, EADDRINUSE, -1, (int a, const struct sockaddr *b, socklen_t c), (a, b, c))
CALL(int, listen, EADDRINUSE, -1, (int a, int b), (a, b))
CALL(int, connect, ENETUNREACH, -1, (int a, const struct sockaddr *b, socklen_t c), (a, b, c))
CALL(int, accept4, EMFILE, -1, (int a, struct sockaddr *b, socklen_t *c, int d), (a, b, c, d))
CALL(int, epoll_create1, EMFILE, -1, (int a), (a))
CALL(ssize_t, pread64, EIO, -1, (int a, void *b, size_t c, off64_t d), (a, b, c, d))
CALL(ssize_t, pwrite64, ENOSPC, -1, (int a, const void *b, size_t c, off64_t d), (a, b, c, d))
CALL(int, fsync, EIO, -1, (int a), (a))
CALL(int, fdatasync, EIO, -1, (int a), (a))
CALL(int, ftruncate64, ENOSPC, -1, (int a, off64_t b), (a, b))
CALL(int, mkdir, ENOSPC, -1, (const char *a, mode_t b), (a, b))
CALL(int, rename, EIO, -1, (const char *a, const char *b), (a, b))
CALL(int, stat, EIO, -1, (const char *a, struct stat *b), (a, b))
CALL(int, fstat, EIO, -1, (int a, struct stat *b), (a, b))
CALL(FILE *, fopen, EMFILE, NULL, (const char *a, const char *b), (a, b))
CALL(FILE *, fopen64, EMFILE, NULL, (const char *a, const char *b), (a, b))
CALL(ssize_t, getrandom, EINTR, -1, (void *a, size_t b, unsigned c), (a, b, c))
CALL(int, pthread_create, EAGAIN, EAGAIN,
	(pthread_t * a, const pthread_attr_t *b, void *(*c)(void *), void *d), (a, b, c, d))
CALL(void *, mmap64, ENOMEM, MAP_FAILED, (void *a, size_t b, int c, int d, int e, off64_t f),
	(a, b, c, d, e, f))

/*
 * What leads from this process to itself, a counter, a pair or a pipe, cannot fail once it is
 * there, and libevent hands on signals through one.
 */
static unsigned char is_inner[65536];

static void set_inner(int fd, unsigned char inner)
{
	if (fd >= 0 && fd < (int)sizeof(is_inner))
		is_inner[fd] = inner;
}

int socketpair(int domain, int type, int protocol, int fds[2])
{
	int err;

	FAIL(socketpair, EMFILE, -1)
	err = next(domain, type, protocol, fds);
	for (int i = 0; !err && i < 2; i++)
		set_inner(fds[i], 1);
	return err;
}

int pipe2(int fds[2], int flags)
{
	int err;

	FAIL(pipe2, EMFILE, -1)
	err = next(fds, flags);
	for (int i = 0; !err && i < 2; i++)
		set_inner(fds[i], 1);
	return err;
}

int eventfd(unsigned start, int flags)
{
	int fd;

	FAIL(eventfd, EMFILE, -1)
	fd = next(start, flags);
	set_inner(fd, 1);
	return fd;
}

static int may_fail(int fd)
{
	return fd < 0 || fd >= (int)sizeof(is_inner) || !is_inner[fd];
}

ssize_t read(int fd, void *p, size_t n)
{
	NEXT(read)
	if (may_fail(fd) && fails("read", __builtin_return_address(0))) {
		errno = EIO;
		return -1;
	}
	return next(fd, p, n);
}

ssize_t write(int fd, const void *p, size_t n)
{
	NEXT(write)
	if (may_fail(fd) && fails("write", __builtin_return_address(0))) {
		errno = ENOSPC;
		return -1;
	}
	return next(fd, p, n);
}

ssize_t send(int fd, const void *p, size_t n, int flags)
{
	NEXT(send)
	if (may_fail(fd) && fails("send", __builtin_return_address(0))) {
		errno = ECONNRESET;
		return -1;
	}
	return next(fd, p, n, flags);
}

ssize_t recv(int fd, void *p, size_t n, int flags)
{
	NEXT(recv)
	if (may_fail(fd) && fails("recv", __builtin_return_address(0))) {
		errno = ECONNRESET;
		return -1;
	}
	return next(fd, p, n, flags);
}

int close(int fd)
{
	NEXT(close)
	set_inner(fd, 0);
	return next(fd);
}

/* The third of open's is there only with O_CREAT; handing it on always does no harm. */
#define OPEN(name)                                 \
	int name(const char *path, int flags, ...) \
	{                                          \
		va_list args;                      \
		mode_t mode;                       \
                                                   \
		va_start(args, flags);             \
		mode = va_arg(args, mode_t);       \
		va_end(args);                      \
		FAIL(name, EMFILE, -1)             \
		return next(path, flags, mode);    \
	}
OPEN(open)
OPEN(open64)
