# nw_module(feed DEPS base LIBS LibXml2::LibXml2)
#
# Builds daemon/feed/*.c into the static library nw_feed. DEPS are the only
# modules feed may include or link; each must already exist, so a cycle cannot
# be written. tests/lint/layers.cmake holds the sources to the same list.
function(nw_module name)
	cmake_parse_arguments(M "" "" "DEPS;LIBS" ${ARGN})
	file(GLOB src CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/daemon/${name}/*.c)
	add_library(nw_${name} STATIC ${src})
	target_include_directories(nw_${name} PUBLIC
		${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/include ${PROJECT_SOURCE_DIR}/daemon)
	target_link_libraries(nw_${name} PRIVATE nw_flags PUBLIC ${M_LIBS})
	foreach(dep IN LISTS M_DEPS)
		if(NOT TARGET nw_${dep})
			message(FATAL_ERROR "${name} depends on ${dep}, which is not declared above it")
		endif()
		target_link_libraries(nw_${name} PUBLIC nw_${dep})
	endforeach()
	set_property(GLOBAL APPEND PROPERTY NW_LAYERS "${name}:${M_DEPS}")
endfunction()

# nw_test(feed) builds tests/unit/feed/test_*.c, each linked to nw_feed alone. Not under tsan what
# has one thread: NW_ONE_THREAD and NW_THREADS, in tests/CMakeLists.txt.
function(nw_test name)
	file(GLOB src CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/unit/${name}/test_*.c)
	foreach(file IN LISTS src)
		get_filename_component(t ${file} NAME_WE)
		set(target unit_${name}_${t})
		if(name IN_LIST NW_ONE_THREAD AND NOT "${name}/${t}" IN_LIST NW_THREADS)
			if(NW_PROFILE STREQUAL "tsan")
				continue()
			endif()
			set_property(GLOBAL APPEND PROPERTY NW_ONE_THREAD_PROGRAMS $<TARGET_FILE:${target}>)
		endif()
		add_executable(${target} ${file})
		# To optimise what a test itself does would take a sanitizer's compiler longer than the module.
		if(NW_PROFILE MATCHES "asan|tsan")
			set_source_files_properties(${file} PROPERTIES COMPILE_OPTIONS -O0)
		endif()
		target_link_libraries(${target} PRIVATE nw_flags nw_${name} cmocka Threads::Threads)
		target_compile_definitions(${target} PRIVATE
			NW_FIXTURES="${PROJECT_SOURCE_DIR}/tests/fixtures/${name}"
			NW_SOURCE="${PROJECT_SOURCE_DIR}")
		add_test(NAME unit.${name}.${t} COMMAND ${target})
	endforeach()
endfunction()
