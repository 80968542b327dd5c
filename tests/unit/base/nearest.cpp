#include "base/nearest.hpp"

#include <catch2/catch.hpp>

namespace nearest_test {

using namespace tollgate::base;

TEST_CASE("nearest: counts inserted, dropped and exchanged letters", "[base][nearest]") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("abc", "") == 3);
    CHECK(edit_distance("methods", "metods") == 1);
}

TEST_CASE("nearest: suggests a close word and nothing when none is close", "[base][nearest]") {
    const std::vector<std::string_view> words{"methods", "tags", "tools"};
    CHECK(nearest_word("metods", words) == "methods");
    CHECK(nearest_word("tag", words) == "tags");
    CHECK(nearest_word("require_api_token_auth", words).empty());
    CHECK(nearest_word("", words).empty());
    CHECK(by_distance("tols", words).front() == "tools");
    CHECK(by_distance("tols", words).size() == 3);
}

}  // namespace nearest_test
