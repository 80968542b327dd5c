# tollgate_precompiled(<target> [<header.hpp>...])
#
# Compiles cmake/pch.hpp, and the headers named, once for the target. ccache knows a precompiled header by the text beside
# it: a digest of everything it includes, taken when CMake runs (deploy/build runs it each time). Its bytes will not do,
# for they hold this folder's name, and another clone of the tree would find nothing in the cache.
# The option in this form, because ccache leaves the folder out of it.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  set(CMAKE_CXX_COMPILE_OPTIONS_USE_PCH -include-pch <PCH_FILE>)
endif()

function(tollgate_precompiled target)
  target_precompile_headers(${target} PRIVATE <cmake/pch.hpp> ${ARGN})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
  set(text "#include <cmake/pch.hpp>\n")
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
