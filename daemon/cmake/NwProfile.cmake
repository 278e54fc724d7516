# One word chooses the whole build: what CMakePresets.json would do, without a
# ninth entry at the top of the tree.
set(NW_PROFILE "release" CACHE STRING "release, dev, asan, tsan, fuzz or cov")
set_property(CACHE NW_PROFILE PROPERTY STRINGS release dev asan tsan fuzz cov)

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_VISIBILITY_PRESET hidden)

add_library(nw_flags INTERFACE)
target_compile_definitions(nw_flags INTERFACE _GNU_SOURCE)
target_compile_options(nw_flags INTERFACE
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
	-Wpointer-arith -Wcast-qual -Wwrite-strings -Wformat=2 -Wundef -Wvla
	-Wswitch-enum -Wimplicit-fallthrough -Wdouble-promotion -Wnull-dereference
	-fno-common -fno-omit-frame-pointer)

set(NW_PROFILE_release -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong
	-fstack-clash-protection -fcf-protection=full
	# The same program wherever it is built.
	-ffile-prefix-map=${PROJECT_SOURCE_DIR}/= -ffile-prefix-map=${PROJECT_BINARY_DIR}=build)
set(NW_PROFILE_dev     -Og -g3 -Werror)
# -g1: functions and lines, all that a sanitizer says of a place.
set(NW_PROFILE_asan    -O1 -g1 -Werror -fsanitize=address,undefined -fno-sanitize-recover=all)
set(NW_PROFILE_tsan    -O1 -g1 -Werror -fsanitize=thread)
set(NW_PROFILE_fuzz    -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
set(NW_PROFILE_cov     -O0 -g --coverage -fprofile-update=atomic)
if(NOT DEFINED NW_PROFILE_${NW_PROFILE})
	message(FATAL_ERROR "NW_PROFILE '${NW_PROFILE}' is not release, dev, asan, tsan, fuzz or cov")
endif()
target_compile_options(nw_flags INTERFACE ${NW_PROFILE_${NW_PROFILE}})
string(REGEX MATCHALL "-fsanitize=[^;]+|--coverage" link "${NW_PROFILE_${NW_PROFILE}}")
target_link_options(nw_flags INTERFACE ${link} -Wl,-z,relro,-z,now,-z,noexecstack)

# Some two hundred programs a profile for the tests: gold, of Debian's binutils as well, links them in a third of the time.
find_program(NW_GOLD ld.gold)
if(NW_GOLD AND NW_PROFILE MATCHES "dev|asan|tsan")
	# Programs alone: a library would export what gold marks its ends with.
	target_link_options(nw_flags INTERFACE $<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-fuse-ld=gold>)
endif()

# Under a sanitizer every arena allocation is a malloc of its own, so that one
# byte too far is seen.
if(NW_PROFILE MATCHES "asan|fuzz")
	target_compile_definitions(nw_flags INTERFACE NW_ARENA_MALLOC)
endif()
