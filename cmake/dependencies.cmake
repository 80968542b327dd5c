# Third-party libraries: all from Debian 12, each behind one name. Why which: docs/adr/0002-dependencies.md.
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(spdlog REQUIRED)
find_package(fmt REQUIRED)
find_package(simdjson REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(SQLite3 REQUIRED)
find_package(date REQUIRED)
find_package(boost_headers 1.81.0 EXACT CONFIG REQUIRED)
set(Boost_USE_STATIC_LIBS ON)
find_package(boost_url 1.81.0 EXACT CONFIG REQUIRED)

# Asio and Beast are compiled once, here, and never again in a file that includes them.
add_library(tollgate_asio STATIC ${PROJECT_SOURCE_DIR}/cmake/asio_impl.cpp)
target_compile_definitions(tollgate_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
# A thread keeps so many blocks of what Asio's operations need (handlers, cancellation slots, groups) instead of two. The number
# is of the time when frames of coroutines were among them, which base/frame_memory keeps now. Not under the sanitizers,
# which see a block that is used after its end only when it was given back.
if(NOT TOLLGATE_SANITIZE)
  target_compile_definitions(tollgate_asio PUBLIC BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=16)
endif()
target_link_libraries(tollgate_asio PUBLIC Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
target_link_libraries(tollgate_asio PRIVATE tollgate_options)
# Their code, their warnings.
target_compile_options(tollgate_asio PRIVATE -w)
# Snowball's stemmer brings neither a CMake nor a pkg-config file.
find_library(TOLLGATE_STEMMER_LIBRARY stemmer REQUIRED)
find_path(TOLLGATE_STEMMER_INCLUDE libstemmer.h REQUIRED)
add_library(tollgate_stemmer INTERFACE)
add_library(tollgate::stemmer ALIAS tollgate_stemmer)
target_include_directories(tollgate_stemmer SYSTEM INTERFACE ${TOLLGATE_STEMMER_INCLUDE})
target_link_libraries(tollgate_stemmer INTERFACE ${TOLLGATE_STEMMER_LIBRARY})
# CMake's own module asks for the server's headers, which a client does not need.
find_library(TOLLGATE_PQ_LIBRARY pq REQUIRED)
find_path(TOLLGATE_PQ_INCLUDE libpq-fe.h PATH_SUFFIXES postgresql REQUIRED)
add_library(tollgate_pq INTERFACE)
add_library(tollgate::pq ALIAS tollgate_pq)
target_include_directories(tollgate_pq SYSTEM INTERFACE ${TOLLGATE_PQ_INCLUDE})
target_link_libraries(tollgate_pq INTERFACE ${TOLLGATE_PQ_LIBRARY})
# Debian's hiredis has a CMake file that names no target.
find_library(TOLLGATE_HIREDIS_LIBRARY hiredis REQUIRED)
find_path(TOLLGATE_HIREDIS_INCLUDE hiredis/hiredis.h REQUIRED)
add_library(tollgate_hiredis INTERFACE)
add_library(tollgate::hiredis ALIAS tollgate_hiredis)
target_include_directories(tollgate_hiredis SYSTEM INTERFACE ${TOLLGATE_HIREDIS_INCLUDE})
target_link_libraries(tollgate_hiredis INTERFACE ${TOLLGATE_HIREDIS_LIBRARY})
# Debian's RE2 has a pkg-config file only.
find_library(TOLLGATE_RE2_LIBRARY re2 REQUIRED)
find_path(TOLLGATE_RE2_INCLUDE re2/re2.h REQUIRED)
add_library(tollgate_re2 INTERFACE)
add_library(tollgate::re2 ALIAS tollgate_re2)
target_include_directories(tollgate_re2 SYSTEM INTERFACE ${TOLLGATE_RE2_INCLUDE})
target_link_libraries(tollgate_re2 INTERFACE ${TOLLGATE_RE2_LIBRARY})
# Debian's libsodium has a pkg-config file only.
find_library(TOLLGATE_SODIUM_LIBRARY sodium REQUIRED)
find_path(TOLLGATE_SODIUM_INCLUDE sodium.h REQUIRED)
add_library(tollgate_sodium INTERFACE)
add_library(tollgate::sodium ALIAS tollgate_sodium)
target_include_directories(tollgate_sodium SYSTEM INTERFACE ${TOLLGATE_SODIUM_INCLUDE})
target_link_libraries(tollgate_sodium INTERFACE ${TOLLGATE_SODIUM_LIBRARY})
