# tests/api: what others build against. The exported symbols are those of symbols.txt and no
# others; the manual page's example is built as it stands there; and from an installed copy
# pkg-config tells enough to build the examples, in C and in C++.
add_custom_command(OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/api/page_example.c
	COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/api/example.sh
		${PROJECT_SOURCE_DIR}/daemon/man/libnewswire.3 ${CMAKE_CURRENT_BINARY_DIR}/api/page_example.c
	DEPENDS ${PROJECT_SOURCE_DIR}/daemon/man/libnewswire.3 ${CMAKE_CURRENT_SOURCE_DIR}/api/example.sh)
add_executable(page_example ${CMAKE_CURRENT_BINARY_DIR}/api/page_example.c)
target_link_libraries(page_example PRIVATE nw_flags newswire_shared)

if(NW_PROFILE STREQUAL "dev") # the sanitizers export names of their own
	add_test(NAME api.symbols COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/api/symbols.sh
		$<TARGET_FILE:newswire_shared> ${PROJECT_SOURCE_DIR}/daemon/man/libnewswire.3)
	add_test(NAME api.install COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/api/install.sh
		${CMAKE_COMMAND} ${PROJECT_BINARY_DIR} ${CMAKE_CURRENT_BINARY_DIR}/api/page_example.c)
endif()
