# The real daemon against the newsroom (newsroom.py) and real subscribers (tests/examples).
# Profiles other than dev take the same tests; the kills are fewer where a sanitizer slows.
set(NW_KILLS 20)
file(GLOB e2e CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/e2e/test_*.py)
# What is preloaded has no place beside a sanitizer's own.
if(NW_PROFILE STREQUAL "dev")
	add_library(e2e_stuck MODULE e2e/stuck.c)
	target_link_libraries(e2e_stuck PRIVATE nw_flags)
	list(APPEND NW_E2E_ENVIRONMENT "NW_STUCK_LIBRARY=$<TARGET_FILE:e2e_stuck>")
endif()
foreach(file IN LISTS e2e)
	get_filename_component(name ${file} NAME_WE)
	string(REPLACE "test_" "e2e." test ${name})
	add_test(NAME ${test} COMMAND /usr/bin/python3 ${file})
	set_tests_properties(${test} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 600 ENVIRONMENT
		"${NW_E2E_ENVIRONMENT};NW_KILLS=${NW_KILLS}")
endforeach()

# What the tests of faults preload into the programs: no sanitizer of their own, they stand before theirs.
foreach(preload shim failing)
	add_library(e2e_${preload} MODULE e2e/${preload}.c)
	target_compile_definitions(e2e_${preload} PRIVATE _GNU_SOURCE)
	target_compile_options(e2e_${preload} PRIVATE -Wall -Wextra -O1 -fno-builtin -fvisibility=default)
	target_link_libraries(e2e_${preload} PRIVATE ${CMAKE_DL_LIBS})
endforeach()

if(NW_PROFILE MATCHES "asan|tsan")
	target_compile_definitions(e2e_failing PRIVATE NW_FAILING_WITHOUT_MEMORY)
endif()

# The journal under cuts of power: a few here; `sh tests/e2e/powerloss.sh PROGRAM 500` is the campaign.
add_executable(e2e_powerloss e2e/powerloss.c)
target_link_libraries(e2e_powerloss PRIVATE nw_flags nw_store)
add_test(NAME e2e.powerloss COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/e2e/powerloss.sh
	$<TARGET_FILE:e2e_powerloss> 5)
set_tests_properties(e2e.powerloss PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 120)

# The packages, from building them to purging them; `sh tests/e2e/package.sh DIR fresh` does it in a minimal root.
# They are built once; each test has a root of its own to install them in.
if(NW_PROFILE STREQUAL "dev")
	add_test(NAME e2e.package.build COMMAND sh ${PROJECT_SOURCE_DIR}/daemon/deb ${PROJECT_BINARY_DIR}/deb)
	set_tests_properties(e2e.package.build PROPERTIES FIXTURES_SETUP packages TIMEOUT 900)
	add_test(NAME e2e.package COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/e2e/package.sh ${PROJECT_BINARY_DIR}/deb)
	add_test(NAME e2e.package.booted COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/e2e/package.sh ${PROJECT_BINARY_DIR}/deb booted)
	# The service run by a real systemd, in a container; the packages are those of the tests above.
	add_test(NAME e2e.systemd COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/e2e/systemd.sh ${PROJECT_BINARY_DIR}/deb)
	set_tests_properties(e2e.package e2e.package.booted e2e.systemd PROPERTIES FIXTURES_REQUIRED packages
		ENVIRONMENT NW_PACKAGES_BUILT=1 SKIP_RETURN_CODE 77 TIMEOUT 900)
endif()

# The bus under load, in a short form; `sh tests/e2e/load.sh` is the whole of it.
add_executable(e2e_load e2e/load.c)
target_link_libraries(e2e_load PRIVATE nw_flags nw_bus)
set(peers 256)
if(NW_PROFILE STREQUAL "tsan") # a fifth as fast; what happens between two threads happens as well with fewer peers
	set(peers 64)
endif()
add_test(NAME e2e.load.stalled COMMAND e2e_load stalled 20 24000)
add_test(NAME e2e.load.replays COMMAND e2e_load replays ${peers} 20000)
set_tests_properties(e2e.load.stalled e2e.load.replays PROPERTIES TIMEOUT 300)

# Alerts under 200 kills, some 3 minutes: not part of the ordinary run, which has a few.
add_custom_target(alert_kills COMMAND ${CMAKE_COMMAND} -E env ${NW_E2E_ENVIRONMENT} NW_ALERT_KILLS=200 NW_PATIENCE=600
	/usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/e2e/test_alerts.py Alerts.test_kills_lose_nothing_and_each_repeats_one_letter_a_channel_at_most
	DEPENDS newswired newswire USES_TERMINAL VERBATIM)

# Every call of the command line and of the daemon's start and a visit failing in turn, an hour or so: the ordinary run tries some of them.
add_custom_target(torture COMMAND ${CMAKE_COMMAND} -E env ${NW_E2E_ENVIRONMENT} NW_TORTURE=0
	/usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/e2e/test_torture.py DEPENDS newswired newswire e2e_failing USES_TERMINAL VERBATIM)

# The daemon under the load of a large installation, two minutes of it; `sh tests/e2e/soak.sh` is an hour. First, and
# beside the others: it takes what the machine gives, and judges no time.
add_executable(e2e_soak e2e/soak.c e2e/soak_site.c)
target_link_libraries(e2e_soak PRIVATE nw_flags nw_client nw_status)
if(NW_PROFILE STREQUAL "dev")
	add_test(NAME e2e.soak COMMAND nice /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/e2e/soak.py)
	set_tests_properties(e2e.soak PROPERTIES TIMEOUT 900 ENVIRONMENT "${NW_E2E_ENVIRONMENT}")
endif()
