# tollgate_room(<name> SOURCES ... [PUBLIC targets...] [PRIVATE targets...])
#
# One static library `tollgate_<name>` with alias `tollgate::<name>`. PUBLIC lists the rooms and libraries whose types
# the room's headers use; PRIVATE what only its .cpp files use. Includes are written from the root of the tree.
function(tollgate_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(tollgate_${name} STATIC ${ROOM_SOURCES})
  add_library(tollgate::${name} ALIAS tollgate_${name})
  target_include_directories(tollgate_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(tollgate_${name} PUBLIC ${ROOM_PUBLIC} PRIVATE tollgate_options ${ROOM_PRIVATE})
  if(TOLLGATE_CRASH_POINTS AND name MATCHES "^(base|storage|tenancy)$")
    target_compile_definitions(tollgate_${name} PRIVATE TOLLGATE_CRASH_POINTS)
  endif()
  target_precompile_headers(tollgate_${name} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/pch.hpp)
endfunction()
