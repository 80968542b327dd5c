#include "stripe/content/email.hpp"

#include <catch2/catch.hpp>

namespace email_test {

using namespace tollgate::stripe;
namespace base = tollgate::base;
namespace tenancy = tollgate::tenancy;

TEST_CASE("content email: a cheap look", "[stripe][content]") {
    for (const char* good : {"a@b.c", "a.b+c@d-e.example.com"}) CHECK(is_email(good));
    for (const char* bad : {"", "@", "a@", "@b.c", "a@b", "a@b.", "a@.b", "a b@c.d", "a\"@b.c",
                            "a\\@b.c", "<a@b.c>", "a@b.c,d@e.f", "\xC3\xA4@b.c"})
        CHECK_FALSE(is_email(bad));
    CHECK_FALSE(is_email(std::string(250, 'a') + "@b.cd"));
}

}  // namespace email_test
