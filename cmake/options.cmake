# Flags every room compiles with. Linked PRIVATE, so that nothing leaks into what includes us.
set(TOLLGATE_SANITIZE "" CACHE STRING "sanitizers: 'address-undefined', 'thread', 'fuzzer' or empty")
option(TOLLGATE_COVERAGE "instrument for llvm-cov" OFF)

option(TOLLGATE_CRASH_POINTS "compile the places where a test kills the process" OFF)

add_library(tollgate_options INTERFACE)
target_compile_options(tollgate_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wcast-qual
  -Wnon-virtual-dtor -Woverloaded-virtual -Wextra-semi -Wformat=2 -Werror
  -fno-omit-frame-pointer -Xclang -fno-pch-timestamp)
target_link_options(tollgate_options INTERFACE -fuse-ld=lld)

option(TOLLGATE_TOGETHER "compile eight files of a room as one: less to compile, more for a changed file" OFF)
if(TOLLGATE_TOGETHER)
  # A neighbour's name is not this file's outer scope; the preset `debug` looks at each file by itself.
  target_compile_options(tollgate_options INTERFACE -Wno-shadow)
endif()

if(TOLLGATE_SANITIZE STREQUAL "address-undefined")
  # Without the checks that cost a third of the build and find what the address sanitizer stops at, too.
  set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all -fno-sanitize=null,alignment,object-size,vptr)
  # Counters of the edges taken, which cost the tests little: so this preset's objects serve the fuzzers too.
  set(coverage_counters -fsanitize-coverage=inline-8bit-counters,pc-table)
elseif(TOLLGATE_SANITIZE STREQUAL "thread")
  set(sanitizers -fsanitize=thread)
elseif(TOLLGATE_SANITIZE STREQUAL "fuzzer")
  set(sanitizers -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
elseif(NOT TOLLGATE_SANITIZE STREQUAL "")
  message(FATAL_ERROR "TOLLGATE_SANITIZE is '${TOLLGATE_SANITIZE}'; use address-undefined, thread, fuzzer or nothing")
endif()
if(sanitizers)
  target_compile_options(tollgate_options INTERFACE ${sanitizers} ${coverage_counters})
  target_link_options(tollgate_options INTERFACE ${sanitizers})
endif()
if(TOLLGATE_COVERAGE)
  target_compile_options(tollgate_options INTERFACE -fprofile-instr-generate -fcoverage-mapping)
  target_link_options(tollgate_options INTERFACE -fprofile-instr-generate)
endif()
# A test is compiled more often than it runs: what it tests is optimized, it is not.
target_compile_options(tollgate_options INTERFACE "$<$<BOOL:$<TARGET_PROPERTY:TOLLGATE_TEST>>:-O0>")
if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo" OR CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(tollgate_options INTERFACE
    -g1 -D_GLIBCXX_ASSERTIONS -U_FORTIFY_SOURCE -fstack-protector-strong -fstack-clash-protection -fcf-protection
    "$<IF:$<BOOL:$<TARGET_PROPERTY:TOLLGATE_TEST>>,,-O2;-D_FORTIFY_SOURCE=2>")
  target_link_options(tollgate_options INTERFACE
    "$<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-pie>" -Wl,-z,relro,-z,now)
endif()
