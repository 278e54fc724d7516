#ifndef NW_RT_NOTIFY_H
#define NW_RT_NOTIFY_H

/* Tells the service manager (sd_notify(3)); nothing happens without one. */
void nw_notify_ready(void);
void nw_notify_reloading(void);
void nw_notify_stopping(void);
/* While it starts or stops: this may take as long again from now, whatever its limit. */
void nw_notify_extend(unsigned seconds);
void nw_notify_status(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
