// The admin API: teams, API keys, integrated accounts and MCP servers over HTTP. openapi.yaml is
// its contract.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/async.hpp"
#include "base/http_message.hpp"
#include "base/log.hpp"
#include "base/response_stream.hpp"
#include "server/admin/services.hpp"
#include "tenancy/audit/audit_event.hpp"
#include "tenancy/rules/call_explainer.hpp"

namespace tollgate::admin {

struct call;
struct change_note;
class open_now;
struct route;

// What the server knows about a request besides its content. The views live until handle()
// completes.
struct request_facts {
    std::string_view request_id;  // included in every problem document
    std::string_view base_url;    // "https://gateway.example", to build MCP URLs; no trailing slash
    std::string_view remote_address;  // for the log
    std::string_view counted_as{};    // whose attempts are counted: an address or a network
    bool secure = false;              // the client used https, to the gateway or to a trusted proxy
    base::response_stream* stream = nullptr;  // for an answer in parts; null: not possible
};

// Thread-safe: it has no state of its own. All references must outlive it.
class admin_api {
public:
    // `explainer` and `open` may be null: the calls that need them then fail with
    // errc::unavailable.
    admin_api(services tenancy, base::logger& log,
              const tenancy::call_explainer* explainer = nullptr, open_now* open = nullptr)
        : tenancy_(tenancy), log_(log), explainer_(explainer), open_(open) {}

    // True if the path (percent-encoded, without query) belongs to the admin API, even if its
    // answer is a 404.
    static bool owns(std::string_view path);

    // Answers a request: every input gets a response; failures become problem documents. Resumes on
    // the caller's executor; `request` and the views of `facts` live until then.
    base::awaitable<base::http_response> handle(const base::http_request& request,
                                                request_facts facts);

private:
    base::awaitable<base::result<base::http_response>> dispatch(const base::http_request& request,
                                                                request_facts facts);
    base::awaitable<base::result<base::http_response>> change(
        const call& in, base::awaitable<base::result<base::http_response>> (*run)(const call&));
    // Runs a read for which Stripe is asked. Nothing is asked while the audit log accepts no
    // record, and the answer is given once its record is durable.
    base::awaitable<base::result<base::http_response>> read_at_stripe(
        const call& in, base::awaitable<base::result<base::http_response>> (*run)(const call&));
    // Fills in the caller, by API key or by session. Failures and refusals are audited.
    base::awaitable<base::result<>> identify(call& in, const route& found);
    static std::string action_of(const call& in);
    tenancy::audit_event event_of(const call& in, std::string_view kind) const;
    void log_change(const call& in, const base::http_response& answered,
                    const change_note& note) const;
    // The first is for the audit log, the second for the JSON log.
    void note_refusal(const call& in, const base::failure& why) const;
    void log_refusal(const call& in, const base::failure& why) const;

    services tenancy_;
    base::logger& log_;
    const tenancy::call_explainer* explainer_;
    open_now* open_;
};

}  // namespace tollgate::admin
