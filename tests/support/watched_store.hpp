// A record store between the test and the real one.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/record_store.hpp"

namespace tollgate::test {

template <typename Value>
using stored = base::awaitable<base::result<Value>>;
template <typename Row>
using stored_rows = stored<std::vector<Row>>;

using due_time = std::optional<storage::timestamp>;

// A store that counts its look-ups, and calls the test while one is under way.
class watched_store final : public storage::record_store {
public:
    explicit watched_store(storage::record_store& inner) : inner_(inner) {}

    stored<std::optional<storage::grant_row>> find_grant(
        std::vector<storage::token_hash> candidates) override {
        ++grant_lookups;
        auto row = co_await inner_.find_grant(std::move(candidates));
        if (after_read) {
            auto once = std::exchange(after_read, nullptr);
            auto done = co_await once();
            if (!done) co_return done.error();
        }
        co_return row;
    }
    std::optional<std::uint64_t> reserve_bytes() const override { return reserve; }
    storage::order_reads& orders() override { return inner_.orders(); }
    base::awaitable<base::result<>> commit(std::vector<storage::change> changes) override {
        if (fail_commits || (refuses && refuses(changes))) return refuse();
        return inner_.commit(std::move(changes));
    }
    stored<std::optional<std::string>> find_setting(std::string name) override {
        return inner_.find_setting(std::move(name));
    }
    stored<bool> any_team() override { return inner_.any_team(); }
    stored<bool> any_live_account() override { return inner_.any_live_account(); }
    stored<std::optional<storage::webhook_row>> find_webhook(std::string team,
                                                             std::string id) override {
        return inner_.find_webhook(std::move(team), std::move(id));
    }
    stored_rows<storage::webhook_row> list_webhooks(std::string team) override {
        return inner_.list_webhooks(std::move(team));
    }
    stored_rows<storage::webhook_delivery_row> list_webhook_deliveries(
        std::string team, std::string webhook, storage::page where) override {
        return inner_.list_webhook_deliveries(std::move(team), std::move(webhook),
                                              std::move(where));
    }
    stored_rows<storage::webhook_row> list_webhooks_due(storage::timestamp now,
                                                        std::int64_t limit) override {
        return inner_.list_webhooks_due(now, limit);
    }
    stored<std::optional<storage::team_row>> find_team(std::string id) override {
        return inner_.find_team(std::move(id));
    }
    stored_rows<storage::team_row> list_teams(storage::page where) override {
        return inner_.list_teams(std::move(where));
    }
    stored<std::optional<storage::api_key_row>> find_api_key(std::string team,
                                                             std::string id) override {
        return inner_.find_api_key(std::move(team), std::move(id));
    }
    stored_rows<storage::api_key_row> list_api_keys(std::string team,
                                                    storage::page where) override {
        return inner_.list_api_keys(std::move(team), std::move(where));
    }
    stored<std::optional<storage::api_key_row>> find_api_key_by_token(
        std::vector<storage::token_hash> candidates) override {
        ++key_lookups;
        return inner_.find_api_key_by_token(std::move(candidates));
    }
    stored<std::optional<storage::account_row>> find_account(std::string team,
                                                             std::string id) override {
        return inner_.find_account(std::move(team), std::move(id));
    }
    stored_rows<storage::account_row> list_accounts(std::string team, std::string text,
                                                    storage::page where) override {
        return inner_.list_accounts(std::move(team), std::move(text), std::move(where));
    }
    stored<std::optional<storage::server_row>> find_server(std::string team, std::string account,
                                                           std::string id) override {
        return inner_.find_server(std::move(team), std::move(account), std::move(id));
    }
    stored_rows<storage::server_row> list_servers(std::string team, std::string account,
                                                  storage::page where) override {
        return inner_.list_servers(std::move(team), std::move(account), std::move(where));
    }
    stored_rows<std::string> server_ids(std::string team, std::string account) override {
        return inner_.server_ids(std::move(team), std::move(account));
    }
    stored<std::int64_t> count_servers(std::string team, std::string account) override {
        return inner_.count_servers(std::move(team), std::move(account));
    }
    stored<std::optional<storage::server_token_row>> find_token(
        std::vector<storage::token_hash> candidates) override {
        return inner_.find_token(std::move(candidates));
    }
    stored_rows<storage::server_row> search_servers(std::string team, storage::server_search search,
                                                    storage::page where) override {
        return inner_.search_servers(std::move(team), std::move(search), std::move(where));
    }
    stored_rows<storage::key_name> find_key_names(std::string team,
                                                  std::vector<std::string> ids) override {
        return inner_.find_key_names(std::move(team), std::move(ids));
    }
    stored<std::optional<storage::described_server_row>> describe_server(std::string id) override {
        return inner_.describe_server(std::move(id));
    }
    stored<std::optional<storage::oauth_client_row>> find_oauth_client(std::string team,
                                                                       std::string server,
                                                                       std::string id) override {
        return inner_.find_oauth_client(std::move(team), std::move(server), std::move(id));
    }
    stored<std::optional<storage::authorization_row>> find_authorization(std::string id) override {
        return inner_.find_authorization(std::move(id));
    }
    stored_rows<storage::authorization_row> list_authorizations(std::string team,
                                                                std::string server,
                                                                storage::page where) override {
        return inner_.list_authorizations(std::move(team), std::move(server), std::move(where));
    }
    stored<std::optional<storage::timestamp>> next_alarm() override { return inner_.next_alarm(); }
    stored<storage::store_counts> count_rows() override { return inner_.count_rows(); }
    stored<std::optional<storage::receipt_row>> find_receipt(std::string team,
                                                             std::string id) override {
        return inner_.find_receipt(std::move(team), std::move(id));
    }
    stored_rows<storage::receipt_row> list_receipts(std::string team,
                                                    storage::receipt_search search,
                                                    storage::page where) override {
        return inner_.list_receipts(std::move(team), std::move(search), std::move(where));
    }
    stored<due_time> next_key_check() override { return inner_.next_key_check(); }
    stored<due_time> next_retention() override { return inner_.next_retention(); }
    stored<std::optional<storage::timestamp>> next_receipt() override {
        return inner_.next_receipt();
    }
    stored_rows<storage::audit_row> list_audit(std::string team, storage::audit_search search,
                                               storage::page where) override {
        return inner_.list_audit(std::move(team), std::move(search), std::move(where));
    }
    stored_rows<storage::audit_waiting> count_waiting_audit() override {
        return inner_.count_waiting_audit();
    }
    stored_rows<storage::audit_entry> list_waiting_audit(std::string team, std::size_t limit,
                                                         std::size_t bytes_max) override {
        return inner_.list_waiting_audit(std::move(team), limit, bytes_max);
    }
    stored_rows<storage::cap_state> find_cap(std::string cap, std::int64_t from) override {
        return inner_.find_cap(std::move(cap), from);
    }
    stored<std::optional<storage::declarations_row>> find_declarations(
        std::string team, std::string account) override {
        return inner_.find_declarations(std::move(team), std::move(account));
    }
    stored<std::optional<storage::policy_row>> find_policy(std::string team,
                                                           std::string account) override {
        return inner_.find_policy(std::move(team), std::move(account));
    }
    stored_rows<storage::policy_row> list_policy_versions(std::string team, std::string account,
                                                          std::int64_t before,
                                                          std::int64_t limit) override {
        return inner_.list_policy_versions(std::move(team), std::move(account), before, limit);
    }
    stored<std::optional<storage::policy_change_row>> find_policy_change(std::string team,
                                                                         std::string id) override {
        return inner_.find_policy_change(std::move(team), std::move(id));
    }
    stored_rows<storage::policy_change_row> list_policy_changes(
        std::string team, std::optional<storage::timestamp> pending_at,
        std::int64_t limit) override {
        return inner_.list_policy_changes(std::move(team), pending_at, limit);
    }
    stored<std::optional<storage::audit_log_row>> find_audit_log(std::string team) override {
        return inner_.find_audit_log(std::move(team));
    }
    stored_rows<storage::audit_log_row> list_audit_logs() override {
        return inner_.list_audit_logs();
    }
    stored<std::optional<std::string>> find_audit_tile(std::string team, std::int64_t level,
                                                       std::int64_t number) override {
        return inner_.find_audit_tile(std::move(team), level, number);
    }
    stored_rows<storage::audit_entry> list_audit_entries(std::string team, std::int64_t from,
                                                         std::int64_t to) override {
        return inner_.list_audit_entries(std::move(team), from, to);
    }
    stored_rows<storage::audit_entry> list_receipt_audit(std::string team,
                                                         std::string receipt) override {
        return inner_.list_receipt_audit(std::move(team), std::move(receipt));
    }
    stored_rows<storage::mcp_client_row> list_mcp_clients(std::string team,
                                                          std::string server) override {
        return inner_.list_mcp_clients(std::move(team), std::move(server));
    }
    stored<std::optional<std::int64_t>> first_audit_position(std::string team, base::timestamp from,
                                                             base::timestamp before) override {
        return inner_.first_audit_position(std::move(team), from, before);
    }
    stored_rows<storage::audit_entry> list_audit_in_log(std::string team,
                                                        storage::audit_search search,
                                                        std::int64_t from, std::int64_t to,
                                                        std::size_t limit) override {
        return inner_.list_audit_in_log(std::move(team), std::move(search), from, to, limit);
    }
    stored_rows<storage::audit_entry> list_audit_not_in_log(std::string team,
                                                            storage::audit_search search,
                                                            base::timestamp after,
                                                            std::string after_id,
                                                            std::size_t limit) override {
        return inner_.list_audit_not_in_log(std::move(team), std::move(search), after,
                                            std::move(after_id), limit);
    }
    stored_rows<storage::audit_delivery_row> list_deliveries_due(
        std::string destination, storage::audit_delivery_due when) override {
        return inner_.list_deliveries_due(std::move(destination), when);
    }
    stored_rows<storage::audit_delivery_row> list_deliveries(std::string destination,
                                                             std::string team,
                                                             std::size_t limit) override {
        return inner_.list_deliveries(std::move(destination), std::move(team), limit);
    }
    stored<storage::audit_delivery_sum> sum_deliveries(std::string destination,
                                                       std::string team_id) override {
        return inner_.sum_deliveries(std::move(destination), std::move(team_id));
    }
    stored_rows<storage::hourly_count> list_hourly_counts(std::string team, std::string scope,
                                                          std::int64_t from,
                                                          std::int64_t to) override {
        return inner_.list_hourly_counts(std::move(team), std::move(scope), from, to);
    }
    stored<std::optional<storage::person_row>> find_person_of_identity(std::string team,
                                                                       std::string by,
                                                                       std::string who) override {
        return inner_.find_person_of_identity(std::move(team), std::move(by), std::move(who));
    }
    stored<std::optional<storage::linked_person>> find_sign_in_link(
        std::vector<storage::token_hash> candidates) override {
        return inner_.find_sign_in_link(std::move(candidates));
    }
    stored<storage::log_page> read_log(std::int64_t after, std::size_t limit) override {
        return inner_.read_log(after, limit);
    }
    stored_rows<storage::instance_row> list_instances() override { return inner_.list_instances(); }
    base::awaitable<base::result<std::optional<base::timestamp>>> database_time() override {
        return inner_.database_time();
    }
    stored<std::optional<storage::replay_row>> find_replay(std::string team, std::string route,
                                                           std::string key) override {
        return inner_.find_replay(std::move(team), std::move(route), std::move(key));
    }

    stored<std::optional<storage::approval_row>> find_approval(std::string team,
                                                               std::string id) override {
        return inner_.find_approval(std::move(team), std::move(id));
    }
    stored_rows<storage::approval_row> list_approvals(std::string team,
                                                      storage::approval_search search,
                                                      storage::page where) override {
        return inner_.list_approvals(std::move(team), std::move(search), std::move(where));
    }
    stored<std::optional<storage::person_row>> find_person(std::string team,
                                                           std::string id) override {
        return inner_.find_person(std::move(team), std::move(id));
    }
    stored_rows<storage::person_row> list_people(std::string team, storage::page where) override {
        return inner_.list_people(std::move(team), std::move(where));
    }
    stored_rows<storage::person_row> find_people_by_email(std::string email,
                                                          std::string team) override {
        return inner_.find_people_by_email(std::move(email), std::move(team));
    }
    stored<std::optional<storage::person_row>> find_invited_person(
        std::vector<storage::token_hash> candidates) override {
        return inner_.find_invited_person(std::move(candidates));
    }
    stored<std::optional<storage::signed_in_row>> find_session(
        std::vector<storage::token_hash> candidates) override {
        return inner_.find_session(std::move(candidates));
    }
    stored_rows<storage::session_row> list_sessions(std::string team, std::string person,
                                                    storage::page where) override {
        return inner_.list_sessions(std::move(team), std::move(person), std::move(where));
    }
    stored_rows<storage::approval_vote> list_votes(std::string team, std::string id) override {
        return inner_.list_votes(std::move(team), std::move(id));
    }
    stored<std::optional<storage::timestamp>> next_approval() override {
        return inner_.next_approval();
    }
    stored_rows<storage::approval_row> list_overdue_approvals(storage::timestamp now,
                                                              std::int64_t limit) override {
        return inner_.list_overdue_approvals(now, limit);
    }

    std::function<base::awaitable<base::result<>>()> after_read;
    bool fail_commits = false;
    std::function<bool(const std::vector<storage::change>&)> refuses;
    // What a commit that is refused answers.
    base::failure fail_with =
        base::fail(base::errc::unavailable, "store_unavailable", "the disk is full");
    std::optional<std::uint64_t> reserve{};
    int grant_lookups = 0;
    int key_lookups = 0;

private:
    base::awaitable<base::result<>> refuse() const { co_return fail_with; }
    storage::record_store& inner_;
};

}  // namespace tollgate::test
