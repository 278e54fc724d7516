#include "markup/library.h"

#include <libxml/parser.h>
#include <libxml/xmlmemory.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "markup/markup.h"

/* The one thing here that outlives a call: that libxml2's tables are made. */
static pthread_once_t ready = PTHREAD_ONCE_INIT;

void nw_library_ready(void)
{
	(void)pthread_once(&ready, xmlInitParser);
}

static void *must_malloc(size_t n)
{
	return nw_must_realloc(NULL, n);
}

static char *must_strdup(const char *s)
{
	return nw_must_strdup(nw_str(s));
}

void nw_markup_need_memory(void)
{
	(void)xmlMemSetup(free, must_malloc, nw_must_realloc, must_strdup);
}
