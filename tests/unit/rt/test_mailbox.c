#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>

#include "rt/mailbox.h"

#define POSTERS 4
#define LETTERS 5000

struct letter {
	struct nw_mail mail;
	int from, number;
};

static bool is_readable(const struct nw_mailbox *box)
{
	struct pollfd p = {.fd = box->wake, .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

static void letters_arrive_in_posting_order(void **state)
{
	struct nw_mailbox box;
	struct letter letters[3] = {{.number = 1}, {.number = 2}, {.number = 3}};
	const struct nw_mail *mail;

	(void)state;
	nw_mailbox_init(&box, NW_MAILBOX_POLLED);
	for (int i = 0; i < 3; i++)
		nw_mailbox_post(&box, &letters[i].mail);
	mail = nw_mailbox_take(&box);
	for (int i = 1; i <= 3; i++, mail = mail->next)
		assert_int_equal(((const struct letter *)mail)->number, i);
	assert_null(mail);
	assert_null(nw_mailbox_take(&box));
	nw_mailbox_clear(&box);
}

static void wake_is_readable_while_there_is_mail(void **state)
{
	struct nw_mailbox box;
	struct letter letter = {0};

	(void)state;
	nw_mailbox_init(&box, NW_MAILBOX_POLLED);
	assert_false(is_readable(&box));
	nw_mailbox_post(&box, &letter.mail);
	assert_true(is_readable(&box));
	assert_ptr_equal(nw_mailbox_take(&box), &letter.mail);
	assert_false(is_readable(&box));
	nw_mailbox_close(&box);
	assert_true(is_readable(&box));
	nw_mailbox_clear(&box);
}

static void closed_box_gives_what_is_there_and_then_nothing(void **state)
{
	struct nw_mailbox box;
	struct letter letters[2] = {0};

	(void)state;
	nw_mailbox_init(&box, NW_MAILBOX_BLOCKING);
	nw_mailbox_post(&box, &letters[0].mail);
	nw_mailbox_post(&box, &letters[1].mail);
	nw_mailbox_close(&box);
	assert_ptr_equal(nw_mailbox_wait(&box), &letters[0].mail);
	assert_ptr_equal(nw_mailbox_wait_all(&box), &letters[1].mail);
	assert_null(nw_mailbox_wait(&box));
	assert_null(nw_mailbox_wait_all(&box));
	nw_mailbox_clear(&box);
}

static void *wait_for_the_end(void *arg)
{
	return nw_mailbox_wait_all(arg);
}

static void closing_wakes_every_reader(void **state)
{
	pthread_t readers[POSTERS];
	struct nw_mailbox box;
	void *got;

	(void)state;
	nw_mailbox_init(&box, NW_MAILBOX_BLOCKING);
	for (int i = 0; i < POSTERS; i++)
		pthread_create(&readers[i], NULL, wait_for_the_end, &box);
	nw_mailbox_close(&box);
	for (int i = 0; i < POSTERS; i++) {
		pthread_join(readers[i], &got);
		assert_null(got);
	}
	nw_mailbox_clear(&box);
}

struct poster {
	struct nw_mailbox *box;
	int from;
};

static void *post_many(void *arg)
{
	const struct poster *p = arg;

	for (int i = 0; i < LETTERS; i++) {
		struct letter *letter = calloc(1, sizeof(*letter));

		letter->from = p->from;
		letter->number = i;
		nw_mailbox_post(p->box, &letter->mail);
	}
	return NULL;
}

static int take_in_order(struct nw_mail *mail, int next[POSTERS])
{
	struct nw_mail *after;
	int n = 0;

	for (; mail; mail = after, n++) {
		struct letter *letter = (struct letter *)mail;

		after = mail->next;
		assert_int_equal(letter->number, next[letter->from]++);
		free(letter);
	}
	return n;
}

static void no_letter_of_many_posters_is_lost_or_overtakes(void **state)
{
	struct poster posters[POSTERS];
	pthread_t threads[POSTERS];
	int next[POSTERS] = {0}, n = 0;
	struct nw_mailbox box;

	(void)state;
	nw_mailbox_init(&box, NW_MAILBOX_BLOCKING);
	for (int i = 0; i < POSTERS; i++) {
		posters[i] = (struct poster){&box, i};
		pthread_create(&threads[i], NULL, post_many, &posters[i]);
	}
	while (n < POSTERS * LETTERS)
		n += take_in_order(n % 2 ? nw_mailbox_wait(&box) : nw_mailbox_wait_all(&box), next);
	for (int i = 0; i < POSTERS; i++)
		pthread_join(threads[i], NULL);
	assert_null(nw_mailbox_take(&box));
	nw_mailbox_clear(&box);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_arrive_in_posting_order),
		cmocka_unit_test(wake_is_readable_while_there_is_mail),
		cmocka_unit_test(closed_box_gives_what_is_there_and_then_nothing),
		cmocka_unit_test(closing_wakes_every_reader),
		cmocka_unit_test(no_letter_of_many_posters_is_lost_or_overtakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
