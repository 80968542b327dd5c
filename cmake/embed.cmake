# tollgate_embed(<target> <output.cpp> <namespace> FILES <file>...)
#
# Adds a generated .cpp to <target> that holds each file as text: `std::span<const base::embedded_file>
# embedded_files()` in <namespace>, in the order given (see base/embedded.hpp). The .cpp is written again when a file changes.
set(TOLLGATE_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_script.cmake)
function(tollgate_embed target output namespace)
  cmake_parse_arguments(EMBED "" "" "FILES" ${ARGN})
  set(path ${CMAKE_CURRENT_BINARY_DIR}/${output})
  list(JOIN EMBED_FILES "|" joined)
  add_custom_command(
    OUTPUT ${path}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${path} -DNAMESPACE=${namespace} "-DFILES=${joined}"
            -P ${TOLLGATE_EMBED_SCRIPT}
    DEPENDS ${EMBED_FILES} ${TOLLGATE_EMBED_SCRIPT}
    VERBATIM)
  target_sources(${target} PRIVATE ${path})
  set_source_files_properties(${path} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()
