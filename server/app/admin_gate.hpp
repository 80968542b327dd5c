// Connects the admin API to the pipeline.
#pragma once
#include <string>

#include "server/admin/admin_api.hpp"
#include "server/pipeline/base_url.hpp"
#include "server/pipeline/pipeline.hpp"
#include "tenancy/work/team_events.hpp"

namespace tollgate::server {

// Passes admin requests to the admin API, with the base URL of MCP URLs.
class admin_gate final : public admin_surface {
public:
    admin_gate(const admin::services& tenancy, base::logger& log,
               const tenancy::call_explainer& explainer, admin::open_now& open,
               const base_urls& urls)
        : tenancy_(tenancy), api_(tenancy, log, &explainer, &open), urls_(urls) {}

    base::awaitable<base::http_response> handle_admin(const request_context& context) override;
    void end_streams() override { tenancy_.events().end_all(); }
    base::awaitable<base::result<bool>> has_session(const request_context& context,
                                                    std::string_view team_id) override;

private:
    admin::services tenancy_;
    admin::admin_api api_;
    const base_urls& urls_;
};

}  // namespace tollgate::server
