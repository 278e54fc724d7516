#include "rig.h"

#include "alert/letter.h"
#include "alert/mime.h"
#include "base/json.h"

#define MAIL_MAX ((size_t)2 << 20) /* channel_mail.c's */

/* Four hundred stories of one site that knows what grows most on the way. */
static void queue_hostile(struct rig *r, char c)
{
	char url[1001] = "https://example.org/", title[301] = "";

	memset(url + strlen(url), c, sizeof(url) - 1 - strlen(url));
	url[sizeof(url) - 1] = '\0';
	memset(title, c, sizeof(title) - 1);
	for (unsigned i = 0; i < 400; i++) {
		struct nw_event e = rig_article(r, i + 1, i + 1000);

		e.url = nw_str(url);
		e.title = nw_str(title);
		rig_consider(r, &e);
	}
	rig_clear(r);
	rig_pass(r, 3600);
}

static void check_mail(const struct nw_alert_message *m)
{
	const char *to[] = {"desk@example.org", NULL};
	const struct nw_mime mime = {.from = NW_STR("wire@example.org"),
		.to = to,
		.subject = m->subject,
		.key = NW_STR("0123456789abcdef0123456789abcdef"),
		.thread = NW_STR("0123456789abcdef0123456789abcdef"),
		.rule = NW_STR("flash"),
		.text = m->text,
		.html = m->html};
	struct nw_buf mail;

	nw_buf_init(&mail, MAIL_MAX);
	nw_mime_write(&mail, &mime);
	assert_false(mail.failed);
	nw_buf_clear(&mail);
}

static void check_line(const struct rig *r, const struct nw_alert_message *m)
{
	const struct nw_delivery d = {.arena = r->arena, .message = *m};
	const struct nw_str line = nw_letter_line(&d);
	json_t *o;

	assert_int_equal(nw_json_parse(line, &o, NULL), NW_OK);
	assert_true(nw_json_get_str(o, "text").n > 1000);
	assert_true(json_array_size(json_object_get(o, "items")) +
			(size_t)nw_json_get_int(o, "more_items", 0) ==
		400);
	json_decref(o);
}

static void a_digest_of_what_grows_most_can_be_sent(void **state)
{
	static const char worst[] = {'&', '"', '\'', '\\', 'a'};

	for (size_t i = 0; i < sizeof(worst); i++) {
		struct rig *r = *state;
		struct nw_alert_message m;

		rig_begin(r,
			"alert flash { topics = {libya} send = {\"file:a\"} digest = {\"13:00\"} }\n");
		queue_hostile(r, worst[i]);
		assert_int_equal(r->outcome.n_letters, 1);
		assert_int_equal(
			nw_alert_message(r->arena, r->outcome.letters[0].payload, &m, NULL), NW_OK);
		check_mail(&m);
		check_line(r, &m);
		nw_alerts_free(r->alerts);
		nw_rules_free(r->rules);
		nw_config_free(r->config);
		r->alerts = NULL;
		r->rules = NULL;
		r->config = NULL;
		rig_clear(r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_digest_of_what_grows_most_can_be_sent, rig_setup, rig_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
