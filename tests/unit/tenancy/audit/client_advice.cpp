// What is advised, by how far a client got.
#include "tenancy/audit/client_advice.hpp"

#include <catch2/catch.hpp>

namespace client_advice_test {

using namespace tollgate;
using namespace tollgate::tenancy;

namespace {

base::timestamp at(int second) {
    return base::timestamp{std::chrono::seconds{second}};
}

}  // namespace

TEST_CASE("client advice: the step that is missing decides", "[tenancy]") {
    CHECK(advice_for_all({}).state == "never_seen");
    storage::mcp_client_row client;
    client.discovered_at = at(1);
    CHECK(advice_for(client).state == "discovered");
    client.listed_at = at(2);
    CHECK(advice_for(client).state == "listed");
    CHECK_FALSE(advice_for(client).text.empty());
    client.called_at = at(3);
    CHECK(advice_for(client).state == "calls");
    CHECK(advice_for(client).text.empty());
}

TEST_CASE("client advice: a refusal counts until the client gets further", "[tenancy]") {
    storage::mcp_client_row client;
    client.listed_at = at(1);
    client.refused_at = at(2);
    client.refused_status = 406;
    CHECK(advice_for(client).state == "refused");
    CHECK(advice_for(client).text.find("406") != std::string_view::npos);
    client.called_at = at(3);
    CHECK(advice_for(client).state == "calls");
}

TEST_CASE("client advice: every status of a refusal has a sentence", "[tenancy]") {
    for (const int status : {400, 401, 404, 405, 406, 413, 415, 500, 503}) {
        storage::mcp_client_row client;
        client.refused_at = at(1);
        client.refused_status = status;
        CHECK(advice_for(client).text.size() > 40);
    }
}

TEST_CASE("client advice: the client that got furthest speaks for all", "[tenancy]") {
    storage::mcp_client_row refused;
    refused.refused_at = at(9);
    refused.refused_status = 401;
    storage::mcp_client_row listed;
    listed.listed_at = at(1);
    CHECK(advice_for_all({refused}).state == "refused");
    CHECK(advice_for_all({refused, listed}).state == "listed");
    listed.called_at = at(2);
    CHECK(advice_for_all({listed, refused}).state == "calls");
}

}  // namespace client_advice_test
