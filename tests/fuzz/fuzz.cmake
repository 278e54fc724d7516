# tests/fuzz/fuzz_<module>_<what>.c is a libFuzzer target of one parser, and
# tests/fuzz/corpus/<module>_<what>/ what it has learned. Profile fuzz builds the
# fuzzer itself (clang); every other profile replays the corpus, and any file in
# tests/fixtures/<module>, as an ordinary test; not under tsan, since a replay has one thread.
if(NW_PROFILE STREQUAL "tsan")
	return()
endif()
file(GLOB fuzzers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/fuzz_*.c)
foreach(file IN LISTS fuzzers)
	get_filename_component(target ${file} NAME_WE)
	string(REGEX MATCH "^fuzz_([a-z]+)_([a-z0-9_]+)$" _ ${target})
	set(module ${CMAKE_MATCH_1})
	set(what ${CMAKE_MATCH_1}_${CMAKE_MATCH_2})
	if(NW_PROFILE STREQUAL "fuzz")
		add_executable(${target} ${file})
		target_link_libraries(${target} PRIVATE nw_flags nw_${module} -fsanitize=fuzzer)
	else()
		add_executable(${target} ${file} ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/replay.c)
		target_link_libraries(${target} PRIVATE nw_flags nw_${module})
		add_test(NAME fuzz.${what} COMMAND ${target}
			${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${what}
			${CMAKE_CURRENT_SOURCE_DIR}/fixtures/${module})
	endif()
endforeach()
