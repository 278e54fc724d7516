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
add_library(api_headers OBJECT ${api})
target_include_directories(api_headers PRIVATE
	${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/include)
target_compile_options(api_headers PRIVATE -Wall -Wextra -Werror)
