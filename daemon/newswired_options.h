#ifndef NW_NEWSWIRED_OPTIONS_H
#define NW_NEWSWIRED_OPTIONS_H

/* The command line of newswired(8). Before any thread. */
struct nw_options {
	const char *config, *state, *runtime;
};

/* 0: go on; else the exit code plus one. */
int nw_options_read(int argc, char **argv, struct nw_options *o);
/* Where the variable is not set, or empty: otherwise. */
const char *nw_options_environment(const char *name, const char *otherwise);

#endif
