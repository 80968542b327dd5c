// Strict mode: every operation of the catalogue is answered, and checked.
#include <catch2/catch.hpp>

#include "stripe/catalog/catalog.hpp"
#include "tests/unit/stripe/sandbox/client.hpp"

namespace strict_test {

using namespace tollgate;
using namespace tollgate::sandbox::test;
using stripe::encoding;
using stripe::http_method;
using stripe::response_kind;

namespace {

sandbox::options strict() {
    sandbox::options out;
    out.with_business = false;
    out.strict = true;
    return out;
}

std::string method_of(const stripe::operation& op) {
    if (op.method() == http_method::get) return "GET";
    return op.method() == http_method::post ? "POST" : "DELETE";
}

// The path with an id for each of its parameters.
std::string path_of(const stripe::operation& op) {
    std::string out;
    for (const auto& segment : op.segments())
        out += '/' + std::string(segment.is_parameter ? "id_1" : segment.view());
    return out;
}

headers type(const std::string& value) {
    return {{"Content-Type", value}};
}

// Sends `op` one parameter that it does not have.
reply with_unknown(client& box, const stripe::operation& op) {
    const auto method = method_of(op);
    if (method != "POST") return box.send(method, path_of(op) + "?colour=red");
    if (op.encoding() == encoding::json)
        return box.send(method, path_of(op), R"({"colour":"red"})", type("application/json"));
    if (op.encoding() == encoding::multipart)
        return box.send(method, path_of(op),
                        "--b\r\nContent-Disposition: form-data; name=\"colour\"\r\n\r\nred\r\n"
                        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n"
                        "\r\nx\r\n--b--\r\n",
                        type("multipart/form-data; boundary=b"));
    return box.post(path_of(op), "colour=red");
}

}  // namespace

TEST_CASE("sandbox strict: an unknown parameter is refused by every operation", "[sandbox]") {
    client box{strict()};
    std::size_t checked = 0;
    for (const auto& op : stripe::operations()) {
        const auto out = with_unknown(box, op);
        INFO(op.tool_name());
        CHECK(out.status == 400);
        CHECK(out.code() == "parameter_unknown");
        CHECK(out.param() == "colour");
        ++checked;
    }
    CHECK(checked == 695);
}

TEST_CASE("sandbox strict: answers have the kind the catalogue names", "[sandbox]") {
    client box{strict()};
    const auto made = box.post("/v1/topups", "amount=5&currency=usd&metadata[a]=b");
    CHECK(made.status == 200);
    CHECK(made.body.at("object") == "topup");
    CHECK(made.body.at("id").get<std::string>().starts_with("tu_"));
    CHECK(made.body.at("amount") == 5);
    CHECK(made.body.at("metadata").at("a") == "b");
    CHECK(made.body.at("created") == 1763640000 + 365 * 24 * 60 * 60);
    CHECK(box.post("/v1/topups/tu_1/cancel").body.at("id") == "tu_1");
    CHECK(box.get("/v1/topups").body == json{{"object", "list"},
                                             {"data", json::array()},
                                             {"has_more", false},
                                             {"url", "/v1/topups"}});
    CHECK(box.get("/v2/core/accounts").body == json{{"data", json::array()},
                                                    {"next_page_url", nullptr},
                                                    {"previous_page_url", nullptr}});
    const auto gone = box.remove("/v1/webhook_endpoints/we_1");
    CHECK(gone.body == json{{"id", "we_1"}, {"object", "webhook_endpoint"}, {"deleted", true}});
}

TEST_CASE("sandbox strict: v2 bodies are JSON and typed", "[sandbox]") {
    client box{strict()};
    const auto send = [&](const std::string& body, const std::string& as = "application/json") {
        return box.send("POST", "/v2/core/accounts", body, type(as));
    };
    const auto made = send(R"({"contact_email":"a@b.c","metadata":{"k":null}})");
    CHECK(made.status == 200);
    CHECK(made.body.at("contact_email") == "a@b.c");
    CHECK(made.body.at("created") == "2026-11-20T12:00:00.000Z");
    CHECK(send(R"({"contact_email":7})").param() == "contact_email");
    CHECK(send(R"({"contact_email":null})").code() == "invalid_fields");
    CHECK(send(R"({"identity":{"colour":1}})").param() == "identity.colour");
    CHECK(send("[]").status == 400);
    CHECK(send("contact_email=a", "application/x-www-form-urlencoded").status == 400);
    const auto event = box.send("POST", "/v2/billing/meter_events", R"({"event_name":"e"})",
                                type("application/json"));
    CHECK(event.code() == "parameter_missing");
    CHECK(event.param() == "payload");
}

TEST_CASE("sandbox strict: without it nothing unsimulated is answered", "[sandbox]") {
    client box;
    CHECK(box.post("/v1/topups", "amount=5&currency=usd").code() == "sandbox_not_supported");
    CHECK(box.send("POST", "/v2/core/accounts", "{}", type("application/json")).code() ==
          "sandbox_not_supported");
    CHECK(box.get("/v2/core/accounts").code() == "sandbox_not_supported");
}

TEST_CASE("sandbox strict: a broken upload is refused", "[sandbox]") {
    client box{strict()};
    const std::string part =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.pdf\"\r\n"
        "Content-Type: application/pdf\r\n\r\n%PDF\r\n";
    const std::string purpose =
        "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\ndispute_evidence\r\n";
    const auto send = [&](const std::string& body) {
        return box.send("POST", "/v1/files", body, type("multipart/form-data; boundary=b")).status;
    };
    CHECK(send(part + purpose + "--b--\r\n") == 200);
    CHECK(send(part + "--b--\r\n") == 400);
    CHECK(send(purpose + "--b--\r\n") == 400);
    CHECK(send(part + part + purpose + "--b--\r\n") == 400);
    CHECK(send(part + purpose) == 400);
    CHECK(send("") == 400);
    CHECK(send("--b--\r\n") == 400);
}

}  // namespace strict_test
