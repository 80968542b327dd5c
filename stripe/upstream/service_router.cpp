#include "stripe/upstream/service_router.hpp"

#include <map>
#include <string>
#include <utility>

#include "stripe/upstream/hidden_credential.hpp"
#include "stripe/upstream/pool.hpp"

namespace tollgate::stripe {

namespace {

using reach = tenancy::service_hosts::reach;

class service_router final : public upstream {
public:
    service_router(base::executor where, base::deadline_set& deadlines,
                   std::unique_ptr<upstream> stripe, const service_reach& services,
                   base::logger& log)
        : where_(std::move(where)),
          deadlines_(deadlines),
          stripe_(std::move(stripe)),
          services_(services),
          log_(log) {}

    base::awaitable<base::result<upstream_response>> send(upstream_request request) override {
        if (!request.access.service) {
            auto sent = co_await stripe_->send(std::move(request));
            co_return sent;
        }
        const auto& service = *request.access.service;
        const auto allowed = services_.allowed.reach_of(service);
        if (allowed == reach::none || services_.tls == nullptr)
            co_return base::fail(base::errc::forbidden, "host_refused",
                                 tenancy::service_hosts::refusal(service).message);
        auto& pool = pool_of(service, allowed);
        const auto& account = request.access;
        auto sent = co_await pool.send(std::move(request));
        if (sent) hide_credential(*sent, account);
        co_return sent;
    }

private:
    // There are at most as many pools as hosts that the operator allows.
    upstream& pool_of(const tenancy::service_access& service, reach allowed) {
        const std::string name = (service.tls ? "https://" : "http://") + service.authority();
        auto& pool = pools_[name];
        if (pool == nullptr) {
            auto options = service_options(services_.like, service);
            options.public_only = allowed != reach::anywhere;
            pool = make_upstream_pool(where_, deadlines_, services_.tls, std::move(options), log_);
        }
        return *pool;
    }

    base::executor where_;
    base::deadline_set& deadlines_;
    std::unique_ptr<upstream> stripe_;
    const service_reach& services_;
    base::logger& log_;
    std::map<std::string, std::unique_ptr<upstream>> pools_;  // by the service's address
};

}  // namespace

std::unique_ptr<upstream> make_service_router(base::executor where, base::deadline_set& deadlines,
                                              std::unique_ptr<upstream> stripe,
                                              const service_reach& services, base::logger& log) {
    return std::make_unique<service_router>(std::move(where), deadlines, std::move(stripe),
                                            services, log);
}

}  // namespace tollgate::stripe
