get_property(layers GLOBAL PROPERTY NW_LAYERS)
string(REPLACE ";" "," layers "${layers}")
add_test(NAME lint.layers COMMAND ${CMAKE_COMMAND} "-DLAYERS=${layers}"
	-DROOT=${PROJECT_SOURCE_DIR}/daemon -P ${CMAKE_CURRENT_SOURCE_DIR}/lint/layers.cmake)

# Every public header compiles alone, as the first include, as C11 and as C++.
file(GLOB headers RELATIVE ${PROJECT_SOURCE_DIR}/include CONFIGURE_DEPENDS
	${PROJECT_SOURCE_DIR}/include/newswire/*.h)
foreach(header IN LISTS headers)
	string(MAKE_C_IDENTIFIER ${header} id)
	foreach(language c cc)
		set(file ${CMAKE_CURRENT_BINARY_DIR}/api/${id}.${language})
		file(GENERATE OUTPUT ${file} CONTENT "#include <${header}>\nextern int ${id};\n")
		list(APPEND api ${file})
	endforeach()
endforeach()
if(NOT NW_PROFILE MATCHES "asan|tsan") # they compile or do not, whatever is found at run time
	add_library(api_headers OBJECT ${api})
	target_include_directories(api_headers PRIVATE
		${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/include)
	target_compile_options(api_headers PRIVATE -Wall -Wextra -Wpedantic -Werror)
	target_compile_features(api_headers PRIVATE c_std_11 cxx_std_17)
endif()

# What needs tools beside the compiler is run once, under dev.
if(NW_PROFILE STREQUAL "dev")
	add_test(NAME lint.format COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/lint/format.sh
		${PROJECT_SOURCE_DIR})
	# In parts, which ctest runs beside what waits.
	foreach(part RANGE 1 8)
		add_test(NAME lint.tidy.${part} COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/lint/tidy.sh
			${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR} ${part} 8)
		set_tests_properties(lint.tidy.${part} PROPERTIES TIMEOUT 1200)
	endforeach()
	get_property(programs GLOBAL PROPERTY NW_ONE_THREAD_PROGRAMS)
	add_test(NAME lint.threads COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/lint/threads.sh ${programs})
	add_executable(tables lint/tables.c)
	target_link_libraries(tables PRIVATE nw_flags nw_config nw_fetch nw_alert nw_status)
	add_test(NAME lint.man COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/lint/man.sh
		${PROJECT_SOURCE_DIR}/daemon/man $<TARGET_FILE:tables> $<TARGET_FILE:newswire>)
	add_test(NAME lint.grafana COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/lint/grafana.py
		${PROJECT_SOURCE_DIR}/etc/grafana-newswired.json $<TARGET_FILE:tables>)
	add_test(NAME lint.unit COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/lint/unit.sh
		${PROJECT_SOURCE_DIR}/systemd/newswired.service $<TARGET_FILE:newswired> $<TARGET_FILE:newswire>)
endif()
