# tests/bench/bench_<module>.c: one part against the bare library doing the same
# bytes in the same run, in turn. Built by the target `benches`, run by tests/bench/run;
# with everything else under dev, so that they go on building.
file(GLOB benches CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/bench/bench_*.c)
add_custom_target(benches)
if(NW_PROFILE STREQUAL "dev")
	add_custom_target(benches_too ALL DEPENDS benches)
endif()
foreach(file IN LISTS benches)
	get_filename_component(target ${file} NAME_WE)
	string(REGEX MATCH "^bench_([a-z]+)$" _ ${target})
	add_executable(${target} EXCLUDE_FROM_ALL ${file} ${CMAKE_CURRENT_SOURCE_DIR}/bench/bench.c)
	target_link_libraries(${target} PRIVATE nw_flags nw_${CMAKE_MATCH_1} m)
	add_dependencies(benches ${target})
endforeach()

# Hyperscan is measured beside the topics where it is installed (libhyperscan-dev).
if(TARGET bench_tag)
	find_package(PkgConfig QUIET)
	pkg_check_modules(HYPERSCAN QUIET IMPORTED_TARGET libhs)
	if(HYPERSCAN_FOUND)
		target_link_libraries(bench_tag PRIVATE PkgConfig::HYPERSCAN)
		target_compile_definitions(bench_tag PRIVATE NW_HAVE_HYPERSCAN)
	endif()
endif()
