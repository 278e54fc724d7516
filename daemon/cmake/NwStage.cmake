# Run by CPack when each package's files are in a directory of its own: what Debian has
# compressed is compressed, and all that lies below /etc is a configuration file.
file(GLOB pages ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/usr/share/man/man*/*.[1-8]
	${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/usr/share/doc/*/changelog.Debian)
execute_process(COMMAND gzip -9 -n -f ${pages} COMMAND_ERROR_IS_FATAL ANY)

set(root ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/newswire)
file(GLOB_RECURSE conffiles RELATIVE ${root} ${root}/etc/*)
list(SORT conffiles)
list(TRANSFORM conffiles PREPEND "/")
list(JOIN conffiles "\n" conffiles)
file(WRITE ${CPACK_PACKAGE_DIRECTORY}/debian/conffiles "${conffiles}\n")
