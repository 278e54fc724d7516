#ifndef NW_ALERT_FILES_H
#define NW_ALERT_FILES_H

#include "rt/loop.h"
#include <newswire/base.h>

/*
 * Lines added to files, on a thread of their own: a file system that hangs stops no other
 * channel and not the loop. A line is one write(2), and on disk when it is told of; what
 * could be written of it only in part is cut off again.
 */
struct nw_files;
struct nw_file_job;

typedef void nw_on_written(void *arg, enum nw_err err, const struct nw_error *error);

/*
 * dir is where relative paths begin, opened anew for each line. They stay below it, whatever
 * links and ".." say; an absolute path is the operator's own word, and links in it are followed.
 */
struct nw_files *nw_files_new(struct nw_loop *loop, struct nw_str dir);
/* Waits for what is under way; on_written is not called any more. */
void nw_files_free(struct nw_files *files);

/* Copies both. on_written is called once, from the loop. */
struct nw_file_job *nw_files_append(struct nw_files *files, struct nw_str path, struct nw_str line,
	nw_on_written *on_written, void *arg);
/* Written it may be all the same; on_written is not called. Not from within it. */
void nw_files_forget(struct nw_file_job *job);

#endif
