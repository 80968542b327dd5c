#include "base/bearer.hpp"

#include <catch2/catch.hpp>

namespace bearer_test {

using namespace tollgate::base;

TEST_CASE("bearer: the scheme in any case, spaces around the credential, nothing of other schemes",
          "[base][bearer]") {
    const auto credential = [](std::string_view value) {
        http_request request;
        request.headers.push_back({"authorization", value});
        return std::string(bearer_credential(request));
    };
    CHECK(credential("Bearer tgk_1") == "tgk_1");
    CHECK(credential("bEARER   tgk_1  ") == "tgk_1");
    for (const auto none :
         {"", "Bearer", "Bearer ", "Bearer  ", "Basic dXNlcg==", "Bearertgk_1", " Bearer tgk_1"})
        CHECK(credential(none).empty());
    CHECK(bearer_credential({}).empty());
}

}  // namespace bearer_test
