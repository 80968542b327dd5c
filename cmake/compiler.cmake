# g++ 12 and older double-free on ordinary coroutine code (see docs/adr/0001-toolchain.md), and no newer one is in
# Debian 12. Building with one of them gives a gateway that corrupts memory, so we stop here.
option(TOLLGATE_ALLOW_BROKEN_COROUTINES "configure even with a compiler known to miscompile coroutines" OFF)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13
   AND NOT TOLLGATE_ALLOW_BROKEN_COROUTINES)
  message(FATAL_ERROR
    "Tollgate cannot be built with g++ ${CMAKE_CXX_COMPILER_VERSION}: it miscompiles C++20 coroutines (double frees at "
    "run time). Use clang++-19: 'apt-get install clang-19 lld-19', then 'cmake --preset release', which selects it.")
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15)
  message(FATAL_ERROR
    "Tollgate cannot be built with clang ${CMAKE_CXX_COMPILER_VERSION}: it cannot compile the ranges of libstdc++ 12. "
    "Use clang++-19: 'apt-get install clang-19 lld-19', then 'cmake --preset release', which selects it.")
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(TOLLGATE_CCACHE ccache)
if(TOLLGATE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # A precompiled header is cached only when its time stamp does not count.
  set(settings CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime)
  if(NOT TOLLGATE_COVERAGE)
    # Another clone of the tree has the same objects, but for the folder in their debug information. A report of coverage
    # would look for its sources there.
    list(APPEND settings CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_PCH_EXTSUM=1)
  endif()
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env ${settings} ${TOLLGATE_CCACHE})
endif()
