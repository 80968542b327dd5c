// Limits on attempts to sign in: the buckets, and their counts in this process.
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "storage/changes/people.hpp"

namespace tollgate::tenancy {

// An attempt takes one from each of three buckets, and returns them if it succeeds: that of the
// account at this address (10, then one per minute), that of the address (30, then one every 10
// seconds), and that of the account from anywhere (100, then one every 10 seconds). So one address
// cannot lock a person out for long, and many addresses together cannot guess without limit.
//
// The buckets are in a table of fixed size, placed by a keyed hash of their name. Names with the
// same place share a bucket, and no number of names makes the table forget one. Instances with the
// same key use the same places, so that attempts can be counted across instances
// (credentials::take()). Thread-safe.
class sign_in_limits {
public:
    // `key`: 32 bytes, secret.
    explicit sign_in_limits(base::secret key);

    // The buckets of an attempt, sorted by place.
    std::vector<storage::attempt_bucket> buckets(std::string_view email,
                                                 std::string_view address) const;

    // Takes from the buckets and returns zero if the attempt may be made. Otherwise takes nothing
    // and returns how long to wait.
    std::chrono::milliseconds take(std::string_view email, std::string_view address,
                                   base::timestamp now);
    // Returns what take() took to the buckets, after an attempt that succeeded.
    void give_back(std::string_view email, std::string_view address);

private:
    struct bucket_rule {
        std::int64_t every_ms;  // one is added in this time
        std::int64_t most;
    };
    static constexpr std::array<bucket_rule, 3> rules{{{60'000, 10}, {10'000, 30}, {10'000, 100}}};
    static constexpr std::size_t places = 65'536;

    std::array<std::size_t, 3> places_of(std::string_view email, std::string_view address) const;

    const base::secret key_;
    std::mutex mutex_;
    std::vector<std::int64_t> full_at_;  // when the bucket is full again, in Unix milliseconds
};

}  // namespace tollgate::tenancy
