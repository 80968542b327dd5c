// The sealed values of a database, to be sealed again while gateways may run on it. For a command:
// everything here blocks.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "storage/rows.hpp"
#include "storage/transfer.hpp"

namespace tollgate::storage {

// The kinds of sealed values: the credential of an account, the request of an unresolved receipt,
// the content of an approval, a person's secret for one-time codes, the target of a webhook, a
// stored answer.
enum class sealed_kind : std::uint8_t { account, receipt, approval, person, webhook, replay };
constexpr std::array<sealed_kind, 6> sealed_kinds{sealed_kind::account,  sealed_kind::receipt,
                                                  sealed_kind::approval, sealed_kind::person,
                                                  sealed_kind::webhook,  sealed_kind::replay};
// "accounts", "receipts", …
std::string_view to_string(sealed_kind kind);

struct sealed_value {
    sealed_kind kind = sealed_kind::account;
    std::string team_id;
    std::string route;  // of a stored answer; otherwise empty
    std::string id;     // of a stored answer: its key
    sealed_blob sealed;
};

// A value with its new seal.
struct sealed_again {
    sealed_value from;
    sealed_blob to;
};

// How many values, or tokens, are under a key.
struct key_use {
    std::string key_id;
    std::int64_t count = 0;
};

struct token_use {
    std::string_view kind;  // "api_keys", "mcp_tokens", "sessions", …
    std::string pepper_id;
    std::int64_t count = 0;
};

// The master key under which a running instance seals new values.
struct instance_key {
    std::string instance;  // "inst_…"; empty: the only one of this database
    std::string key_id;    // empty: the instance has not reported it
};

// A connection to the database. Every member fails with errc::unavailable "database_failed".
class sealed_values {
public:
    // Fails as look_at() does, and with errc::conflict "schema_old" when migrations are missing.
    static base::result<std::unique_ptr<sealed_values>> open(const database_place& place);

    virtual ~sealed_values() = default;

    // How many values of a kind are under each master key.
    virtual base::result<std::vector<key_use>> count(sealed_kind kind) = 0;
    // How many tokens of each kind are stored under each pepper.
    virtual base::result<std::vector<token_use>> count_tokens() = 0;
    // Lists values that are not under the master key `key_id`, in a fixed order, at most `limit`,
    // after `after`: an empty value first, then the last value of the previous list.
    virtual base::result<std::vector<sealed_value>> list(sealed_kind kind,
                                                         const std::string& key_id,
                                                         const sealed_value& after,
                                                         std::int64_t limit) = 0;
    // Replaces the old seals with the new ones, all in one transaction. A value that has changed
    // since it was read is not touched. Returns how many were replaced.
    virtual base::result<std::size_t> replace(const std::vector<sealed_again>& values) = 0;

    // The keys reported by the running instances. Also fails as the lock of a SQLite database does.
    virtual base::result<std::vector<instance_key>> running() = 0;

    virtual base::result<std::optional<std::string>> setting(const std::string& name) = 0;
    // Replaces the value of a setting, unless it is no longer `from`.
    virtual base::result<> replace_setting(const std::string& name, const std::string& from,
                                           const std::string& to) = 0;
};

}  // namespace tollgate::storage
