// The types of settings as text: how each is read, and how it is shown.
#pragma once
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"
#include "server/config/config.hpp"

namespace tollgate::server {

// Each reads `text` into `out`; fails with errc::invalid_argument and the end of a sentence that
// begins with the setting.
base::result<> read(std::string& out, const std::string& text);
base::result<> read(std::vector<std::string>& out, const std::string& text);
base::result<> read(std::size_t& out, const std::string& text);
base::result<> read(std::chrono::milliseconds& out, const std::string& text);
base::result<> read(pause& out, const std::string& text);
base::result<> read(lifetime& out, const std::string& text);
base::result<> read(interval& out, const std::string& text);
base::result<> read(bool& out, const std::string& text);
base::result<> read(tenancy::call_rate& out, const std::string& text);
base::result<> read(base::log_level& out, const std::string& text);

// Each returns what read() takes.
std::string show(const std::string& value);
std::string show(std::size_t value);
std::string show(std::chrono::milliseconds value);
std::string show(pause value);
std::string show(lifetime value);
std::string show(interval value);
std::string show(const tenancy::call_rate& value);
std::string show(bool value);
std::string show(base::log_level value);
std::string show(const std::vector<std::string>& value);

}  // namespace tollgate::server
