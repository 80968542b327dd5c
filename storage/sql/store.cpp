#include "storage/sql/store.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <utility>

#include "base/worker.hpp"
#include "storage/sql/alarms.hpp"
#include "storage/sql/approvals.hpp"
#include "storage/sql/audit.hpp"
#include "storage/sql/audit_delivery.hpp"
#include "storage/sql/audit_log.hpp"
#include "storage/sql/caps.hpp"
#include "storage/sql/change_log.hpp"
#include "storage/sql/clients.hpp"
#include "storage/sql/declarations.hpp"
#include "storage/sql/hourly_counts.hpp"
#include "storage/sql/identities.hpp"
#include "storage/sql/key_checks.hpp"
#include "storage/sql/oauth.hpp"
#include "storage/sql/orders.hpp"
#include "storage/sql/people.hpp"
#include "storage/sql/policies.hpp"
#include "storage/sql/policy_changes.hpp"
#include "storage/sql/reading_store.hpp"
#include "storage/sql/reads.hpp"
#include "storage/sql/receipts.hpp"
#include "storage/sql/retention.hpp"
#include "storage/sql/revoke.hpp"
#include "storage/sql/webhooks.hpp"

namespace tollgate::storage::sql {

namespace {

using base::awaitable;
using base::result;

// The part for approvals, webhooks and sign-in.
class people_store : public reading_store {
protected:
    using reading_store::reading_store;

public:
    awaitable<result<std::optional<approval_row>>> find_approval(std::string team,
                                                                 std::string id) override {
        return select(sql::find_approval, std::move(team), std::move(id));
    }
    awaitable<result<std::vector<approval_row>>> list_approvals(std::string team,
                                                                approval_search search,
                                                                page where) override {
        return select(sql::list_approvals, std::move(team), std::move(search), std::move(where));
    }
    awaitable<result<std::vector<approval_vote>>> list_votes(std::string team,
                                                             std::string id) override {
        return select(sql::list_votes, std::move(team), std::move(id));
    }
    awaitable<result<std::optional<timestamp>>> next_approval() override {
        return select(sql::next_approval);
    }
    awaitable<result<std::vector<approval_row>>> list_overdue_approvals(
        timestamp now, std::int64_t limit) override {
        return select(sql::list_overdue, now, limit);
    }
    awaitable<result<std::optional<webhook_row>>> find_webhook(std::string team,
                                                               std::string id) override {
        return select(sql::find_webhook, std::move(team), std::move(id));
    }
    awaitable<result<std::vector<webhook_row>>> list_webhooks(std::string team) override {
        return select(sql::list_webhooks, std::move(team));
    }
    awaitable<result<std::vector<webhook_delivery_row>>> list_webhook_deliveries(
        std::string team, std::string webhook, page where) override {
        return select(sql::list_webhook_deliveries, std::move(team), std::move(webhook),
                      std::move(where));
    }
    awaitable<result<std::vector<webhook_row>>> list_webhooks_due(timestamp now,
                                                                  std::int64_t limit) override {
        return select(sql::list_webhooks_due, now, limit);
    }
    awaitable<result<std::optional<person_row>>> find_person(std::string team,
                                                             std::string id) override {
        return select(sql::find_person, std::move(team), std::move(id));
    }
    awaitable<result<std::vector<person_row>>> list_people(std::string team, page where) override {
        return select(sql::list_people, std::move(team), std::move(where));
    }
    awaitable<result<std::vector<person_row>>> find_people_by_email(std::string email,
                                                                    std::string team) override {
        return select(sql::find_people_by_email, std::move(email), std::move(team));
    }
    awaitable<result<std::optional<person_row>>> find_invited_person(
        std::vector<token_hash> candidates) override {
        return select(sql::find_invited_person, std::move(candidates));
    }
    awaitable<result<std::optional<signed_in_row>>> find_session(
        std::vector<token_hash> candidates) override {
        return select(sql::find_session, std::move(candidates));
    }
    awaitable<result<std::vector<session_row>>> list_sessions(std::string team, std::string person,
                                                              page where) override {
        return select(sql::list_sessions, std::move(team), std::move(person), std::move(where));
    }
    awaitable<result<log_page>> read_log(std::int64_t after, std::size_t limit) override {
        return read<log_page>(
            [after, limit](session& db) { return sql::read_log(db, after, limit); });
    }
    awaitable<result<std::vector<instance_row>>> list_instances() override {
        return read<std::vector<instance_row>>([](session& db) { return sql::list_instances(db); });
    }
    awaitable<result<std::optional<base::timestamp>>> database_time() override {
        return read<std::optional<base::timestamp>>(sql::database_time);
    }
    awaitable<result<std::optional<replay_row>>> find_replay(std::string team, std::string route,
                                                             std::string key) override {
        return select(sql::find_replay, std::move(team), std::move(route), std::move(key));
    }
};

class sql_store final : public people_store {
public:
    sql_store(std::unique_ptr<backend> database, reader_limits limits, base::logger& log)
        : people_store(std::move(database), limits, log),
          orders_(make_order_reads([this](auto use) { return read_on_thread(std::move(use)); })) {}

    order_reads& orders() override { return *orders_; }
    bool available() const override { return database().available(); }
    std::optional<std::uint64_t> reserve_bytes() const override {
        return database().reserve_bytes();
    }

    awaitable<result<>> commit(std::vector<change> changes) override {
        auto start = [this](auto handler, std::vector<change> batch) {
            auto resume_on = boost::asio::get_associated_executor(handler);
            auto shared = std::make_shared<decltype(handler)>(std::move(handler));
            auto finish = [shared, resume_on](result<> outcome) {
                boost::asio::dispatch(resume_on, [shared, done = std::move(outcome)]() mutable {
                    (*shared)(std::move(done));
                });
            };
            if (!database().write(std::move(batch), finish)) finish(busy());
        };
        auto outcome = co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&,
                                                            void(result<>)>(
            std::move(start), boost::asio::use_awaitable, std::move(changes));
        co_return outcome;
    }

    awaitable<result<std::optional<std::string>>> find_setting(std::string name) override {
        return read<std::optional<std::string>>(
            [name = std::move(name)](session& db) { return sql::find_setting(db, name); });
    }
    awaitable<result<bool>> any_team() override {
        return read<bool>([](session& db) { return sql::any_team(db); });
    }
    awaitable<result<bool>> any_live_account() override {
        return read<bool>([](session& db) { return sql::any_live_account(db); });
    }
    awaitable<result<std::optional<team_row>>> find_team(std::string id) override {
        return read<std::optional<team_row>>(
            [id = std::move(id)](session& db) { return sql::find_team(db, id); });
    }
    awaitable<result<std::vector<team_row>>> list_teams(page where) override {
        return read<std::vector<team_row>>(
            [where = std::move(where)](session& db) { return sql::list_teams(db, where); });
    }
    awaitable<result<std::optional<api_key_row>>> find_api_key(std::string team,
                                                               std::string id) override {
        return select(sql::find_api_key, std::move(team), std::move(id));
    }
    awaitable<result<std::vector<api_key_row>>> list_api_keys(std::string team,
                                                              page where) override {
        return read<std::vector<api_key_row>>(
            [team = std::move(team), where = std::move(where)](session& db) {
                return sql::list_api_keys(db, team, where);
            });
    }
    awaitable<result<std::optional<api_key_row>>> find_api_key_by_token(
        std::vector<token_hash> candidates) override {
        return read<std::optional<api_key_row>>([candidates = std::move(candidates)](session& db) {
            return sql::find_api_key_by_token(db, candidates);
        });
    }
    awaitable<result<std::optional<account_row>>> find_account(std::string team,
                                                               std::string id) override {
        return read<std::optional<account_row>>(
            [team = std::move(team), id = std::move(id)](session& db) {
                return sql::find_account(db, team, id);
            });
    }
    awaitable<result<std::vector<account_row>>> list_accounts(std::string team, std::string text,
                                                              page where) override {
        return read<std::vector<account_row>>([team = std::move(team), text = std::move(text),
                                               where = std::move(where)](session& db) {
            return sql::list_accounts(db, team, text, where);
        });
    }
    awaitable<result<std::optional<server_row>>> find_server(std::string team, std::string account,
                                                             std::string id) override {
        return read<std::optional<server_row>>(
            [team = std::move(team), account = std::move(account),
             id = std::move(id)](session& db) { return sql::find_server(db, team, account, id); });
    }
    awaitable<result<std::vector<server_row>>> list_servers(std::string team, std::string account,
                                                            page where) override {
        return read<std::vector<server_row>>([team = std::move(team), account = std::move(account),
                                              where = std::move(where)](session& db) {
            return sql::list_servers(db, team, account, where);
        });
    }
    awaitable<result<std::vector<std::string>>> server_ids(std::string team,
                                                           std::string account) override {
        return read<std::vector<std::string>>(
            [team = std::move(team), account = std::move(account)](session& db) {
                return sql::server_ids(db, team, account);
            });
    }
    awaitable<result<std::int64_t>> count_servers(std::string team, std::string account) override {
        return read<std::int64_t>(
            [team = std::move(team), account = std::move(account)](session& db) {
                return sql::count_unrevoked(db, team, account);
            });
    }
    awaitable<result<std::optional<grant_row>>> find_grant(
        std::vector<token_hash> candidates) override {
        return read<std::optional<grant_row>>([candidates = std::move(candidates)](session& db) {
            return sql::find_grant(db, candidates);
        });
    }
    awaitable<result<std::optional<server_token_row>>> find_token(
        std::vector<token_hash> candidates) override {
        return read<std::optional<server_token_row>>(
            [candidates = std::move(candidates)](session& db) {
                return sql::find_token(db, candidates);
            });
    }
    awaitable<result<std::vector<server_row>>> search_servers(std::string team,
                                                              server_search search,
                                                              page where) override {
        return select(sql::search_servers, std::move(team), std::move(search), std::move(where));
    }
    awaitable<result<std::vector<key_name>>> find_key_names(std::string team,
                                                            std::vector<std::string> ids) override {
        return read<std::vector<key_name>>(
            [team = std::move(team), ids = std::move(ids)](session& db) {
                return sql::find_key_names(db, team, ids);
            });
    }
    awaitable<result<std::optional<described_server_row>>> describe_server(
        std::string id) override {
        return read<std::optional<described_server_row>>(
            [id = std::move(id)](session& db) { return sql::describe_server(db, id); });
    }
    awaitable<result<std::optional<oauth_client_row>>> find_oauth_client(std::string team,
                                                                         std::string server,
                                                                         std::string id) override {
        return select(sql::find_client, std::move(team), std::move(server), std::move(id));
    }
    awaitable<result<std::optional<authorization_row>>> find_authorization(
        std::string id) override {
        return read<std::optional<authorization_row>>(
            [id = std::move(id)](session& db) { return sql::find_authorization(db, id); });
    }
    awaitable<result<std::vector<authorization_row>>> list_authorizations(std::string team,
                                                                          std::string server,
                                                                          page where) override {
        return select(sql::list_authorizations, std::move(team), std::move(server),
                      std::move(where));
    }
    awaitable<result<std::optional<timestamp>>> next_alarm() override {
        return read<std::optional<timestamp>>([](session& db) { return sql::next_alarm(db); });
    }
    awaitable<result<store_counts>> count_rows() override {
        return read<store_counts>([](session& db) { return sql::count_rows(db); });
    }
    awaitable<result<std::optional<receipt_row>>> find_receipt(std::string team,
                                                               std::string id) override {
        return select(sql::find_receipt, std::move(team), std::move(id));
    }
    awaitable<result<std::vector<receipt_row>>> list_receipts(std::string team,
                                                              receipt_search search,
                                                              page where) override {
        return select(sql::list_receipts, std::move(team), std::move(search), std::move(where));
    }
    awaitable<result<std::optional<timestamp>>> next_key_check() override {
        return read<std::optional<timestamp>>([](session& db) { return sql::next_key_check(db); });
    }
    awaitable<result<std::optional<timestamp>>> next_retention() override {
        return read<std::optional<timestamp>>([](session& db) { return sql::next_retention(db); });
    }
    awaitable<result<std::optional<timestamp>>> next_receipt() override {
        return read<std::optional<timestamp>>([](session& db) { return sql::next_receipt(db); });
    }
    awaitable<result<std::vector<audit_row>>> list_audit(std::string team, audit_search search,
                                                         page where) override {
        return select(sql::list_audit, std::move(team), std::move(search), std::move(where));
    }
    awaitable<result<std::vector<audit_entry>>> list_audit_in_log(std::string team,
                                                                  audit_search search,
                                                                  std::int64_t from,
                                                                  std::int64_t to,
                                                                  std::size_t limit) override {
        return select(sql::list_audit_in_log, std::move(team), std::move(search), from, to, limit);
    }
    awaitable<result<std::vector<audit_entry>>> list_audit_not_in_log(std::string team,
                                                                      audit_search search,
                                                                      timestamp after,
                                                                      std::string after_id,
                                                                      std::size_t limit) override {
        return select(sql::list_audit_not_in_log, std::move(team), std::move(search), after,
                      std::move(after_id), limit);
    }
    awaitable<result<std::optional<std::int64_t>>> first_audit_position(std::string team,
                                                                        timestamp from,
                                                                        timestamp before) override {
        return select(sql::first_audit_position, std::move(team), from, before);
    }
    awaitable<result<std::vector<mcp_client_row>>> list_mcp_clients(std::string team,
                                                                    std::string server) override {
        return select(sql::list_mcp_clients, std::move(team), std::move(server));
    }
    awaitable<result<std::vector<audit_waiting>>> count_waiting_audit() override {
        return read<std::vector<audit_waiting>>(
            [](session& db) { return sql::count_waiting_audit(db); });
    }
    awaitable<result<std::vector<audit_entry>>> list_waiting_audit(std::string team,
                                                                   std::size_t limit,
                                                                   std::size_t bytes_max) override {
        return select(sql::list_waiting_audit, std::move(team), limit, bytes_max);
    }
    awaitable<result<std::vector<cap_state>>> find_cap(std::string cap,
                                                       std::int64_t from) override {
        return select(sql::find_cap, std::move(cap), from);
    }
    awaitable<result<std::optional<declarations_row>>> find_declarations(
        std::string team, std::string account) override {
        return select(sql::find_declarations, std::move(team), std::move(account));
    }
    awaitable<result<std::optional<policy_row>>> find_policy(std::string team,
                                                             std::string account) override {
        return select(sql::find_policy, std::move(team), std::move(account));
    }
    awaitable<result<std::vector<policy_row>>> list_policy_versions(std::string team,
                                                                    std::string account,
                                                                    std::int64_t before,
                                                                    std::int64_t limit) override {
        return select(sql::list_policy_versions, std::move(team), std::move(account), before,
                      limit);
    }
    awaitable<result<std::optional<policy_change_row>>> find_policy_change(
        std::string team, std::string id) override {
        return select(sql::find_policy_change, std::move(team), std::move(id));
    }
    awaitable<result<std::vector<policy_change_row>>> list_policy_changes(
        std::string team, std::optional<timestamp> pending_at, std::int64_t limit) override {
        return select(sql::list_policy_changes, std::move(team), pending_at, limit);
    }
    awaitable<result<std::optional<audit_log_row>>> find_audit_log(std::string team) override {
        return read<std::optional<audit_log_row>>(
            [team = std::move(team)](session& db) { return sql::find_audit_log(db, team); });
    }
    awaitable<result<std::vector<audit_log_row>>> list_audit_logs() override {
        return read<std::vector<audit_log_row>>(
            [](session& db) { return sql::list_audit_logs(db); });
    }
    awaitable<result<std::optional<std::string>>> find_audit_tile(std::string team,
                                                                  std::int64_t level,
                                                                  std::int64_t number) override {
        return select(sql::find_audit_tile, std::move(team), level, number);
    }
    awaitable<result<std::vector<audit_entry>>> list_audit_entries(std::string team,
                                                                   std::int64_t from,
                                                                   std::int64_t to) override {
        return select(sql::list_audit_entries, std::move(team), from, to);
    }
    awaitable<result<std::vector<audit_entry>>> list_receipt_audit(std::string team,
                                                                   std::string receipt) override {
        return select(sql::list_receipt_audit, std::move(team), std::move(receipt));
    }
    awaitable<result<std::vector<audit_delivery_row>>> list_deliveries_due(
        std::string destination, audit_delivery_due when) override {
        return select(sql::list_deliveries_due, std::move(destination), when);
    }
    awaitable<result<std::vector<audit_delivery_row>>> list_deliveries(std::string destination,
                                                                       std::string team,
                                                                       std::size_t limit) override {
        return select(sql::list_deliveries, std::move(destination), std::move(team), limit);
    }
    awaitable<result<audit_delivery_sum>> sum_deliveries(std::string destination,
                                                         std::string team_id) override {
        return select(sql::sum_deliveries, std::move(destination), std::move(team_id));
    }
    awaitable<result<std::vector<hourly_count>>> list_hourly_counts(std::string team,
                                                                    std::string scope,
                                                                    std::int64_t from,
                                                                    std::int64_t to) override {
        return select(sql::list_hourly_counts, std::move(team), std::move(scope), from, to);
    }
    awaitable<result<std::optional<person_row>>> find_person_of_identity(
        std::string team, std::string issuer, std::string subject) override {
        return select(sql::find_person_of_identity, std::move(team), std::move(issuer),
                      std::move(subject));
    }
    awaitable<result<std::optional<linked_person>>> find_sign_in_link(
        std::vector<token_hash> candidates) override {
        return select(sql::find_sign_in_link, std::move(candidates));
    }

private:
    std::unique_ptr<order_reads> orders_;
};

}  // namespace

std::unique_ptr<record_store> make_store(std::unique_ptr<backend> database, reader_limits limits,
                                         base::logger& log) {
    return std::make_unique<sql_store>(std::move(database), limits, log);
}

}  // namespace tollgate::storage::sql
