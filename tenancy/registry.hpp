// The entry point of this room: builds its parts and starts them.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/admin/accounts.hpp"
#include "tenancy/admin/declarations.hpp"
#include "tenancy/admin/exceptions.hpp"
#include "tenancy/admin/mass_revoke.hpp"
#include "tenancy/admin/order_sync.hpp"
#include "tenancy/admin/person_servers.hpp"
#include "tenancy/admin/policies.hpp"
#include "tenancy/admin/policy_changes.hpp"
#include "tenancy/admin/replays.hpp"
#include "tenancy/admin/servers.hpp"
#include "tenancy/admin/suspension.hpp"
#include "tenancy/admin/teams.hpp"
#include "tenancy/admin/token_finder.hpp"
#include "tenancy/admin/webhooks.hpp"
#include "tenancy/approvals/approvals.hpp"
#include "tenancy/audit/audit_trail.hpp"
#include "tenancy/audit/client_sightings.hpp"
#include "tenancy/audit/log_key.hpp"
#include "tenancy/audit/log_reader.hpp"
#include "tenancy/audit/usage.hpp"
#include "tenancy/changes/change_feed.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/grants/grants.hpp"
#include "tenancy/oauth/authorizations.hpp"
#include "tenancy/oauth/clients.hpp"
#include "tenancy/orders/orders.hpp"
#include "tenancy/people/credentials.hpp"
#include "tenancy/people/people.hpp"
#include "tenancy/people/sessions.hpp"
#include "tenancy/people/single_sign_on.hpp"
#include "tenancy/receipts/receipts.hpp"
#include "tenancy/work/alarms.hpp"
#include "tenancy/work/approval_executor.hpp"
#include "tenancy/work/approval_viewer.hpp"
#include "tenancy/work/audit_delivery.hpp"
#include "tenancy/work/audit_integrator.hpp"
#include "tenancy/work/key_checker.hpp"
#include "tenancy/work/reauth.hpp"
#include "tenancy/work/receipt_resolver.hpp"
#include "tenancy/work/refund_sender.hpp"
#include "tenancy/work/retention.hpp"
#include "tenancy/work/team_events.hpp"
#include "tenancy/work/webhook_sender.hpp"

namespace tollgate::tenancy {

// The setting in the store that holds the id of the pepper under which its tokens are hashed.
constexpr std::string_view pepper_check_name = "pepper_id";

struct tenancy_options {
    key_source master_key{.text = {}, .file = "tollgate-master.key"};
    key_source peppers{.text = {}, .file = "tollgate-peppers.key"};
    tenancy_limits limits;
    feed_rules feed;  // shared: other instances use the store
    oauth::oauth_rules oauth;
    people_rules people{};
    storage::external_orders* external_orders = nullptr;  // outlives the registry; may be null
    const declaration_reader* declarations = nullptr;     // outlives the registry; may be null
};

// The result of the start; printed once by main.
struct boot_report {
    std::optional<new_team> first_team;  // on the very first start only: the owner team and its key
};

// All parts of tenancy. Thread-safe unless a member says otherwise.
class registry {
public:
    // `verifier` may be null. References must outlive the registry. See make_registry.
    registry(environment env, const tenancy_options& options, credential_verifier* verifier,
             std::vector<std::string> created_files);
    registry(const registry&) = delete;
    registry& operator=(const registry&) = delete;

    // Await once before anything else. Checks that this store was written with this master key and
    // these peppers. On the first start, creates the key of the audit logs and the owner team.
    // Fails with errc::corrupt "wrong_master_key" or "wrong_peppers", as audit_log_key::open()
    // does, and with conflict "live_account_present" if live accounts are off and there is one; the
    // process must not start then.
    base::awaitable<base::result<boot_report>> bootstrap();

    // Key files that were created because they did not exist; shown at startup.
    const std::vector<std::string>& created_files() const { return created_files_; }

    // Every few seconds until stop_background(), and once more at the end: writes use counts and
    // removes expired stored answers. Runs on the caller's executor; start it once.
    base::awaitable<> run_background();
    // Ends run_background() soon. Call on its executor's thread.
    void stop_background();

    class teams& teams() { return teams_; }
    class api_keys& api_keys() { return api_keys_; }
    class accounts& accounts() { return accounts_; }
    class servers& servers() { return servers_; }
    class mass_revoke& mass_revoke() { return mass_revoke_; }
    // The MCP servers of one person, together.
    class person_servers& person_servers() { return person_servers_; }
    class policies& policies() { return policies_; }
    class policy_changes& policy_changes() { return policy_changes_; }
    class declarations& declarations() { return declarations_; }
    class rule_exceptions& exceptions() { return exceptions_; }
    class suspension& suspension() { return suspension_; }
    class token_finder& token_finder() { return token_finder_; }
    oauth::authorizations& authorizations() { return authorizations_; }
    oauth::clients& oauth_clients() { return oauth_clients_; }
    class grants& grants() { return grants_; }
    class replays& replays() { return replays_; }
    // Notify it of credentials that Stripe refuses; start its run() beside run_background().
    reauth_marker& reauth() { return reauth_; }
    // Due-time jobs; start its run() beside run_background().
    class alarms& alarms() { return alarms_; }
    // The audit log; start its run() beside run_background().
    audit_trail& audit() { return audit_; }
    // Stops the thread that hashes passwords; as password_worker::join().
    void join_threads() { passwords_.join(); }
    // People who sign in, with their passwords, codes and sessions.
    class people& people() { return people_; }
    class credentials& credentials() { return credentials_; }
    class sessions& sessions() { return sessions_; }
    // Sign-in with an identity provider; off until its use().
    class single_sign_on& single_sign_on() { return single_sign_on_; }
    // As read_usage().
    base::awaitable<base::result<usage_report>> usage(std::string team_id, std::string scope_id,
                                                      std::int64_t hours) const {
        return read_usage(env_, std::move(team_id), std::move(scope_id), hours);
    }
    // Which clients were seen at MCP servers.
    client_sightings& clients() { return clients_; }
    // Tells open streams what happens; start its run() beside run_background().
    team_events& events() { return events_; }
    // The record of every write.
    class receipts& receipts() { return receipts_; }
    // The companies' own orders.
    class orders& orders() { return orders_; }
    // Imports orders from payments, after read_with().
    class order_sync& order_sync() { return order_sync_; }
    // Writes refund logs to the companies' own databases; start its run() beside run_background().
    class refund_sender& refund_sender() { return refund_sender_; }
    // Resolves writes whose answer was lost; start its run() beside run_background(), after
    // send_with().
    receipt_resolver& resolver() { return resolver_; }
    // Calls that wait for people's approval.
    class approvals& approvals() { return approvals_; }
    // Executes approved calls; start its run() beside run_background(), after call_with().
    approval_executor& executor() { return executor_; }
    // Shows what these calls are about; it can after its read_with().
    class approval_viewer& approval_viewer() { return approval_viewer_; }
    // The addresses that receive the events of approvals.
    class webhooks& webhooks() { return webhooks_; }
    // Sends events to webhooks; start its run() beside run_background(), after send_with().
    class webhook_sender& webhook_sender() { return webhook_sender_; }
    // Gives audit records their positions in the teams' logs; start its run() beside
    // run_background().
    class audit_integrator& audit_integrator() { return audit_integrator_; }
    // Removes records that teams no longer keep; start its run() beside run_background().
    class retention& retention() { return retention_; }
    class key_checker& key_checker() { return key_checker_; }
    // Serves and proves the contents of the teams' logs.
    audit_log_reader& audit_log() { return audit_log_; }
    // Sends the audit logs to other systems; start its workers beside run_background().
    class audit_delivery& audit_delivery() { return audit_delivery_; }
    // Other instances' changes; start its run() beside run_background() if feed_rules::log is on.
    change_feed& changes() { return changes_; }
    // Whether caches are trusted now, or each request asks the record store.
    const cache_lease& lease() const { return *env_.lease; }
    const vault& secrets() const { return env_.secrets; }
    const tool_directory& tools() const { return env_.tools; }
    const base::clock& clock() const { return env_.clock; }

private:
    base::awaitable<base::result<>> check_modes();
    base::awaitable<base::result<>> check_master_key();
    base::awaitable<base::result<>> check_peppers();
    base::awaitable<> work_once();

    environment env_;
    std::vector<std::string> created_files_;
    change_feed changes_;
    class api_keys api_keys_;
    class grants grants_;
    class alarms alarms_;
    reauth_marker reauth_;
    class teams teams_;
    class accounts accounts_;
    class servers servers_;
    class mass_revoke mass_revoke_;
    class person_servers person_servers_;
    class policies policies_;
    class policy_changes policy_changes_;
    class rule_exceptions exceptions_;
    class suspension suspension_;
    oauth::authorizations authorizations_;
    oauth::clients oauth_clients_;
    class token_finder token_finder_;
    class replays replays_;
    audit_trail audit_;
    const people_rules people_rules_;
    password_worker passwords_;
    class people people_;
    class credentials credentials_;
    class sessions sessions_;
    class single_sign_on single_sign_on_;
    team_events events_;
    class receipts receipts_;
    class orders orders_;
    class order_sync order_sync_;
    class refund_sender refund_sender_;
    receipt_resolver resolver_;
    class approvals approvals_;
    approval_executor executor_;
    class approval_viewer approval_viewer_;
    class webhook_sender webhook_sender_;
    class webhooks webhooks_;
    audit_log_key audit_key_;
    class audit_integrator audit_integrator_;
    audit_log_reader audit_log_;
    class retention retention_;
    class key_checker key_checker_;
    class audit_delivery audit_delivery_;
    client_sightings clients_;
    bool stopping_ = false;
    std::optional<boost::asio::steady_timer> tick_;
    class declarations declarations_;
};

// Loads the keys and builds the registry. Blocks (key files). Fails as load_key_ring does.
base::result<std::unique_ptr<registry>> make_registry(storage::record_store& store,
                                                      const base::clock& clock, base::logger& log,
                                                      const tool_directory& tools,
                                                      credential_verifier* verifier,
                                                      const tenancy_options& options);

}  // namespace tollgate::tenancy
