#include "tenancy/oauth/refresh_token.hpp"

#include <catch2/catch.hpp>

#include "base/crypto.hpp"
#include "tenancy/secrets/key_ring.hpp"
#include "tests/support/tenancy_fixture.hpp"

namespace refresh_token_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using namespace tollgate::tenancy::oauth;
using namespace std::chrono_literals;

namespace {

token_hasher hasher_of(const std::string& peppers) {
    key_source source;
    source.text = peppers;
    return token_hasher{load_key_ring(source, "pepper").value().ring};
}

}  // namespace

TEST_CASE("tenancy refresh_token: each follows from the one before, also under an older pepper",
          "[tenancy][oauth]") {
    const std::string old_pepper = test::pepper_text;
    const std::string new_pepper = test::master_key_text;
    const auto before = hasher_of(old_pepper);
    const std::string id = "oaz_4fTq0zPbX1c9LmYd8RkWvA2e";
    const std::string first{first_refresh_token(before, id).reveal()};
    CHECK(first.size() == 72);
    CHECK(authorization_of(before, first) == id);
    CHECK(first_refresh_token(before, id).reveal() != first);
    const std::string second{next_refresh_token(before, first).reveal()};
    CHECK(second != first);
    CHECK(next_refresh_token(before, first).reveal() == second);
    CHECK(authorization_of(before, second) == id);
    for (std::size_t i = 0; i < first.size(); ++i) {
        std::string changed = first;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        CHECK_FALSE(authorization_of(before, changed));
    }
    CHECK_FALSE(authorization_of(before, ""));
    CHECK_FALSE(authorization_of(hasher_of(new_pepper), first));
    const auto both = hasher_of(old_pepper + "\n" + new_pepper);
    CHECK(authorization_of(both, first) == id);
    CHECK(stored_as(both, first, before.hash(first)));
    CHECK_FALSE(stored_as(both, second, before.hash(first)));
    CHECK(authorization_of(both, next_refresh_token(both, first).reveal()) == id);
}

}  // namespace refresh_token_test
