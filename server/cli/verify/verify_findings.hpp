// The findings of a check, by name.
#pragma once
#include <string>
#include <utility>

#include "server/cli/verify/verify_report.hpp"

namespace tollgate::server {

inline check_finding held() {
    return {};
}
inline check_finding broken(std::string sentence) {
    return {check_outcome::broken, std::move(sentence)};
}
inline check_finding unclear(std::string sentence) {
    return {check_outcome::unclear, std::move(sentence)};
}
inline check_finding not_applied(std::string sentence) {
    return {check_outcome::not_applied, std::move(sentence)};
}

// `control` is what must be allowed, `refused` what must not.
inline check_finding shown_by(bool control, bool refused, std::string control_failed,
                              std::string not_refused) {
    if (!control) return unclear(std::move(control_failed));
    return refused ? held() : broken(std::move(not_refused));
}

}  // namespace tollgate::server
