// The file with a gateway's addresses, for programs that start one on a free port.
#pragma once
#include <string>

#include "base/result.hpp"
#include "server/app/start_report.hpp"

namespace tollgate::server {

// Writes {"mcp":…,"admin":…,"sandbox":…,"base_url":…} atomically; does nothing if `path` is empty.
base::result<> write_ports_file(const std::string& path, const start_report& report);

}  // namespace tollgate::server
