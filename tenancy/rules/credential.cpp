#include "tenancy/rules/credential.hpp"

#include <algorithm>
#include <array>

namespace tollgate::tenancy {

namespace {

struct known_prefix {
    std::string_view text;
    account_mode mode;
    bool restricted;
};
constexpr std::array<known_prefix, 4> accepted{{
    {"rk_test_", account_mode::test, true},
    {"rk_live_", account_mode::live, true},
    {"sk_test_", account_mode::test, false},
    {"sk_live_", account_mode::live, false},
}};

struct refused_prefix {
    std::string_view text;
    std::string_view code;
    std::string_view message;
};
constexpr std::array<refused_prefix, 5> refused{{
    {"pk_", "publishable_key",
     "this is a publishable key, which cannot call the API: give a restricted key (rk_…) or a "
     "secret key (sk_…) of the same account"},
    {"sk_org_", "organization_key",
     "this is an organization key, which reaches every account of an organization: give a "
     "restricted key (rk_…) of the one account to connect"},
    {"whsec_", "webhook_secret",
     "this is a webhook signing secret: give a restricted key (rk_…) or a secret key (sk_…)"},
    {"ek_", "ephemeral_key",
     "this is an ephemeral key, which expires within the hour: give a restricted key (rk_…)"},
    {"tgk_", "gateway_key",
     "this is an API key of this gateway, not of Stripe: give a restricted key (rk_…)"},
}};

constexpr std::size_t random_min = 8;
constexpr std::size_t random_max = 240;

base::failure shape() {
    return base::invalid(
        "credential_shape",
        "this is not a Stripe key: give the whole key, which begins with rk_test_, "
        "rk_live_, sk_test_ or sk_live_ and has no spaces",
        "credential");
}

}  // namespace

base::result<credential_facts> check_credential(std::string_view credential) {
    for (const refused_prefix& prefix : refused)
        if (credential.starts_with(prefix.text))
            return base::invalid(std::string{prefix.code}, std::string{prefix.message},
                                 "credential");
    const auto word = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               c == '_';
    };
    for (const known_prefix& prefix : accepted) {
        if (!credential.starts_with(prefix.text)) continue;
        const std::string_view rest = credential.substr(prefix.text.size());
        if (rest.size() < random_min || rest.size() > random_max) return shape();
        if (!std::all_of(rest.begin(), rest.end(), word)) return shape();
        return credential_facts{prefix.mode, prefix.restricted,
                                std::string{rest.substr(rest.size() - 4)}};
    }
    return shape();
}

}  // namespace tollgate::tenancy
