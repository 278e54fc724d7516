# What comes out, byte for byte: against golden files, and the same again.
add_test(NAME golden.pages COMMAND /usr/bin/python3
	${CMAKE_CURRENT_SOURCE_DIR}/golden/pages.py $<TARGET_FILE:newswire>)
add_test(NAME golden.same COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/golden/same.sh
	$<TARGET_FILE:newswire> ${PROJECT_SOURCE_DIR})
