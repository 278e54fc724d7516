#include "status/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"

enum { CPU, RESIDENT, VIRTUAL, OPEN_FDS, MAX_FDS, STARTED, N_FAMILIES };

const struct nw_family nw_process_families[N_FAMILIES] = {
	[CPU] = {"process_cpu_seconds_total", "counter", NULL,
		"Time that processors spent on the process."},
	[RESIDENT] = {"process_resident_memory_bytes", "gauge", NULL, "Memory that it has in use."},
	[VIRTUAL] = {"process_virtual_memory_bytes", "gauge", NULL,
		"Addresses that it has mapped."},
	[OPEN_FDS] = {"process_open_fds", "gauge", NULL, "Descriptors that it has open."},
	[MAX_FDS] = {"process_max_fds", "gauge", NULL, "Descriptors that it may have open."},
	[STARTED] = {"process_start_time_seconds", "gauge", NULL,
		"When it was started, Unix time."},
};
const size_t nw_process_n_families = N_FAMILIES;

/* The numbers of /proc/self/stat behind the program's name, proc(5): the third is the first. */
enum { UTIME = 11, STIME = 12, STARTTIME = 19, VSIZE = 20, RSS = 21, N_FIELDS };

static bool read_fields(int64_t fields[N_FIELDS])
{
	const int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	char text[1024];
	const ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	char *at, *end;

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	at = strrchr(text, ')');
	if (!at || strlen(at) < 4)
		return false;
	at += 3; /* past the state, too, which is a letter */
	fields[0] = 0;
	for (size_t i = 1; i < N_FIELDS; i++, at = end) {
		fields[i] = strtoll(at, &end, 10);
		if (end == at)
			return false;
	}
	return true;
}

/* ticks: from the machine's start. */
static double started_s(double ticks, double a_second)
{
	struct timespec up, now;

	(void)clock_gettime(CLOCK_BOOTTIME, &up);
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (double)(now.tv_sec - up.tv_sec) + ticks / a_second;
}

static bool count_descriptors(double *n)
{
	DIR *dir = opendir("/proc/self/fd");

	*n = 0;
	if (!dir)
		return false;
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): a stream that nobody else reads */
	for (const struct dirent *entry; (entry = readdir(dir));)
		*n += entry->d_name[0] != '.';
	(void)closedir(dir);
	*n -= 1; /* the stream's own */
	return true;
}

void nw_process_write(struct nw_buf *out)
{
	const double a_second = (double)sysconf(_SC_CLK_TCK), page = (double)sysconf(_SC_PAGESIZE);
	bool has[N_FAMILIES] = {false};
	double values[N_FAMILIES] = {0};
	int64_t f[N_FIELDS];
	struct rlimit limit;

	if (read_fields(f)) {
		has[CPU] = has[RESIDENT] = has[VIRTUAL] = has[STARTED] = true;
		values[CPU] = (double)(f[UTIME] + f[STIME]) / a_second;
		values[RESIDENT] = (double)f[RSS] * page;
		values[VIRTUAL] = (double)f[VSIZE];
		values[STARTED] = started_s((double)f[STARTTIME], a_second);
	}
	has[OPEN_FDS] = count_descriptors(&values[OPEN_FDS]);
	has[MAX_FDS] = getrlimit(RLIMIT_NOFILE, &limit) == 0;
	values[MAX_FDS] = has[MAX_FDS] ? (double)limit.rlim_cur : 0;
	for (size_t i = 0; i < N_FAMILIES; i++) {
		if (!has[i])
			continue;
		nw_exposition_family(out, "", &nw_process_families[i]);
		nw_buf_printf(out, "%s %.15g\n", nw_process_families[i].name, values[i]);
	}
}
