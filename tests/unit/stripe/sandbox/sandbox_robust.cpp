// Every operation the sandbox has, with every parameter of the catalogue and values at the edges:
// whatever comes, the answer is one of Stripe's, never a failure of the sandbox.
#include <catch2/catch.hpp>

#include "stripe/catalog/catalog.hpp"
#include "tests/unit/stripe/sandbox/client.hpp"

namespace robust_test {

using namespace tollgate::sandbox::test;
using tollgate::stripe::operation;
using tollgate::stripe::parameter;
using tollgate::stripe::value_type;

namespace {

constexpr const char* numbers[] = {"0", "-1", "1", "9223372036854775807", "-9223372036854775808"};
constexpr const char* texts[] = {"", "x", "usd", "cus_no", "tok_visa", "%00", "%ff%fe"};

std::string scalar(const parameter& of, std::size_t turn) {
    switch (of.type()) {
        case value_type::integer:
        case value_type::range:
            return numbers[turn % std::size(numbers)];
        case value_type::number:
            return "1.5";
        case value_type::boolean:
            return turn % 2 == 0 ? "true" : "false";
        default:
            break;
    }
    const auto values = of.enum_values();
    if (!values.empty()) return std::string(values[turn % values.size()].view());
    return texts[turn % std::size(texts)];
}

void add(std::string& out, const parameter& of, const std::string& name, std::size_t turn,
         int depth) {
    if (depth > 4) return;
    switch (of.type()) {
        case value_type::object:
            for (const auto& child : of.children())
                add(out, child, name + "[" + std::string(child.name()) + "]", turn, depth + 1);
            return;
        case value_type::array:
            if (!of.children().empty())
                add(out, of.children().front(), name + "[0]", turn, depth + 1);
            return;
        case value_type::map:
            out += name + "[k]=v&";
            return;
        case value_type::any_of:
            if (!of.children().empty())
                add(out, of.children()[turn % of.children().size()], name, turn, depth + 1);
            return;
        default:
            out += name + "=" + scalar(of, turn) + "&";
    }
}

// Real ids of the business for the path, where there are some.
std::string path_of(client& to, const operation& of) {
    std::string path;
    std::string so_far;
    for (const auto& segment : of.segments()) {
        if (!segment.is_parameter) {
            path += "/" + std::string(segment.view());
            so_far = path;
            continue;
        }
        const auto list = to.get(so_far + "?limit=1");
        const bool some =
            list.status == 200 && list.body.contains("data") && !list.body["data"].empty();
        path += "/" + (some ? list.body["data"][0]["id"].get<std::string>() : std::string("x_no"));
    }
    return path;
}

reply ask(client& to, const operation& of, const std::string& path, const std::string& params) {
    if (of.method() == tollgate::stripe::http_method::post) return to.post(path, params);
    const bool get = of.method() == tollgate::stripe::http_method::get;
    return to.send(get ? "GET" : "DELETE", path + "?" + params);
}

}  // namespace

TEST_CASE("sandbox robust: no parameter of any operation makes it fail", "[sandbox]") {
    client to(true);
    int answered = 0;
    for (const auto& of : tollgate::stripe::operations()) {
        if (of.path_template().starts_with("/v2/")) continue;
        const auto path = path_of(to, of);
        const auto plain = ask(to, of, path, "");
        INFO(of.path_template());
        CHECK(plain.status != 500);
        if (plain.code() == "sandbox_not_supported") continue;
        for (std::size_t turn = 0; turn < 7; ++turn) {
            std::string required;
            for (const auto& each : of.parameters())
                if (each.required() && each.place() != tollgate::stripe::place::path)
                    add(required, each, std::string(each.name()), turn, 0);
            for (const auto& each : of.parameters()) {
                if (each.place() == tollgate::stripe::place::path) continue;
                std::string params = required;
                if (!each.required()) add(params, each, std::string(each.name()), turn, 0);
                INFO(params);
                const auto out = ask(to, of, path, params);
                ++answered;
                CHECK(out.status != 500);
            }
        }
    }
    CHECK(answered > 3000);
    CHECK(to.get("/v1/balance").status == 200);
}

TEST_CASE("sandbox robust: raw bytes as body, query and path are answered", "[sandbox]") {
    client to;
    for (const auto* bytes : {"\xff\xfe=\x01", "a[[]]=1", "{\"a\":1}", "&&&=&", "a]=1", "[]=1"}) {
        const auto status = to.post("/v1/customers", bytes).status;
        CHECK((status == 200 || status == 400));
    }
    for (const auto* path : {"", "/", "//", "/v1/customers/%zz", "/v1/customers/%00", "/v1/../v1"})
        CHECK(to.get(path).status == 404);
    CHECK(to.send("POST", "/v1/customers", "{}", {{"Content-Type", "application/json"}}).status ==
          400);
}

}  // namespace robust_test
