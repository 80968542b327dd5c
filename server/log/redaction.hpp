// Masks secrets in log lines: each secret keeps its prefix; the rest becomes "***".
#pragma once
#include <string>
#include <string_view>

namespace tollgate::server {

// Masks in `line`: our tokens (tgm_…, tgk_…), Stripe's keys and secrets (sk_, rk_, pk_, whsec_,
// …_secret_…), values after "Bearer ", and digit runs that are card numbers (13–19 digits that pass
// the Luhn check). Other text is unchanged.
std::string redact(std::string_view line);

// The same, but copies only if something is masked: returns `line` itself, or a view of `scratch`,
// whose content is replaced.
std::string_view redact(std::string_view line, std::string& scratch);

}  // namespace tollgate::server
