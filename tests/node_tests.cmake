# Tests that run with the pinned Node against the built binary: one ctest test a file.
#
# They need `npm ci` in tests/interop (tests/run does it). tollgate_node_test(<label> <file>) adds one as <label>/<name>,
# tollgate_node_tests(<label> <directory>) every *.test.mjs of the directory.
set(patience 1)
if(TOLLGATE_SANITIZE)
  set(patience 4)
endif()
math(EXPR node_timeout "180 + 60 * ${patience}")
function(tollgate_node_test label file)
  get_filename_component(name ${file} NAME_WE)
  add_test(NAME ${label}/${name}
    COMMAND ${PROJECT_SOURCE_DIR}/tests/support/node --test-reporter=spec ${file})
  set_tests_properties(${label}/${name} PROPERTIES
    LABELS ${label} TIMEOUT ${node_timeout}
    ENVIRONMENT "TOLLGATE_BINARY=$<TARGET_FILE:tollgate>;SANDBOX_HOST_BINARY=$<TARGET_FILE:sandbox_host>;SHAPE_HOST_BINARY=$<TARGET_FILE:shape_host>;CONFORMANCE_HOST_BINARY=$<TARGET_FILE:conformance_host>;NO_COLOR=1;PATIENCE=${patience}")
endfunction()
function(tollgate_node_tests label directory)
  file(GLOB files CONFIGURE_DEPENDS ${directory}/*.test.mjs)
  foreach(file IN LISTS files)
    # How near the estimate of tokens is does not change with the build, and the tokenizers are slow. A clock that is set is
    # a library, and a sanitizer must be the first one.
    if(NOT (file MATCHES "/(tokens|receipt_metadata).test.mjs$" AND TOLLGATE_SANITIZE))
      tollgate_node_test(${label} ${file})
    endif()
  endforeach()
endfunction()

tollgate_node_tests(integration ${CMAKE_CURRENT_SOURCE_DIR}/integration)
tollgate_node_tests(interop ${CMAKE_CURRENT_SOURCE_DIR}/interop)
tollgate_node_tests(interop ${CMAKE_CURRENT_SOURCE_DIR}/interop/sandbox-sdk)
tollgate_node_tests(conformance ${CMAKE_CURRENT_SOURCE_DIR}/conformance)

# The console in Chromium, and its types against the contract; what they look at does not change with a sanitizer.
if(TOLLGATE_CONSOLE AND NOT TOLLGATE_SANITIZE)
  tollgate_node_tests(browser ${CMAKE_CURRENT_SOURCE_DIR}/browser)
  add_test(NAME browser/types COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/browser/types)
  set_tests_properties(browser/types PROPERTIES LABELS browser TIMEOUT 180)
  set_tests_properties(browser/pages PROPERTIES COST 60)
endif()

# The main flows once more, with the records in PostgreSQL.
foreach(name account_state admin_lifecycle admin_refusals admin_teams audit_lines declared_services tool_calls)
  add_test(NAME integration/${name}-postgresql
    COMMAND ${PROJECT_SOURCE_DIR}/tests/support/node --test-reporter=spec
            ${CMAKE_CURRENT_SOURCE_DIR}/integration/${name}.test.mjs)
  get_test_property(integration/${name} ENVIRONMENT environment)
  set_tests_properties(integration/${name}-postgresql PROPERTIES
    LABELS integration TIMEOUT ${node_timeout} ENVIRONMENT "${environment};STORE_UNDER_TEST=postgresql")
endforeach()

# The longest ones first: without times of an earlier run ctest would leave them for last, one core idle.
set_tests_properties(integration/redis integration/databases integration/guide_databases interop/inspector PROPERTIES COST 10)
set_tests_properties(integration/retention integration/audit_forwarding PROPERTIES COST 60)
set_tests_properties(integration/package PROPERTIES COST 50)
set_tests_properties(integration/instances integration/approvals integration/audit_log PROPERTIES COST 30)
if(TEST interop/tokens)
  set_tests_properties(interop/tokens PROPERTIES COST 45)
endif()

# These measure time or use every core: not beside others.
set_tests_properties(integration/alarms integration/durability integration/http_growth integration/http_limits
  integration/postgresql integration/upstream_fairness integration/upstream_faults
  PROPERTIES RUN_SERIAL ON)
