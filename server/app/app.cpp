#include "server/app/app.hpp"

#include "server/app/assembly.hpp"
#include "server/app/lifecycle.hpp"
#include "server/app/worker_loop.hpp"
#include "server/version.hpp"

namespace tollgate::server {

namespace {

class gateway final : public app {
public:
    gateway(config value, base::logger& log, substitutes instead)
        : log_(log),
          parts_(make_assembly(std::move(value), log, instead)),
          lifecycle_({.settings = parts_->settings(),
                      .loops = parts_->loops(),
                      .tls = parts_->tls(),
                      .ready = parts_->ready(),
                      .log = log,
                      .finish = [this] { return parts_->finish_background(); }}) {}

    // Cancelled coroutines refer to the parts and to the lifecycle, so they are destroyed first.
    ~gateway() override { parts_->halt(); }

    base::result<start_report> start() override {
        auto made = parts_->make_loops();
        if (!made) return made.error();
        lifecycle_.watch_signals();
        auto built = parts_->build();
        if (!built) return built.error();
        parts_->run_background();
        lifecycle_.start();
        const start_report& report = parts_->report();
        log_.info("started", {{"version", version},
                              {"address", report.mcp_address},
                              {"loops", static_cast<std::int64_t>(parts_->loops().size())},
                              {"sandbox", parts_->settings().sandbox.enabled}});
        return report;
    }

    void wait() override { lifecycle_.wait(); }

private:
    base::logger& log_;
    const std::unique_ptr<assembly> parts_;
    lifecycle lifecycle_;
};

}  // namespace

std::unique_ptr<app> make_app(config value, base::logger& log, substitutes instead) {
    return std::make_unique<gateway>(std::move(value), log, instead);
}

}  // namespace tollgate::server
