#ifndef NW_RT_NOTIFY_H
#define NW_RT_NOTIFY_H

#include <stdint.h>

/* Tells the service manager (sd_notify(3)); nothing happens without one. */
void nw_notify_ready(void);
void nw_notify_reloading(void);
void nw_notify_stopping(void);
/* While it starts or stops: this may take as long again from now, whatever its limit. */
void nw_notify_extend(unsigned seconds);
/*
 * The watchdog: how often the manager wants to hear that we are well, ms; 0: it does not ask.
 * Well; and not well: it is to do at once what it does when it hears nothing.
 */
int64_t nw_notify_watchdog_ms(void);
void nw_notify_well(void);
void nw_notify_stuck(void);
void nw_notify_status(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
