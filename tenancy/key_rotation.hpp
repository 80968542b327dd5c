// Seals the stored values again under the newest master key, and says which keys are still needed.
// For a command: it blocks.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "storage/sealed_values.hpp"
#include "tenancy/secrets/key_ring.hpp"

namespace tollgate::tenancy {

// What is under which key. Counts are of the time after the work.
struct key_report {
    std::string newest_master;
    std::int64_t sealed_again = 0;
    std::vector<storage::key_use> master{};    // every key of the file, then unknown ones
    std::vector<storage::key_use> peppers{};   // the same
    std::vector<storage::token_use> tokens{};  // what is under each pepper, by kind
    std::vector<std::string> unopened{};       // "accounts ia_…: why", of values that were left
    std::int64_t unopened_count = 0;           // of all of them: the list has the first 100
    // Sentences on instances that run and seal new values under another key than the newest one.
    std::vector<std::string> behind{};
    // Older keys of the files under which nothing is: their lines may be removed. No master key
    // while an instance is behind.
    std::vector<std::string> unused_master{};
    std::vector<std::string> unused_peppers{};
};

struct rotation_options {
    key_source master_key;
    key_source peppers;
    bool dry_run = false;  // counts only
    // Called with how many values of how many are done. May be empty.
    std::function<void(std::uint64_t done, std::uint64_t all)> watch{};
};

// Seals every value of the database at `place` that is under another key, even while gateways run
// on it, which read a value under either key if they know both. Values are replaced in batches,
// each in one transaction: after a crash the command is run again. Fails as load_key_ring(),
// sealed_values and vault::open() do; errc::corrupt "wrong_master_key" when the keys are not those
// of the database; unless `dry_run`, errc::conflict "instances_behind" when an instance that runs
// seals new values under another key, since what it writes would be lost with that key.
base::result<key_report> rotate_keys(const storage::database_place& place,
                                     const rotation_options& options);

// The master keys that `master_key` does not have, each with how many values of the database at
// `place` cannot be opened without it. Blocks. Fails as load_key_ring() and sealed_values do.
base::result<std::vector<storage::key_use>> missing_master_keys(
    const storage::database_place& place, const key_source& master_key);

}  // namespace tollgate::tenancy
