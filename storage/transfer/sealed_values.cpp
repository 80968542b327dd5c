#include "storage/sealed_values.hpp"

#include <map>
#include <utility>

#include "storage/sql/migrate.hpp"
#include "storage/sql/reads.hpp"
#include "storage/transfer/endpoint.hpp"

namespace tollgate::storage {

namespace {

using base::errc;
using base::fail;
using base::result;

constexpr int collisions_max = 20;

struct sealed_table {
    std::string_view name;
    std::string_view count;
    std::string_view list;     // after an id, without a key id, up to a limit
    std::string_view replace;  // the new key id, key and ciphertext; the id, old key id and key
};

#define TOLLGATE_SEALED_TABLE(name, id, team, prefix, cipher)                                    \
    sealed_table{#name,                                                                          \
                 "SELECT " prefix "key_id, COUNT(*) FROM " #name " WHERE " prefix                \
                 "key_id <> '' GROUP BY " prefix "key_id",                                       \
                 "SELECT " team ", " id ", " prefix "key_id, " prefix "wrapped_key, " cipher     \
                 " FROM " #name " WHERE " id " > ? AND " prefix "key_id <> '' AND " prefix       \
                 "key_id <> ? ORDER BY " id " LIMIT ?",                                          \
                 "UPDATE " #name " SET " prefix "key_id = ?, " prefix "wrapped_key = ?, " cipher \
                 " = ? WHERE " id " = ? AND " team " = ? AND " prefix "key_id = ? AND " prefix   \
                 "wrapped_key = ?"}

// In the order of sealed_kind.
constexpr std::array<sealed_table, 6> sealed_tables{
    TOLLGATE_SEALED_TABLE(integrated_accounts, "id", "team_id", "", "credential"),
    TOLLGATE_SEALED_TABLE(receipts, "id", "team_id", "", "request"),
    TOLLGATE_SEALED_TABLE(approvals, "id", "team_id", "", "content"),
    TOLLGATE_SEALED_TABLE(people, "id", "team_id", "totp_", "totp_secret"),
    TOLLGATE_SEALED_TABLE(webhooks, "id", "team_id", "", "content"),
    // A key alone is no id: two teams may have the same one.
    TOLLGATE_SEALED_TABLE(replays, "(team_id || '|' || route || '|' || key)", "team_id", "",
                          "body")};

#undef TOLLGATE_SEALED_TABLE

constexpr std::array<std::string_view, 6> token_counts{
    "SELECT pepper_id, COUNT(*) FROM api_keys GROUP BY pepper_id",
    "SELECT pepper_id, COUNT(*) FROM mcp_tokens GROUP BY pepper_id",
    "SELECT refresh_pepper_id, COUNT(*) FROM oauth_authorizations GROUP BY refresh_pepper_id",
    "SELECT pepper_id, COUNT(*) FROM sessions GROUP BY pepper_id",
    "SELECT pepper_id, COUNT(*) FROM recovery_codes GROUP BY pepper_id",
    "SELECT invitation_pepper_id, COUNT(*) FROM people WHERE invitation_hash IS NOT NULL GROUP BY "
    "invitation_pepper_id"};

const sealed_table& table_of(sealed_kind kind) {
    return sealed_tables.at(static_cast<std::size_t>(kind));
}

template <typename Work>
auto reported(const Work& work) -> result<decltype(work())> {
    try {
        return work();
    } catch (const sql::sql_error& fault) {
        return fail(errc::unavailable, "database_failed",
                    std::string{"the database failed: "} + fault.what());
    }
}

class opened_values final : public sealed_values {
public:
    explicit opened_values(transfer::endpoint at) : at_(std::move(at)) {}

    result<std::vector<key_use>> count(sealed_kind kind) override {
        return reported([&] {
            std::vector<key_use> out;
            sql::query rows{at_.db(), table_of(kind).count};
            while (rows.next()) {
                std::string key_id = rows.text();
                out.push_back({std::move(key_id), rows.integer()});
            }
            return out;
        });
    }

    result<std::vector<key_use>> count_tokens() override {
        return reported([&] {
            std::map<std::string, std::int64_t> sums;
            for (const auto text : token_counts) {
                sql::query rows{at_.db(), text};
                while (rows.next()) {
                    const std::string pepper_id = rows.text();
                    sums[pepper_id] += rows.integer();
                }
            }
            std::vector<key_use> out;
            for (const auto& [pepper_id, tokens] : sums) out.push_back({pepper_id, tokens});
            return out;
        });
    }

    result<std::vector<sealed_value>> list(sealed_kind kind, const std::string& key_id,
                                           const std::string& after, std::int64_t limit) override {
        return reported([&] {
            std::vector<sealed_value> out;
            sql::query rows{at_.db(), table_of(kind).list, after, key_id, limit};
            while (rows.next()) {
                sealed_value one{.kind = kind, .team_id = rows.text(), .id = {}, .sealed = {}};
                one.id = rows.text();
                one.sealed.key_id = rows.text();
                one.sealed.wrapped_key = rows.bytes();
                one.sealed.ciphertext = rows.bytes();
                out.push_back(std::move(one));
            }
            return out;
        });
    }

    // Gateways may write the same rows in another order: then one of both is told to repeat.
    result<std::size_t> replace(const std::vector<sealed_again>& values) override {
        for (int collisions = 0;; ++collisions) {
            try {
                return replace_once(values);
            } catch (const sql::sql_error& fault) {
                if (!at_.db().idle()) at_.db().script("ROLLBACK");
                if (fault.kind() == sql::fault_kind::collision && collisions < collisions_max)
                    continue;
                return fail(errc::unavailable, "database_failed",
                            std::string{"the database failed: "} + fault.what());
            }
        }
    }

    result<std::optional<std::string>> setting(const std::string& name) override {
        return reported([&] { return sql::find_setting(at_.db(), name); });
    }

    result<> replace_setting(const std::string& name, const std::string& from,
                             const std::string& to) override {
        const auto done = reported([&] {
            return at_.db().run("UPDATE settings SET value = ? WHERE name = ? AND value = ?",
                                blob_of(to), name, blob_of(from));
        });
        if (!done) return done.error();
        return {};
    }

private:
    std::size_t replace_once(const std::vector<sealed_again>& values) {
        std::size_t out = 0;
        at_.db().begin();
        for (const auto& [from, to] : values)
            out += static_cast<std::size_t>(
                at_.db().run(table_of(from.kind).replace, to.key_id, blob_of(to.wrapped_key),
                             blob_of(to.ciphertext), from.id, from.team_id, from.sealed.key_id,
                             blob_of(from.sealed.wrapped_key)));
        at_.db().script("COMMIT");
        return out;
    }

    static sql::blob blob_of(const std::string& bytes) { return sql::blob{bytes}; }

    transfer::endpoint at_;
};

}  // namespace

std::string_view to_string(sealed_kind kind) {
    return kind == sealed_kind::account ? "accounts" : table_of(kind).name;
}

result<std::unique_ptr<sealed_values>> sealed_values::open(const database_place& place) {
    try {
        auto at = transfer::endpoint::open_beside(place);
        if (!at) return at.error();
        const auto migrations = sql::built_in_migrations(at->db().speaks());
        const auto state = sql::inspect(at->db(), migrations);
        if (!state) return state.error();
        if (!state->missing.empty())
            return fail(errc::conflict, "schema_old",
                        "the database has an older schema than this binary: run 'tollgate db "
                        "migrate' first, or take the binary that runs on it");
        return std::unique_ptr<sealed_values>{new opened_values{std::move(*at)}};
    } catch (const sql::sql_error& fault) {
        return fail(errc::unavailable, "database_failed",
                    std::string{"the database failed: "} + fault.what());
    }
}

}  // namespace tollgate::storage
