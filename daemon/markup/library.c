#include "markup/library.h"

#include <libxml/parser.h>
#include <pthread.h>

/* The one thing here that outlives a call: that libxml2's tables are made. */
static pthread_once_t ready = PTHREAD_ONCE_INIT;

void nw_library_ready(void)
{
	(void)pthread_once(&ready, xmlInitParser);
}
