# tests/examples: small subscribers, shown in the README and used by the end-to-end
# tests. They are built against the library and its public headers, as anyone's would be.
add_executable(subscribe ${CMAKE_CURRENT_SOURCE_DIR}/examples/subscribe.c)
target_link_libraries(subscribe PRIVATE nw_flags newswire_shared)
