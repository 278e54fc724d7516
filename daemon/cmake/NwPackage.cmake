# The Debian packages: `sh daemon/deb`, or the target "package" of a build for /usr.
# A component of install() is a package of that name. What goes in beside what is installed
# everywhere (changelog, copyright, maintainer scripts) lies in daemon/debian.
if(NOT CMAKE_INSTALL_PREFIX STREQUAL "/usr")
	return() # the paths that are built in would be others than the packages'
endif()

set(debian ${PROJECT_SOURCE_DIR}/daemon/debian)
set(library libnewswire${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})

# The changelog's newest entry says which version of the packages this is, and whose.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${debian}/changelog)
file(READ ${debian}/changelog newest LIMIT 4096)
if(NOT newest MATCHES "^newswire \\(${PROJECT_VERSION}-([0-9]+)\\) ")
	message(FATAL_ERROR "the newest entry of daemon/debian/changelog is not of ${PROJECT_VERSION}: write one")
endif()
set(revision ${CMAKE_MATCH_1})
set(version ${PROJECT_VERSION}-${revision})
string(REGEX MATCH "\n -- ([^>]*>)" matched "${newest}")
set(maintainer "${CMAKE_MATCH_1}")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR "the newswired authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "") # each has its own
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL newswire newswire-client ${library} libnewswire-dev)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
	OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/daemon/cmake/NwStage.cmake)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE ${revision})
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${maintainer}")
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

# nw_package(libnewswire-dev SECTION libdevel SUMMARY "..." TEXT "..." DEPENDS ... CONTROL ...)
# TEXT are the description's lines; CONTROL what goes beside the control file.
macro(nw_package name)
	cmake_parse_arguments(P "" "SECTION;SUMMARY;DEPENDS;RECOMMENDS;CONFLICTS;PROVIDES" "TEXT;CONTROL" ${ARGN})
	string(TOUPPER ${name} N)
	string(REPLACE ";" "\n" text "${P_TEXT}")
	set(CPACK_DEBIAN_${N}_PACKAGE_NAME ${name})
	set(CPACK_DEBIAN_${N}_PACKAGE_SECTION ${P_SECTION})
	set(CPACK_DEBIAN_${N}_DESCRIPTION "${P_SUMMARY}\n${text}")
	set(CPACK_DEBIAN_${N}_PACKAGE_DEPENDS "${P_DEPENDS}")
	set(CPACK_DEBIAN_${N}_PACKAGE_RECOMMENDS "${P_RECOMMENDS}")
	set(CPACK_DEBIAN_${N}_PACKAGE_CONFLICTS "${P_CONFLICTS}")
	set(CPACK_DEBIAN_${N}_PACKAGE_REPLACES "${P_CONFLICTS}")
	set(CPACK_DEBIAN_${N}_PACKAGE_PROVIDES "${P_PROVIDES}")
	set(CPACK_DEBIAN_${N}_PACKAGE_CONTROL_EXTRA "${P_CONTROL}")
	install(FILES ${debian}/copyright DESTINATION share/doc/${name} COMPONENT ${name} EXCLUDE_FROM_ALL)
	install(FILES ${debian}/changelog DESTINATION share/doc/${name} RENAME changelog.Debian
		COMPONENT ${name} EXCLUDE_FROM_ALL)
	if(EXISTS ${debian}/${name}.lintian-overrides)
		install(FILES ${debian}/${name}.lintian-overrides DESTINATION share/lintian/overrides RENAME ${name}
			COMPONENT ${name} EXCLUDE_FROM_ALL)
	endif()
endmacro()

# One file for a server: apt takes it without being told of another.
nw_package(newswire SECTION net
	SUMMARY "streaming news ingest: feeds in, clean tagged articles out"
	TEXT
		"newswired polls news feeds, fetches the page of every article it has not met"
		"before, cleans it into plain text, tags it by topics that an analyst writes by"
		"hand, and streams it to any number of subscribers over ZeroMQ and HTTP. Every"
		"article is on disk before it is announced, and whoever was away gets what was"
		"missed. Alerts go out by mail, webhook, ntfy or program."
		.
		"This is the daemon as a service, its configuration, and the command newswire."
	DEPENDS "systemd | systemd-standalone-sysusers, ca-certificates, tzdata"
	CONFLICTS newswire-client PROVIDES "newswire-client (= ${version})"
	CONTROL ${debian}/postinst ${debian}/prerm ${debian}/postrm ${PROJECT_BINARY_DIR}/debian/conffiles)

nw_package(newswire-client SECTION net
	SUMMARY "subscribe to a newswired on another machine"
	TEXT
		"The command newswire by itself: it follows the articles of a newswired, live"
		"and by replay, reads feeds, cleans pages and tags texts. A machine with the"
		"daemon has it already, in the package newswire."
	RECOMMENDS ca-certificates CONFLICTS newswire)

file(WRITE ${PROJECT_BINARY_DIR}/debian/shlibs
	"libnewswire ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR} ${library} (>= ${PROJECT_VERSION})\n")
file(WRITE ${PROJECT_BINARY_DIR}/debian/triggers "activate-noawait ldconfig\n")
nw_package(${library} SECTION libs
	SUMMARY "read feeds, clean pages, tag articles, follow a newswired"
	TEXT
		"libnewswire reads any feed into a list of items, cleans an article's page into"
		"plain text, tags it by topics, and subscribes to a newswired so that nothing"
		"is missed and nothing comes twice."
	CONTROL ${PROJECT_BINARY_DIR}/debian/shlibs ${PROJECT_BINARY_DIR}/debian/triggers)

nw_package(libnewswire-dev SECTION libdevel
	SUMMARY "headers of libnewswire"
	TEXT
		"What it takes to build programs with libnewswire, which reads feeds, cleans"
		"pages, tags articles and follows a newswired: headers, the manual page and"
		"what pkg-config says."
	DEPENDS "${library} (= ${version})")

include(CPack)
