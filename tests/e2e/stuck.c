/*
 * Preloaded into newswired by test_service.py: what one of its threads calls does not return
 * as long as a file of the thread's name is in $NW_STUCK.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#pragma GCC visibility push(default)
int fdatasync(int fd);
int xmlParseDocument(void *parser);
int cfg_parse_buf(void *cfg, const char *text);
int zmq_msg_send(void *message, void *socket, int flags);
int open(const char *path, int flags, ...);
#pragma GCC visibility pop

static void hang_while(const char *name)
{
	const char *dir = getenv("NW_STUCK");
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/%s", dir ? dir : "", name);
	while (dir && access(path, F_OK) == 0)
		(void)usleep(10000);
}

/* ISO C knows no way from an object's address to a function's: POSIX's dlsym(3) does it so. */
static void find(const char *name, void *function)
{
	*(void **)function = dlsym(RTLD_NEXT, name);
}

/* What a commit ends with. */
int fdatasync(int fd)
{
	int (*next)(int fd);

	find("fdatasync", &next);
	hang_while("store");
	return next(fd);
}

/* What a feed is read by. */
int xmlParseDocument(void *parser)
{
	int (*next)(void *parser);

	find("xmlParseDocument", &next);
	hang_while("pool");
	return next(parser);
}

/* What the bus is told by. */
int zmq_msg_send(void *message, void *socket, int flags)
{
	int (*next)(void *message, void *socket, int flags);

	find("zmq_msg_send", &next);
	hang_while("follow");
	return next(message, socket, flags);
}

/* What a configuration is read by. */
int cfg_parse_buf(void *cfg, const char *text)
{
	int (*next)(void *cfg, const char *text);

	find("cfg_parse_buf", &next);
	hang_while("reload");
	return next(cfg, text);
}

/* What the server's key is read by. */
int open(const char *path, int flags, ...)
{
	static const char key[] = "server.key";
	const size_t n = strlen(path), end = sizeof(key) - 1;
	int (*next)(const char *path, int flags, ...);
	mode_t mode = 0;
	va_list ap;

	if (flags & O_CREAT) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	find("open", &next);
	if (n >= end && strcmp(path + n - end, key) == 0)
		hang_while("key");
	return next(path, flags, mode);
}
