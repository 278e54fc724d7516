/* A configuration file: looked over, and then loaded as a whole. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "config/config.h"
#include "config/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static size_t lines_of(struct nw_str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n;
}

/* What was looked over has as many lines, and looking it over again changes nothing. */
static void try_scan(struct nw_arena *arena, struct nw_str text)
{
	struct nw_source source = {.text = text}, again = {0};
	struct nw_error error = {0};

	if (nw_source_scan(arena, &source, &error)) {
		must(!source.plain && error.line > 0 && error.column > 0 && error.text[0]);
		must((size_t)error.line <= lines_of(text) + 1 && (size_t)error.column <= text.n);
		return;
	}
	again.text = nw_str(source.plain);
	must(lines_of(again.text) == lines_of(text));
	must(nw_source_scan(arena, &again, &error) == NW_OK);
	must(strcmp(again.plain, source.plain) == 0);
}

static void on_complaint(void *arg, const struct nw_error *error)
{
	must(error->text[0] && error->file[0]);
	++*(int *)arg;
}

/* There is no directory of feeds beside it, so that the load always fails, and says so. */
static void try_load(const uint8_t *data, size_t size)
{
	const int fd = memfd_create("config", MFD_CLOEXEC);
	int complaints = 0;
	const struct nw_complain complain = {on_complaint, &complaints};
	struct nw_config *config;
	char path[64];

	must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	must(nw_config_load(path, &complain, &config) == NW_E_SYNTAX && !config && complaints > 0);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nw_arena *arena = nw_arena_new();

	try_scan(arena, (struct nw_str){(const char *)data, size});
	try_load(data, size);
	nw_arena_free(arena);
	return 0;
}
