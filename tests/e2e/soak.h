#ifndef TESTS_E2E_SOAK_H
#define TESTS_E2E_SOAK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * The publisher of the soak: so many feeds, each on a loopback address of its own, in which
 * articles appear at a set rate, each in one feed. An article stays in its feed until that has
 * been asked for; a feed that nobody asks for fills up and takes no more, so that one that is
 * asked too seldom slows the publisher down and loses nothing.
 */
#define SOAK_IN_FEED 20 /* articles in a feed that it has not been asked for since */

struct soak_article {
	int64_t published_us;      /* when it came into its feed */
	_Atomic int64_t served_us; /* when all there is of it was handed over first; 0: not yet */
	bool arrived;              /* the subscriber's */
};

struct soak_options {
	int feeds, rate, seconds;
	int page_kb; /* of each article's page; 0: there is none, the feed has the whole text */
};

struct soak_site;

/* Listens at once; publishes after soak_site_publish, in a thread of its own. */
struct soak_site *soak_site_start(const struct soak_options *options);
int soak_site_port(const struct soak_site *site);
void soak_site_publish(struct soak_site *site);
bool soak_site_all_asked(struct soak_site *site); /* every feed, once at least */
bool soak_site_over(struct soak_site *site);      /* nothing more will be published */
int soak_site_published(struct soak_site *site);
struct soak_article *soak_site_article(struct soak_site *site, int n); /* NULL: there is none */
void soak_site_stop(struct soak_site *site);

int64_t soak_now_us(void); /* of this machine since it started */

__attribute__((format(printf, 2, 3))) void soak_check(bool ok, const char *form, ...);

#endif
