#include "soak.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/thread.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#define IN_DOCUMENT (SOAK_IN_FEED + BEFORE)
#define BEFORE 8 /* articles that a feed shows beside those that are new in it */
#define TICK_US 5000
#define VOCABULARY 4096
#define PARAGRAPHS 6
#define WORDS 55  /* of a paragraph */
#define COPY 10   /* every so many: the text of one a little before it, under another title */
#define TAGGED 20 /* every so many: about something that there is a topic of */
#define DOCUMENT_MAX ((size_t)64 << 20)

struct feed {
	int shown[IN_DOCUMENT]; /* numbers of articles, the newest last */
	int n, n_new;           /* n_new: not asked for yet, at the end */
	int asked;
};

struct soak_site {
	struct soak_options options;
	struct soak_article *articles;
	struct feed *feeds;
	struct event_base *base;
	struct evhttp *http;
	struct event *tick;
	pthread_t thread;
	int port, total;
	int64_t began_us;
	char words[VOCABULARY][12];
	char *padding; /* what a page has beside its article */
	atomic_int n_published, n_asked;
	atomic_bool publishing, over, stopping;
};

int64_t soak_now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* --- what articles say: of a number, always the same --- */

static uint64_t roll(uint64_t *dice)
{
	*dice += UINT64_C(0x9e3779b97f4a7c15);
	uint64_t x = *dice;
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static void make_words(struct soak_site *site)
{
	static const char consonants[] = "bdfgklmnprstvz", vowels[] = "aeiou";
	uint64_t dice = 1;

	for (int i = 0; i < VOCABULARY; i++) {
		const int syllables = 2 + i % 4;

		for (int k = 0; k < syllables; k++) {
			site->words[i][2 * k] = consonants[roll(&dice) % 14];
			site->words[i][2 * k + 1] = vowels[roll(&dice) % 5];
		}
	}
}

/* Some words come more often than others. */
static void add_words(const struct soak_site *site, struct nw_buf *out, uint64_t *dice, int n)
{
	while (n--) {
		const uint64_t x = roll(dice), a = x % VOCABULARY, b = (x >> 32) % VOCABULARY;

		nw_buf_add(out, nw_str(site->words[a < b ? a : b]));
		nw_buf_add_c(out, n ? ' ' : '.');
	}
}

static void add_title(const struct soak_site *site, struct nw_buf *out, int n)
{
	uint64_t dice = (uint64_t)n << 20;

	nw_buf_printf(out, "The %s of %s and the %s, report %d",
		site->words[roll(&dice) % VOCABULARY], site->words[roll(&dice) % VOCABULARY],
		site->words[roll(&dice) % VOCABULARY], n);
}

static void add_paragraph(const struct soak_site *site, struct nw_buf *out, int n, int i)
{
	const int text = n % COPY == COPY - 1 ? n - COPY / 2 : n;
	uint64_t dice = ((uint64_t)text << 20) + 1000 + (uint64_t)i * 100;

	if (i == 0 && text % TAGGED == 0)
		nw_buf_add(out,
			NW_STR("Libya's House of Representatives in Tobruk debated it on Thursday; "
			       "Libyan lawmakers from Benghazi and Misrata took part. "));
	add_words(site, out, &dice, WORDS);
}

static void add_text(const struct soak_site *site, struct nw_buf *out, int n)
{
	for (int i = 0; i < PARAGRAPHS; i++) {
		nw_buf_add(out, NW_STR("<p>"));
		add_paragraph(site, out, n, i);
		nw_buf_add(out, NW_STR("</p>\n"));
	}
}

/* --- what is served --- */

static void add_date(struct nw_buf *out, const struct soak_article *article)
{
	const time_t then =
		time(NULL) - (time_t)((soak_now_us() - article->published_us) / 1000000);
	char text[64];
	struct tm tm;

	(void)strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&then, &tm));
	nw_buf_add(out, nw_str(text));
}

static void add_item(const struct soak_site *site, struct nw_buf *out, int n, int feed)
{
	nw_buf_add(out, NW_STR("<item><title>"));
	add_title(site, out, n);
	nw_buf_printf(out,
		"</title><link>http://127.77.%d.%d:%d/a/%d.html</link><guid>a%d</guid><pubDate>",
		feed / 250, feed % 250 + 1, site->port, n, n);
	add_date(out, &site->articles[n]);
	nw_buf_add(out, NW_STR("</pubDate><description>"));
	add_paragraph(site, out, n, 0);
	nw_buf_add(out, NW_STR("</description>"));
	if (!site->options.page_kb) {
		nw_buf_add(out, NW_STR("<content:encoded><![CDATA["));
		add_text(site, out, n);
		nw_buf_add(out, NW_STR("]]></content:encoded>"));
	}
	nw_buf_add(out, NW_STR("</item>\n"));
}

static void add_feed(const struct soak_site *site, struct nw_buf *out, int number)
{
	const struct feed *feed = &site->feeds[number];

	nw_buf_printf(out,
		"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" "
		"xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel>"
		"<title>Feed %d</title><link>http://127.77.%d.%d:%d/</link>"
		"<description>Of the soak</description><language>en</language>\n",
		number, number / 250, number % 250 + 1, site->port);
	for (int i = feed->n; i-- > 0 && feed->n - i <= feed->n_new + BEFORE;)
		add_item(site, out, feed->shown[i], number);
	nw_buf_add(out, NW_STR("</channel></rss>\n"));
}

static void add_page(const struct soak_site *site, struct nw_buf *out, int n)
{
	nw_buf_add(out,
		NW_STR("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>"));
	add_title(site, out, n);
	nw_buf_add(out, NW_STR("</title></head><body><header><nav><ul>\n"));
	nw_buf_add(out, nw_str(site->padding));
	nw_buf_add(out, NW_STR("</ul></nav></header><main><article><h1>"));
	add_title(site, out, n);
	nw_buf_add(out, NW_STR("</h1>\n"));
	add_text(site, out, n);
	nw_buf_add(out,
		NW_STR("</article></main><footer><p>All rights reserved.</p></footer></body></html>\n"));
}

static void note_served(struct soak_article *article)
{
	if (!article->served_us)
		article->served_us = soak_now_us();
}

static void reply(struct evhttp_request *request, struct nw_buf *body, const char *type)
{
	struct evbuffer *out = evbuffer_new();

	soak_check(!body->failed && out && !evbuffer_add(out, body->p, body->n), "no memory");
	(void)evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type", type);
	evhttp_send_reply(request, HTTP_OK, "OK", out);
	evbuffer_free(out);
}

static void serve_feed(struct soak_site *site, struct evhttp_request *request, int number)
{
	const char *had =
		evhttp_find_header(evhttp_request_get_input_headers(request), "If-None-Match");
	struct feed *feed = &site->feeds[number];
	struct nw_buf body;
	char etag[32];

	(void)snprintf(etag, sizeof(etag), "\"%d\"", feed->n ? feed->shown[feed->n - 1] : -1);
	if (!feed->asked++)
		site->n_asked++;
	(void)evhttp_add_header(evhttp_request_get_output_headers(request), "ETag", etag);
	if (had && strcmp(had, etag) == 0) {
		evhttp_send_reply(request, HTTP_NOTMODIFIED, "Not Modified", NULL);
		return;
	}
	nw_buf_init(&body, DOCUMENT_MAX);
	add_feed(site, &body, number);
	for (int i = feed->n - feed->n_new; !site->options.page_kb && i < feed->n; i++)
		note_served(&site->articles[feed->shown[i]]);
	feed->n_new = 0;
	reply(request, &body, "application/rss+xml");
	nw_buf_clear(&body);
}

static void serve_page(struct soak_site *site, struct evhttp_request *request, int n)
{
	struct nw_buf body;

	nw_buf_init(&body, DOCUMENT_MAX);
	add_page(site, &body, n);
	note_served(&site->articles[n]);
	reply(request, &body, "text/html; charset=utf-8");
	nw_buf_clear(&body);
}

static void on_request(struct evhttp_request *request, void *arg)
{
	struct soak_site *site = arg;
	const char *uri = evhttp_request_get_uri(request);
	int n;

	if (sscanf(uri, "/feeds/%d.xml", &n) == 1 && n >= 0 && n < site->options.feeds)
		serve_feed(site, request, n);
	else if (sscanf(uri, "/a/%d.html", &n) == 1 && n >= 0 && n < site->n_published)
		serve_page(site, request, n);
	else
		evhttp_send_error(request, HTTP_NOTFOUND, NULL);
}

/* --- publishing --- */

/* False when its feed is full. */
static bool publish_next(struct soak_site *site)
{
	uint64_t dice = (uint64_t)site->n_published;
	struct feed *feed = &site->feeds[roll(&dice) % (uint64_t)site->options.feeds];

	if (feed->n_new == SOAK_IN_FEED)
		return false;
	if (feed->n == IN_DOCUMENT) {
		memmove(feed->shown, feed->shown + 1, sizeof(feed->shown) - sizeof(feed->shown[0]));
		feed->n--;
	}
	feed->shown[feed->n++] = site->n_published;
	feed->n_new++;
	site->articles[site->n_published].published_us = soak_now_us();
	site->n_published++;
	return true;
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct soak_site *site = arg;
	const int64_t now = soak_now_us();
	int64_t due;

	(void)fd, (void)what;
	if (site->stopping)
		(void)event_base_loopbreak(site->base);
	if (!site->publishing)
		return;
	if (!site->began_us)
		site->began_us = now;
	due = (now - site->began_us) * site->options.rate / 1000000;
	while (site->n_published < due && site->n_published < site->total && publish_next(site))
		continue;
	site->over = now - site->began_us >= (int64_t)site->options.seconds * 1000000;
	if (site->over)
		site->publishing = false;
}

/* --- starting and stopping --- */

static bool listen_at(struct soak_site *site, int feed, int port)
{
	struct evhttp_bound_socket *socket;
	struct sockaddr_in at = {0};
	socklen_t n = sizeof(at);
	const int one = 1;
	char address[32];

	(void)snprintf(address, sizeof(address), "127.77.%d.%d", feed / 250, feed % 250 + 1);
	socket = evhttp_bind_socket_with_handle(site->http, address, (uint16_t)port);
	if (!socket || getsockname(evhttp_bound_socket_get_fd(socket), (struct sockaddr *)&at, &n))
		return false;
	/* What is accepted inherits it: an answer written in two pieces does not wait for an ACK. */
	(void)setsockopt(
		evhttp_bound_socket_get_fd(socket), IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	site->port = ntohs(at.sin_port);
	return true;
}

static void *run(void *arg)
{
	struct soak_site *site = arg;

	(void)event_base_dispatch(site->base);
	return NULL;
}

static void make_padding(struct soak_site *site)
{
	const size_t bytes = (size_t)site->options.page_kb * 1024;
	struct nw_buf out;

	nw_buf_init(&out, bytes + 1024);
	for (int i = 0; out.n < bytes; i++)
		nw_buf_printf(&out,
			"<li class=\"nav-item\"><a href=\"/section/%d\">%s %s</a></li>\n", i,
			site->words[i % VOCABULARY], site->words[i * 7 % VOCABULARY]);
	site->padding = nw_must_calloc(out.n + 1, 1);
	if (out.n)
		memcpy(site->padding, out.p, out.n);
	nw_buf_clear(&out);
}

struct soak_site *soak_site_start(const struct soak_options *options)
{
	static const struct timeval tick = {0, TICK_US};
	struct soak_site *site = nw_must_calloc(1, sizeof(*site));

	site->options = *options;
	site->total = options->rate * options->seconds;
	site->articles = nw_must_calloc((size_t)site->total, sizeof(*site->articles));
	site->feeds = nw_must_calloc((size_t)options->feeds, sizeof(*site->feeds));
	make_words(site);
	make_padding(site);
	(void)evthread_use_pthreads();
	site->base = event_base_new();
	site->http = evhttp_new(site->base);
	evhttp_set_gencb(site->http, on_request, site);
	soak_check(listen_at(site, 0, 0), "cannot listen on 127.77.0.1");
	for (int i = 1; i < options->feeds; i++)
		soak_check(listen_at(site, i, site->port), "cannot listen for feed %d", i);
	site->tick = event_new(site->base, -1, EV_PERSIST, on_tick, site);
	(void)event_add(site->tick, &tick);
	soak_check(!pthread_create(&site->thread, NULL, run, site), "no thread");
	return site;
}

int soak_site_port(const struct soak_site *site)
{
	return site->port;
}

void soak_site_publish(struct soak_site *site)
{
	site->publishing = true;
}

bool soak_site_all_asked(struct soak_site *site)
{
	return site->n_asked == site->options.feeds;
}

bool soak_site_over(struct soak_site *site)
{
	return site->over;
}

int soak_site_published(struct soak_site *site)
{
	return site->n_published;
}

struct soak_article *soak_site_article(struct soak_site *site, int n)
{
	return n >= 0 && n < site->n_published ? &site->articles[n] : NULL;
}

void soak_site_stop(struct soak_site *site)
{
	site->stopping = true;
	(void)pthread_join(site->thread, NULL);
	event_free(site->tick);
	evhttp_free(site->http);
	event_base_free(site->base);
	free(site->articles);
	free(site->feeds);
	free(site->padding);
	free(site);
}
