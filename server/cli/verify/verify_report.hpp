// What `tollgate verify` found, in three forms.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace tollgate::server {

enum class check_outcome : std::uint8_t {
    held,         // what is promised holds here, and its control worked
    broken,       // it does not hold
    unclear,      // the control did not work: what should be allowed is not, so nothing was shown
    not_applied,  // it was not tried here
};

struct check_finding {
    check_outcome outcome = check_outcome::held;
    std::string sentence{};  // of held: empty
};

struct check_report {
    std::string name;     // "revoked_address"
    std::string promise;  // as a sentence
    check_finding found;
    std::chrono::milliseconds took{0};
};

// The exit statuses of `tollgate verify`.
constexpr int verify_held = 0;         // everything was tried, and holds
constexpr int verify_broken = 1;       // something does not hold, or is unclear
constexpr int verify_not_asked = 2;    // the gateway could not be asked, or it refused
constexpr int verify_not_applied = 3;  // what was tried holds; something was not tried

int status_of(const std::vector<check_report>& reports);

// A line for people: "held         revoked_address  A revoked address …".
std::string line_of(const check_report& report);
// One JSON object: {name, promise, outcome, sentence, took_ms}.
std::string json_of(const check_report& report);
// A document that continuous integration systems read: failures are broken or unclear, skipped is
// what was not tried.
std::string junit_of(const std::vector<check_report>& reports);

}  // namespace tollgate::server
