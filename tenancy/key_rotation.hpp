// Seals the stored values again under the newest master key, and reports which keys are still
// needed. For a command: it blocks.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "storage/sealed_values.hpp"
#include "tenancy/secrets/key_ring.hpp"

namespace tollgate::tenancy {

// Which values and tokens are under which key. The counts are those after the rotation.
struct key_report {
    std::string newest_master;
    std::int64_t sealed_again = 0;
    std::vector<storage::key_use> master{};    // every key of the key file, then unknown ones
    std::vector<storage::key_use> peppers{};   // the same
    std::vector<storage::token_use> tokens{};  // tokens under each pepper, by kind
    std::vector<std::string> unopened{};       // "accounts ia_…: why", for values not sealed again
    std::int64_t unopened_count = 0;           // of all such values: the list has the first 100
    // Sentences about running instances that seal new values under a key other than the newest one.
    std::vector<std::string> behind{};
    // Older keys of the files that nothing is sealed or hashed under: their lines may be removed.
    // Contains no master key while an instance is in `behind`.
    std::vector<std::string> unused_master{};
    std::vector<std::string> unused_peppers{};
};

struct rotation_options {
    key_source master_key;
    key_source peppers;
    bool dry_run = false;  // counts only
    // Called with the number of values done and the total. May be empty.
    std::function<void(std::uint64_t done, std::uint64_t all)> watch{};
};

// Seals every value of the database at `place` that is under another key again under the newest
// one. Gateways may run on the database; one that knows both keys reads a value under either.
// Values are replaced in batches, each in one transaction; after a crash, run the command again.
// Fails as load_key_ring(), sealed_values and vault::open() do; with errc::corrupt
// "wrong_master_key" when the keys are not those of the database; and, unless `dry_run`, with
// errc::conflict "instances_behind" when a running instance seals new values under another key,
// because those values would be lost with that key.
base::result<key_report> rotate_keys(const storage::database_place& place,
                                     const rotation_options& options);

// The master keys that `master_key` does not have, each with how many values of the database at
// `place` cannot be opened without it. Blocks. Fails as load_key_ring() and sealed_values do.
base::result<std::vector<storage::key_use>> missing_master_keys(
    const storage::database_place& place, const key_source& master_key);

}  // namespace tollgate::tenancy
