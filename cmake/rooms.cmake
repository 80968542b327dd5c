# tollgate_room(<name> SOURCES ... [PUBLIC targets...] [PRIVATE targets...])
#
# One static library `tollgate_<name>` with alias `tollgate::<name>`. PUBLIC lists the rooms and libraries whose types
# the room's headers use; PRIVATE what only its .cpp files use. Includes are written from the root of the tree.
function(tollgate_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(tollgate_${name} STATIC ${ROOM_SOURCES})
  add_library(tollgate::${name} ALIAS tollgate_${name})
  target_include_directories(tollgate_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(tollgate_${name} PUBLIC ${ROOM_PUBLIC} PRIVATE tollgate_options tollgate_asio ${ROOM_PRIVATE})
  if(TOLLGATE_CRASH_POINTS AND name MATCHES "^(base|storage|tenancy|server)$")
    target_compile_definitions(tollgate_${name} PRIVATE TOLLGATE_CRASH_POINTS)
  endif()
  # The unit tests of Stripe's catalogue read it whole, again and again; those of the other rooms are short, and a room is
  # compiled in less than half the time when it is not optimized.
  if(TOLLGATE_SANITIZE STREQUAL "address-undefined" AND NOT name MATCHES "^(stripe|sandbox)")
    target_compile_options(tollgate_${name} PRIVATE -O0)
    tollgate_precompiled(tollgate_${name} SHARE tollgate_unoptimized_headers)
  else()
    tollgate_precompiled(tollgate_${name} SHARE tollgate_headers)
  endif()
  tollgate_batches(tollgate_${name})
endfunction()

# tollgate_batches(<target>): with TOLLGATE_TOGETHER, eight files of the target are compiled as one.
function(tollgate_batches target)
  if(TOLLGATE_TOGETHER)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
endfunction()

# tollgate_alone(<file>...): files of a room that are compiled by themselves even with TOLLGATE_TOGETHER, for a clash of
# names that cannot be resolved. Call it in the folder of the room.
function(tollgate_alone)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
