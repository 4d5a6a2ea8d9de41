# SPDX-License-Identifier: Apache-2.0
# What a buyer gets, as a Debian package: programs, data (soakrig_data), examples, man pages and bash
# completion. The target `package` builds it; ./bootstrap.sh package calls that. Nothing in it knows
# where it was built, so the tree works below any prefix.
include(GNUInstallDirs)
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
    GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(packaged)
foreach(program soakrig soakrig-guard soakrig-agent soakrig-work soakrig-dashboard)
  if(TARGET ${program})
    list(APPEND packaged ${program})
  endif()
endforeach()
install(TARGETS ${packaged} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
# What boards of the other architecture get, where it was built: ./bootstrap.sh build --arm64.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/build/arm64/bin/ DESTINATION lib/soakrig/boards/aarch64
        USE_SOURCE_PERMISSIONS OPTIONAL FILES_MATCHING PATTERN soakrig-agent PATTERN soakrig-work)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/examples DESTINATION ${CMAKE_INSTALL_DOCDIR}
        FILES_MATCHING PATTERN "*.toml")

# Carries out after a reboot what a guard was armed with before.
install(FILES ${CMAKE_CURRENT_LIST_DIR}/soakrig-guard@.service
              ${CMAKE_CURRENT_LIST_DIR}/soakrig-resume@.service DESTINATION lib/systemd/system)

# Man pages and completion are made at install time, by asking the built programs.
find_package(Python3 COMPONENTS Interpreter)
string(TIMESTAMP today "%Y-%m-%d" UTC)
string(TIMESTAMP changelog_date "%a, %d %b %Y 00:00:00 +0000" UTC)
set(made ${PROJECT_BINARY_DIR}/package)
configure_file(${CMAKE_CURRENT_LIST_DIR}/changelog.in ${PROJECT_BINARY_DIR}/changelog @ONLY)
list(JOIN packaged " " programs)
install(CODE "
  file(REMOVE_RECURSE \"${made}\")
  execute_process(COMMAND_ERROR_IS_FATAL ANY
    COMMAND \"${Python3_EXECUTABLE}\" -B \"${CMAKE_CURRENT_LIST_DIR}/help_pages.py\"
            --bin \"${CMAKE_RUNTIME_OUTPUT_DIRECTORY}\" --out \"${made}\" --date ${today} ${programs})
  file(GLOB texts \"${made}/man1/*.1\")
  file(COPY \"${PROJECT_BINARY_DIR}/changelog\" DESTINATION \"${made}\")
  execute_process(COMMAND gzip -9n \${texts} \"${made}/changelog\"
                  COMMAND_ERROR_IS_FATAL ANY)")
install(DIRECTORY ${made}/man1 DESTINATION ${CMAKE_INSTALL_MANDIR})
install(DIRECTORY ${made}/completions/
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${made}/changelog.gz DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${CMAKE_CURRENT_LIST_DIR}/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${CMAKE_CURRENT_LIST_DIR}/lintian-overrides
        DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides RENAME soakrig)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME soakrig)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "soakrig developers <soakrig@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "soak rig for edge boards that run AI models")
set(CPACK_PACKAGE_DESCRIPTION
"Drives long-running AI workloads on a board, in a thermal chamber if there is
one, logs temperature, power and tokens per second, and says afterwards what
the board really sustains, when and why it throttled, and what crashed.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
include(CPack)
