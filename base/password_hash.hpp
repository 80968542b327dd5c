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

// The least that passwords of people may cost: OWASP's minimum for Argon2id.
constexpr password_cost password_cost_min{2, std::size_t{19} * 1024 * 1024};

// The least that the function takes at all, for tests.
constexpr password_cost password_cost_lowest{1, std::size_t{8} * 1024};

// The hash of `password` with a random salt, as text: "$argon2id$v=19$m=…". Throws
// std::runtime_error if there is no memory for it.
std::string hash_password(std::string_view password, const password_cost& cost);

// True if `hash` was made from `password`. False for any text that is no such hash, and if there is
// no memory for it.
bool verify_password(std::string_view hash, std::string_view password);

// True if `hash` was made with another cost.
bool password_needs_rehash(std::string_view hash, const password_cost& cost);

}  // namespace tollgate::base
