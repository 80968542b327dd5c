#include "server/app/ports_file.hpp"

#include <filesystem>
#include <fstream>

#include "base/json_text.hpp"

namespace tollgate::server {

base::result<> write_ports_file(const std::string& path, const start_report& report) {
    if (path.empty()) return {};
    std::string text = "{";
    base::json_members{text}
        .text("mcp", report.mcp_address)
        .text("admin", report.admin_address)
        .text("sandbox", report.sandbox_address)
        .text("base_url", report.base_url);
    text += "}\n";
    const std::string part = path + ".part";
    std::ofstream out{part, std::ios::trunc};
    out << text;
    out.close();
    std::error_code error;
    if (out) std::filesystem::rename(part, path, error);
    if (!out || error)
        return base::fail(base::errc::unavailable, "ports_file",
                          "cannot write server.ports_file " + path, "server.ports_file");
    return {};
}

}  // namespace tollgate::server
