# Headers that most files need are compiled once for all rooms, and once more for all unit tests (docs/adr/0069).
#
# tollgate_shared_headers(<name> <header.hpp>...)
#   A target whose precompiled headers other targets share. Define it before the targets that share it.
# tollgate_precompiled(<target> [SHARE <name>] [<header.hpp>...])
#   With SHARE: the target uses the headers of <name>, and must be compiled with the same options; further definitions are
#   allowed. Otherwise cmake/pch_async.hpp and the named headers are compiled for this target alone.
#
# ccache knows a precompiled header by the text beside it: a digest of everything it includes, taken when CMake runs
# (deploy/build runs it each time). Its bytes will not do, for they hold this folder's name, and another clone of the tree
# would find nothing in the cache. The option in this form, because ccache leaves the folder out of it.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  set(CMAKE_CXX_COMPILE_OPTIONS_USE_PCH -include-pch <PCH_FILE>)
endif()

function(tollgate_write_header_digest target)
  set(text "")
  foreach(header IN LISTS ARGN)
    string(APPEND text "#include ${header}\n")
  endforeach()
  string(SHA256 name "${text}")
  get_property(digest GLOBAL PROPERTY TOLLGATE_HEADERS_${name})
  if(NOT digest)
    file(WRITE ${PROJECT_BINARY_DIR}/precompiled.hpp "${text}")
    execute_process(
      COMMAND ${CMAKE_CXX_COMPILER} -std=c++20 -E -P -I${PROJECT_SOURCE_DIR} -x c++ ${PROJECT_BINARY_DIR}/precompiled.hpp
      OUTPUT_VARIABLE included COMMAND_ERROR_IS_FATAL ANY)
    string(SHA256 digest "${CMAKE_CXX_COMPILER_VERSION} ${included}")
    set_property(GLOBAL PROPERTY TOLLGATE_HEADERS_${name} ${digest})
  endif()
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${target}.dir/cmake_pch.hxx.pch.sum "${digest}\n")
endfunction()

function(tollgate_precompiled target)
  cmake_parse_arguments(PCH "" "SHARE" "" ${ARGN})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
  if(PCH_SHARE)
    get_target_property(type ${target} TYPE)
    if(type STREQUAL "EXECUTABLE")
      # Not -fPIE, which CMake would choose: the shared headers serve libraries, too.
      set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
      target_compile_options(${target} PRIVATE -fPIC)
    endif()
    target_precompile_headers(${target} REUSE_FROM ${PCH_SHARE})
    return()
  endif()
  set(headers <cmake/pch_async.hpp> ${PCH_UNPARSED_ARGUMENTS})
  target_precompile_headers(${target} PRIVATE ${headers})
  tollgate_write_header_digest(${target} ${headers})
endfunction()

function(tollgate_shared_headers name)
  add_library(${name} OBJECT ${PROJECT_SOURCE_DIR}/cmake/pch.cpp)
  target_link_libraries(${name} PRIVATE tollgate_asio simdjson::simdjson nlohmann_json::nlohmann_json tollgate_options)
  tollgate_precompiled(${name} ${ARGN})
endfunction()

tollgate_shared_headers(tollgate_headers)
if(TOLLGATE_SANITIZE STREQUAL "address-undefined")
  # For the rooms that are not optimized there.
  tollgate_shared_headers(tollgate_unoptimized_headers)
  target_compile_options(tollgate_unoptimized_headers PRIVATE -O0)
endif()
