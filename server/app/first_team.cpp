#include "server/app/first_team.hpp"

#include "server/app/first_key_file.hpp"
#include "server/process/bind.hpp"
#include "tenancy/registry.hpp"

namespace tollgate::server {

base::result<> boot_first_team(const config& value, boost::asio::io_context& io,
                               tenancy::registry& tenancy, bool first_start, base::logger& log,
                               start_report& report) {
    const std::string& path = value.server.first_api_key_file;
    auto file = first_key_file::reserve(first_start ? path : "");
    if (!file) return file.error();
    auto booted = run_now(io, tenancy.bootstrap());
    if (!booted) return booted.error();
    if (!booted->first_team) return {};
    const auto key = booted->first_team->first_key.secret.reveal();
    if (!file->reserved()) {
        report.first_api_key = std::string(key);
        return {};
    }
    auto kept = file->keep(key);
    if (!kept) return kept;
    report.first_api_key_file = path;
    log.info("first_api_key_written", {{"file", path}});
    return {};
}

}  // namespace tollgate::server
