// Passwords at rest: Argon2id (RFC 9106). The only header that knows the library behind it.
//
// Hashing is slow and takes memory by design: never call these functions on an event loop.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tollgate::base {

// What one hash costs.
struct password_cost {
    std::uint64_t passes = 3;  // over the memory
    std::size_t memory_bytes = std::size_t{64} * 1024 * 1024;
};

// The minimum cost for people's passwords: OWASP's minimum for Argon2id.
constexpr password_cost password_cost_min{2, std::size_t{19} * 1024 * 1024};

// The lowest cost that the function accepts, for tests.
constexpr password_cost password_cost_lowest{1, std::size_t{8} * 1024};

// Returns the hash of `password` with a random salt as text: "$argon2id$v=19$m=…". Throws
// std::runtime_error if there is not enough memory.
std::string hash_password(std::string_view password, const password_cost& cost);

// True if `hash` was made from `password`. False if `hash` is not an Argon2id hash, or if there is
// not enough memory.
bool verify_password(std::string_view hash, std::string_view password);

// True if `hash` was made with a cost other than `cost`.
bool password_needs_rehash(std::string_view hash, const password_cost& cost);

}  // namespace tollgate::base
