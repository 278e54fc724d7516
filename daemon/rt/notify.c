#include "rt/notify.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <systemd/sd-daemon.h>

#include "rt/pulse.h"

void nw_notify_ready(void)
{
	(void)sd_notify(0, "READY=1");
}

void nw_notify_reloading(void)
{
	(void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, nw_monotonic_ns() / 1000);
}

void nw_notify_stopping(void)
{
	(void)sd_notify(0, "STOPPING=1");
}

void nw_notify_extend(unsigned seconds)
{
	(void)sd_notifyf(0, "EXTEND_TIMEOUT_USEC=%" PRIu64, (uint64_t)seconds * 1000000);
}

int64_t nw_notify_watchdog_ms(void)
{
	uint64_t us = 0;

	return sd_watchdog_enabled(0, &us) > 0 ? (int64_t)(us / 1000) : 0;
}

void nw_notify_well(void)
{
	(void)sd_notify(0, "WATCHDOG=1");
}

void nw_notify_stuck(void)
{
	(void)sd_notify(0, "WATCHDOG=trigger");
}

void nw_notify_status(const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	for (char *c = text; *c; c++) {
		if ((unsigned char)*c < ' ')
			*c = ' '; /* a line end would begin another assignment */
	}
	(void)sd_notifyf(0, "STATUS=%s", text);
}
