// The admin API: teams, API keys, integrated accounts and MCP servers over HTTP. openapi.yaml is
// its contract.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/async.hpp"
#include "base/http_message.hpp"
#include "base/log.hpp"
#include "tenancy/registry.hpp"
#include "tenancy/rules/call_explainer.hpp"

namespace tollgate::admin {

struct call;
struct change_note;

// What the server knows of a request besides its bytes. The views live until handle() completes.
struct request_facts {
    std::string_view request_id;  // answered in every problem
    std::string_view
        base_url;  // "https://gateway.example", for building MCP URLs; no slash at the end
    std::string_view remote_address;  // for the log
};

// Thread-safe: holds no state of its own. All references must outlive it.
class admin_api {
public:
    // `explainer` may be null: then explain gives errc::unavailable.
    admin_api(tenancy::registry& tenancy, base::logger& log,
              const tenancy::call_explainer* explainer = nullptr)
        : tenancy_(tenancy), log_(log), explainer_(explainer) {}

    // True when the path (percent-encoded, without query) is the admin API's to answer, be it with
    // 404.
    static bool owns(std::string_view path);

    // Answers a request: any input gets a response, with a problem document for what went wrong.
    // Resumes on the caller's executor; `request` and the views of `facts` live until then.
    base::awaitable<base::http_response> handle(const base::http_request& request,
                                                request_facts facts);

private:
    base::awaitable<base::result<base::http_response>> dispatch(const base::http_request& request,
                                                                request_facts facts);
    void log_change(const call& in, const base::http_response& answered,
                    const change_note& note) const;
    void log_refusal(const call& in, const base::failure& why) const;

    tenancy::registry& tenancy_;
    base::logger& log_;
    const tenancy::call_explainer* explainer_;
};

}  // namespace tollgate::admin
