#include "rig.h"

#include <sys/stat.h>

static void assert_refused(struct rig *rig, const char *endpoint, enum nw_err err)
{
	struct nw_error error = {0};

	rig->live_list[0] = endpoint;
	assert_int_equal(nw_bus_start(&rig->options, &rig->bus, &error), err);
	assert_null(rig->bus);
	if (!strstr(error.text, endpoint))
		fail_msg("'%s' does not name '%s'", error.text, endpoint);
	rig->live_list[0] = rig->live;
}

static void sockets_in_the_file_system_are_for_the_group_only(void **state)
{
	struct rig *rig = *state;
	struct stat st;

	start_bus(rig);
	assert_int_equal(stat(rig->live + 6, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0660);
	assert_int_equal(stat(rig->replay + 6, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0660);
}

static void only_what_stays_on_this_machine_is_bound(void **state)
{
	struct rig *rig = *state;

	assert_refused(rig, "tcp://0.0.0.0:*", NW_E_SYNTAX);
	assert_refused(rig, "tcp://*:*", NW_E_SYNTAX);
	assert_refused(rig, "tcp://127.0.0.1.example.org:7340", NW_E_SYNTAX);
	assert_refused(rig, "tcp://192.0.2.1:7340", NW_E_SYNTAX);
	assert_refused(rig, "udp://127.0.0.1:7340", NW_E_SYNTAX);
	assert_refused(rig, "", NW_E_SYNTAX);
}

static void port_asked_for_with_a_star_is_told(void **state)
{
	struct rig *rig = *state;

	rig->live_list[0] = "tcp://127.0.0.1:*";
	start_bus(rig);
	assert_true(nw_str_starts(nw_str(nw_bus_live(rig->bus, 0)), NW_STR("tcp://127.0.0.1:")));
	assert_null(strchr(nw_bus_live(rig->bus, 0), '*'));
	assert_null(nw_bus_live(rig->bus, 1));
	assert_string_equal(nw_bus_replay(rig->bus, 0), rig->replay);
	rig->live_list[0] = rig->live;
}

static void endpoint_of_another_bus_is_left_alone(void **state)
{
	struct rig *rig = *state;
	struct nw_bus *first;
	char tcp[128];

	rig->live_list[0] = "tcp://127.0.0.1:*";
	start_bus(rig);
	first = rig->bus;
	(void)snprintf(tcp, sizeof(tcp), "%s", nw_bus_live(first, 0));
	assert_refused(rig, tcp, NW_E_SYSTEM);
	assert_refused(rig, rig->replay, NW_E_SYSTEM);
	rig->bus = first;
}

static void socket_left_by_a_killed_daemon_is_taken_over(void **state)
{
	struct rig *rig = *state;
	char link_path[128];

	/* A hard link outlives the stop, as the socket itself outlives a kill. */
	start_bus(rig);
	(void)snprintf(link_path, sizeof(link_path), "%s/stale", rig->dir);
	assert_int_equal(link(rig->live + 6, link_path), 0);
	stop_bus(rig);
	assert_int_equal(rename(link_path, rig->live + 6), 0);
	start_bus(rig);
}

static void file_that_is_no_socket_is_not_removed(void **state)
{
	struct rig *rig = *state;
	FILE *f = fopen(rig->live + 6, "w");

	assert_non_null(f);
	(void)fclose(f);
	assert_refused(rig, rig->live, NW_E_SYSTEM);
	assert_int_equal(access(rig->live + 6, F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			sockets_in_the_file_system_are_for_the_group_only, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			only_what_stays_on_this_machine_is_bound, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			port_asked_for_with_a_star_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			endpoint_of_another_bus_is_left_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			socket_left_by_a_killed_daemon_is_taken_over, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			file_that_is_no_socket_is_not_removed, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
