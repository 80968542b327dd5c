#include "stripe/content/prompt_arguments.hpp"

#include <catch2/catch.hpp>

namespace prompt_arguments_test {

using namespace tollgate::stripe;
namespace base = tollgate::base;
namespace tenancy = tollgate::tenancy;

TEST_CASE("content prompt_arguments: amounts as people write them", "[stripe][content]") {
    CHECK(amount_in_minor_units("2500", "usd") == 250'000);
    CHECK(amount_in_minor_units("0.5", "usd") == 50);
    CHECK(amount_in_minor_units("1500", "jpy") == 1500);
    CHECK(amount_in_minor_units("1.234", "kwd") == 1234);
    CHECK(amount_in_minor_units("999999999999.99", "usd") == 99'999'999'999'999);
    for (const char* bad : {"", "0", "0.00", "-1", "+1", "1,5", "1.", ".5", "1.234", "1e3", "1 000",
                            "9999999999999", "0x10", "1.5.0"})
        CHECK_FALSE(amount_in_minor_units(bad, "usd"));
    CHECK_FALSE(amount_in_minor_units("1.5", "jpy"));
}

}  // namespace prompt_arguments_test
