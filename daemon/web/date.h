#ifndef NW_WEB_DATE_H
#define NW_WEB_DATE_H

#include <stdint.h>

/* "Sun, 06 Nov 1994 08:49:37 GMT": RFC 9110, 5.6.7. Moments from 1970 on. */
#define NW_HTTP_DATE 32
const char *nw_http_date(int64_t unix_s, char text[NW_HTTP_DATE]);

#endif
