// Connects the admin API to the pipeline, and an upstream that is bound late.
#pragma once
#include <string>

#include "server/admin/admin_api.hpp"
#include "server/pipeline/base_url.hpp"
#include "server/pipeline/pipeline.hpp"
#include "stripe/upstream/upstream.hpp"
#include "tenancy/registry.hpp"

namespace tollgate::server {

// Passes admin requests to the admin API, with the base URL of MCP URLs.
class admin_gate final : public admin_surface {
public:
    admin_gate(tenancy::registry& tenancy, base::logger& log,
               const tenancy::call_explainer& explainer, const base_urls& urls)
        : tenancy_(tenancy), api_(tenancy, log, &explainer), urls_(urls) {}

    base::awaitable<base::http_response> handle_admin(const request_context& context) override;
    base::awaitable<base::result<bool>> has_session(const request_context& context,
                                                    std::string_view team_id) override;

private:
    tenancy::registry& tenancy_;
    admin::admin_api api_;
    const base_urls& urls_;
};

// An upstream that can be referenced before it exists. Used on its loop, after bind().
class late_upstream final : public stripe::upstream {
public:
    void bind(stripe::upstream& to) { to_ = &to; }
    base::awaitable<base::result<stripe::upstream_response>> send(
        stripe::upstream_request request) override {
        return to_->send(std::move(request));
    }

private:
    stripe::upstream* to_ = nullptr;
};

}  // namespace tollgate::server
