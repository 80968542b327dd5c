#include "storage/sealed_values.hpp"

#include <utility>

#include "storage/changes/log.hpp"
#include "storage/sql/change_log.hpp"
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
    std::string_view list;     // after a primary key, without a key id, up to a limit
    std::string_view replace;  // the new key id, key and ciphertext; the id, team, route, old key
                               // id and key
};

// A row that has ended keeps its key id, but no wrapped key. `also` is set together with a new
// seal. `place` is the primary key, and `bound` has as many values; a table without a route has ''
// in its place.
#define TOLLGATE_SEALED_TABLE(name, id, route, place, bound, prefix, cipher, also)               \
    sealed_table{#name,                                                                          \
                 "SELECT " prefix "key_id, COUNT(*) FROM " #name " WHERE " prefix                \
                 "key_id <> '' AND length(" prefix "wrapped_key) > 0 GROUP BY " prefix "key_id", \
                 "SELECT team_id, " route ", " id ", " prefix "key_id, " prefix                  \
                 "wrapped_key, " cipher " FROM " #name " WHERE (" place ") > (" bound            \
                 ") AND "                                                                        \
                 "length(" prefix "wrapped_key) > 0 AND " prefix "key_id <> '' AND " prefix      \
                 "key_id <> ? ORDER BY " place " LIMIT ?",                                       \
                 "UPDATE " #name " SET " prefix "key_id = ?, " prefix "wrapped_key = ?, " cipher \
                 " = ?" also " WHERE " id " = ? AND team_id = ? AND " route " = ? AND " prefix   \
                 "key_id = ? AND " prefix "wrapped_key = ?"}
#define TOLLGATE_SEALED_TABLE_BY_ID(name, prefix, cipher, also) \
    TOLLGATE_SEALED_TABLE(name, "id", "''", "id", "?", prefix, cipher, also)

// In the order of sealed_kind. A gateway that writes an account back also writes its old seal;
// because the account's version has changed, that write is refused.
constexpr std::array<sealed_table, 6> sealed_tables{
    TOLLGATE_SEALED_TABLE_BY_ID(integrated_accounts, "", "credential", ", version = version + 1"),
    TOLLGATE_SEALED_TABLE_BY_ID(receipts, "", "request", ""),
    TOLLGATE_SEALED_TABLE_BY_ID(approvals, "", "content", ""),
    TOLLGATE_SEALED_TABLE_BY_ID(people, "totp_", "totp_secret", ""),
    TOLLGATE_SEALED_TABLE_BY_ID(webhooks, "", "content", ""),
    TOLLGATE_SEALED_TABLE(replays, "key", "route", "team_id, route, key", "?, ?, ?", "", "body",
                          "")};

#undef TOLLGATE_SEALED_TABLE_BY_ID
#undef TOLLGATE_SEALED_TABLE

struct token_table {
    std::string_view kind;
    std::string_view count;
};
constexpr std::array<token_table, 6> token_tables{
    {{"api_keys", "SELECT pepper_id, COUNT(*) FROM api_keys GROUP BY pepper_id"},
     {"mcp_tokens", "SELECT pepper_id, COUNT(*) FROM mcp_tokens GROUP BY pepper_id"},
     {"oauth_authorizations",
      "SELECT refresh_pepper_id, COUNT(*) FROM oauth_authorizations GROUP BY refresh_pepper_id"},
     {"sessions", "SELECT pepper_id, COUNT(*) FROM sessions GROUP BY pepper_id"},
     {"recovery_codes", "SELECT pepper_id, COUNT(*) FROM recovery_codes GROUP BY pepper_id"},
     {"invitations",
      "SELECT invitation_pepper_id, COUNT(*) FROM people WHERE invitation_hash IS NOT NULL GROUP "
      "BY invitation_pepper_id"}}};

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
    opened_values(database_place place, transfer::endpoint at)
        : place_(std::move(place)), at_(std::move(at)) {}

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

    result<std::vector<token_use>> count_tokens() override {
        return reported([&] {
            std::vector<token_use> out;
            for (const auto& one : token_tables) {
                sql::query rows{at_.db(), one.count};
                while (rows.next()) {
                    std::string pepper_id = rows.text();
                    out.push_back({one.kind, std::move(pepper_id), rows.integer()});
                }
            }
            return out;
        });
    }

    result<std::vector<sealed_value>> list(sealed_kind kind, const std::string& key_id,
                                           const sealed_value& after, std::int64_t limit) override {
        return reported([&] {
            const auto text = table_of(kind).list;
            if (kind != sealed_kind::replay) {
                sql::query rows{at_.db(), text, after.id, key_id, limit};
                return values_of(rows, kind);
            }
            sql::query rows{at_.db(), text, after.team_id, after.route, after.id, key_id, limit};
            return values_of(rows, kind);
        });
    }

    // Gateways may write the same rows in another order; one of the two transactions must then be
    // repeated.
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

    // The row of a killed instance remains until another instance notices its end.
    result<std::vector<instance_key>> running() override {
        try {
            const auto used = transfer::in_use(place_);
            if (!used) return used.error();
            std::vector<instance_key> out;
            if (!*used) return out;
            for (auto& one : sql::list_instances(at_.db())) out.push_back({std::move(one.id), {}});
            if (out.empty()) out.emplace_back();
            for (auto& one : out)
                one.key_id =
                    sql::find_setting(at_.db(), newest_key_setting(one.instance)).value_or("");
            return out;
        } catch (const sql::sql_error& fault) {
            return fail(errc::unavailable, "database_failed",
                        std::string{"the database failed: "} + fault.what());
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
    static std::vector<sealed_value> values_of(sql::query& rows, sealed_kind kind) {
        std::vector<sealed_value> out;
        while (rows.next()) {
            sealed_value one;
            one.kind = kind;
            one.team_id = rows.text();
            one.route = rows.text();
            one.id = rows.text();
            one.sealed.key_id = rows.text();
            one.sealed.wrapped_key = rows.bytes();
            one.sealed.ciphertext = rows.bytes();
            out.push_back(std::move(one));
        }
        return out;
    }

    std::size_t replace_once(const std::vector<sealed_again>& values) {
        std::size_t out = 0;
        at_.db().begin();
        for (const auto& [from, to] : values)
            out += static_cast<std::size_t>(
                at_.db().run(table_of(from.kind).replace, to.key_id, blob_of(to.wrapped_key),
                             blob_of(to.ciphertext), from.id, from.team_id, from.route,
                             from.sealed.key_id, blob_of(from.sealed.wrapped_key)));
        at_.db().script("COMMIT");
        return out;
    }

    static sql::blob blob_of(const std::string& bytes) { return sql::blob{bytes}; }

    const database_place place_;
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
        const auto migrations = sql::built_in_migrations(at->db().sql_dialect());
        const auto state = sql::inspect(at->db(), migrations);
        if (!state) return state.error();
        if (!state->missing.empty())
            return fail(errc::conflict, "schema_old",
                        "the database has an older schema than this binary: run 'tollgate db "
                        "migrate' first, or take the binary that runs on it");
        return std::unique_ptr<sealed_values>{new opened_values{place, std::move(*at)}};
    } catch (const sql::sql_error& fault) {
        return fail(errc::unavailable, "database_failed",
                    std::string{"the database failed: "} + fault.what());
    }
}

}  // namespace tollgate::storage
