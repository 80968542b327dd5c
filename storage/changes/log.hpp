// Changes of the change log and the instances that read it; see change.hpp.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/rows.hpp"

namespace tollgate::storage {

// Writes an entry of the change log and puts its number into `seq`; read it only after the commit
// has succeeded. Make it the last change of its list (changes of alarms may follow), because every
// other writer of the log waits until this one is committed.
struct log_change {
    logged_kind kind = logged_kind::unknown;
    std::vector<std::string> subjects;
    std::string origin;
    timestamp at;
    std::shared_ptr<std::int64_t> seq;
};

// Creates the change log with that epoch, unless there is one.
struct open_log {
    std::string epoch;
};

// Replaces the log with a new one, for a store that has lost entries. Has no effect if the epoch is
// no longer `old`.
struct renew_log {
    std::string old;
    std::string epoch;
};

// Removes entries that were made before `before`.
struct trim_log {
    timestamp before;
};

// Writes the row; the store increments its `beats`.
struct put_instance {
    instance_row row;
};

// The name of the setting in which an instance records the master key that it seals new values
// with. It is removed with the instance. If `instance` is empty: that of the instance that started
// last, or of the only one.
inline std::string newest_key_setting(const std::string& instance) {
    return "newest_master_key" + (instance.empty() ? "" : '|' + instance);
}

// Removes an instance if its `beats` is still this number; nullopt: in any case.
struct remove_instance {
    std::string id;
    std::optional<std::int64_t> beats;
};

}  // namespace tollgate::storage
