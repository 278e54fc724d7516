# In a fresh checkout ctest knows nothing of how long a test takes: what takes long is told here, so that it begins
# first and nothing is waited for alone at the end. The numbers order, no more; some are seconds on two processors.
function(nw_begins_early cost)
	foreach(test IN LISTS ARGN)
		if(TEST ${test})
			set_tests_properties(${test} PROPERTIES COST ${cost})
		endif()
	endforeach()
endfunction()

# Two minutes whatever else there is; and the packages, for which three others wait.
nw_begins_early(1000 e2e.soak e2e.package.build)
# What computes, between what waits for timers, processes and the disk: there is always some of both.
nw_begins_early(120 e2e.curve unit.alert.test_restore shared.suite lint.tidy.1 lint.tidy.2)
nw_begins_early(100 e2e.web e2e.alerts e2e.package unit.story.test_month)
nw_begins_early(90 e2e.faults_local e2e.channels e2e.load.replays lint.tidy.3 lint.tidy.4)
nw_begins_early(80 e2e.systemd e2e.faults_net e2e.metrics e2e.backup unit.alert.test_month unit.store.test_powercut)
nw_begins_early(70 e2e.odd e2e.visits e2e.story e2e.kill lint.tidy.5 lint.tidy.6 unit.markup.test_loose)
nw_begins_early(60 e2e.package.booted e2e.torture e2e.service golden.same unit.clean.test_pages)
nw_begins_early(50 e2e.cursor e2e.load.stalled lint.tidy.7 lint.tidy.8 unit.story.test_story)
nw_begins_early(40 unit.bus.test_guests e2e.alert_rules e2e.forecast e2e.trim unit.store.test_trim)
nw_begins_early(35 unit.alert.test_forecast)
nw_begins_early(30 unit.store.test_writer unit.store.test_crash unit.store.test_faults unit.client.test_bus)
nw_begins_early(10 examples.rust examples.js examples.shell examples.naive unit.client.test_cursor unit.net.test_hostile
	unit.bus.test_bus unit.bus.test_replay unit.bus.test_flood e2e.late e2e.walk e2e.tail e2e.clients)
