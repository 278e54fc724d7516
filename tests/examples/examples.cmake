# tests/examples: small subscribers, shown in the README and used by the end-to-end
# tests. They are built against the library and its public headers, as anyone's would be.
foreach(example subscribe durable)
	add_executable(${example} ${CMAKE_CURRENT_SOURCE_DIR}/examples/${example}.c)
	target_link_libraries(${example} PRIVATE nw_flags newswire_shared)
endforeach()
add_executable(subscribe_cc ${CMAKE_CURRENT_SOURCE_DIR}/examples/subscribe.cc)
target_compile_features(subscribe_cc PRIVATE cxx_std_17)
target_compile_options(subscribe_cc PRIVATE -Wall -Wextra -Wpedantic -Werror)
target_link_libraries(subscribe_cc PRIVATE newswire_shared)
target_link_options(subscribe_cc PRIVATE ${link}) # the library has the sanitizer in it

# Each plays golden/lossy.transcript; what a sanitizer says of other languages' runtimes is
# nothing. Those whose language is not installed are skipped, visibly: `daemon/packages` has sets for them.
set(clients c)
if(NOT NW_PROFILE MATCHES "asan|tsan")
	list(APPEND clients python asyncio js rust shell jq)
	add_test(NAME examples.naive COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/e2e/naive.py)
	list(APPEND examples examples.naive)
endif()
foreach(client IN LISTS clients)
	add_test(NAME examples.${client} COMMAND /usr/bin/python3
		${CMAKE_CURRENT_SOURCE_DIR}/e2e/transcript.py ${client})
	list(APPEND examples examples.${client})
endforeach()
string(REPLACE ";" "," clients "${clients}")
set(NW_E2E_ENVIRONMENT "NW_BIN=${PROJECT_BINARY_DIR}/daemon"
	"NW_EXAMPLES=${PROJECT_BINARY_DIR}/tests" NW_CLIENTS=${clients} PYTHONDONTWRITEBYTECODE=1)
set_tests_properties(${examples} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300
	ENVIRONMENT "${NW_E2E_ENVIRONMENT}")
