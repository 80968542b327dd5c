// What `config check` and `doctor` find, as lines and as JSON.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::server::checks {

enum class level : std::uint8_t {
    ok,
    skipped,  // not applicable here: never counted as good
    warning,  // the gateway runs, but somebody should know
    failure,  // something does not work until it is mended
};

struct finding {
    std::string name;  // "store"
    level found = level::ok;
    std::string what;   // a sentence without its full stop; no secrets
    std::string fix{};  // of warning and failure: what to do
};

using findings = std::vector<finding>;

finding ok(std::string name, std::string what);
finding skipped(std::string name, std::string why);
finding warning(std::string name, std::string what, std::string fix);
finding failure(std::string name, std::string what, std::string fix);

// The word of a level: "ok", "skip", "warn", "FAIL".
std::string_view word_of(level value);

// A line for people, and for what needs mending a second one: "      fix: …".
std::string line_of(const finding& one);
// {"findings":[{name, level, what, fix}], "ok":…, "skipped":…, "warnings":…, "failures":…}
std::string json_of(const findings& all);

bool any_failure(const findings& all);

}  // namespace tollgate::server::checks
