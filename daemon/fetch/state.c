#include "fetch/state.h"

#include "base/str.h"
#include "net/http.h"

const struct nw_feed_status_row nw_feed_status_rows[NW_FEED_N_STATUSES] = {
	[NW_FEED_NEW] = {"new", "It has not been visited yet.", 0},
	[NW_FEED_OK] = {"ok", "It was read, and had something new.", 0},
	[NW_FEED_UNCHANGED] = {"unchanged", "It came whole, with nothing new in it.", 0},
	[NW_FEED_NOT_MODIFIED] = {"not-modified", "Its server says that nothing has changed.", 0},
	[NW_FEED_MOVED] = {"moved", "It works, but has moved to another address.", 0},
	[NW_FEED_GONE] = {"gone", "Its server says that it is gone for good.", 1},
	[NW_FEED_DNS] = {"dns", "Its host's name could not be resolved.", 1},
	[NW_FEED_CONNECT] = {"connect", "Its host takes no connection.", 1},
	[NW_FEED_TLS] = {"tls", "Its host has no certificate to be trusted, or speaks no TLS.", 1},
	[NW_FEED_TIMEOUT] = {"timeout", "It did not come in the time allowed.", 1},
	[NW_FEED_HTTP_4XX] = {"http-4xx", "Its server refuses it.", 1},
	[NW_FEED_HTTP_5XX] = {"http-5xx", "Its server has failed.", 1},
	[NW_FEED_TOO_LARGE] = {"too-large", "It is larger than allowed.", 1},
	[NW_FEED_REFUSED] = {"refused",
		"Its address, or where it redirects to, may not be visited.", 1},
	[NW_FEED_BROKEN] = {"broken", "The answer broke off or was no proper HTTP.", 1},
	[NW_FEED_NOT_A_FEED] = {"not-a-feed", "What came is not a feed but, say, a web page.", 1},
	[NW_FEED_EMPTY] = {"empty", "It is a feed without items.", 0},
};

static const enum nw_feed_status by_result[NW_HTTP_N_RESULTS] = {
	[NW_HTTP_DONE] = NW_FEED_OK,
	[NW_HTTP_BAD_URL] = NW_FEED_REFUSED,
	[NW_HTTP_REFUSED] = NW_FEED_REFUSED,
	[NW_HTTP_DNS] = NW_FEED_DNS,
	[NW_HTTP_CONNECT] = NW_FEED_CONNECT,
	[NW_HTTP_TLS] = NW_FEED_TLS,
	[NW_HTTP_TIMEOUT] = NW_FEED_TIMEOUT,
	[NW_HTTP_TOO_LARGE] = NW_FEED_TOO_LARGE,
	[NW_HTTP_REDIRECTS] = NW_FEED_REFUSED,
	[NW_HTTP_BROKEN] = NW_FEED_BROKEN,
};

enum nw_feed_status nw_feed_status_parse(struct nw_str name)
{
	for (int i = 0; i < NW_FEED_N_STATUSES; i++) {
		if (nw_str_eq(name, nw_str(nw_feed_status_rows[i].name)))
			return (enum nw_feed_status)i;
	}
	return NW_FEED_NEW;
}

enum nw_feed_status nw_feed_status_of(const struct nw_http_response *response)
{
	const int status = response->status;

	if (response->result != NW_HTTP_DONE)
		return by_result[response->result];
	if (status == 204 || status == 205)
		return NW_FEED_EMPTY;
	if (status >= 200 && status <= 299)
		return NW_FEED_OK;
	if (status == 304)
		return NW_FEED_NOT_MODIFIED;
	if (status == 410)
		return NW_FEED_GONE;
	if (status >= 500)
		return NW_FEED_HTTP_5XX;
	if (status >= 400)
		return NW_FEED_HTTP_4XX;
	return NW_FEED_BROKEN; /* a redirect that leads nowhere */
}
