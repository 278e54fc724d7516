# What comes out, byte for byte: against golden files, and the same again. Not under tsan: newswire parse,
# clean and tag have one thread.
if(NW_PROFILE STREQUAL "tsan")
	return()
endif()
add_test(NAME golden.pages COMMAND /usr/bin/python3
	${CMAKE_CURRENT_SOURCE_DIR}/golden/pages.py $<TARGET_FILE:newswire>)
# It compares, and what it reads others read under asan: the replay of fixtures, shared.hostile, unit.clean.test_pages.
if(NOT NW_PROFILE STREQUAL "asan")
	add_test(NAME golden.same COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/golden/same.sh
		$<TARGET_FILE:newswire> ${PROJECT_SOURCE_DIR})
endif()

# What real data measures: skipped, visibly, where it is not beside the checkout.
foreach(case suite damaged dates hostile seeds clean)
	add_test(NAME shared.${case} COMMAND /usr/bin/python3
		${CMAKE_CURRENT_SOURCE_DIR}/golden/shared.py $<TARGET_FILE:newswire> ${case})
	set_tests_properties(shared.${case} PROPERTIES SKIP_RETURN_CODE 77)
endforeach()
