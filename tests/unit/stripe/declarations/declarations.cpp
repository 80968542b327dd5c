// Declarations: the reader and its problems, the operations and rules that capabilities become, and
// the requests that they make.
#include "stripe/declarations/declarations.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <simdjson.h>

#include <fstream>
#include <sstream>

#include "stripe/declarations/declared_arguments.hpp"
#include "stripe/declarations/request_preview.hpp"
#include "stripe/tools/directory.hpp"
#include "tenancy/policy/policy.hpp"
#include "tests/support/source_dir.hpp"

namespace declarations_test {

using namespace tollgate;
using namespace tollgate::stripe;
using nlohmann::json;

namespace {

const catalogue_directory& directory() {
    static const catalogue_directory all;
    return all;
}

std::string seed() {
    std::ifstream file{test::source_file("tests/fixtures/declarations/stripe.yaml")};
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

// `text` with `from` replaced by `to`; `from` must be there.
std::string with(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

checked_declarations checked(const std::string& text, bool strict = false) {
    return check_declarations(text, "f", strict, directory());
}

// What is wrong with a text: "line:column code", one a line.
std::string wrong(const std::string& text, bool strict = false) {
    std::string out;
    const auto read = checked(text, strict);
    for (const auto& one : read.read.problems)
        out += std::to_string(one.at.line) + ':' + std::to_string(one.at.column) + ' ' + one.code +
               '\n';
    return out;
}

// A file with one capability, whose lines are indented by four.
std::string file_of(const std::string& capability) {
    return "version: \"1.0\"\n"
           "service:\n"
           "  name: Stripe\n"
           "  description: Payments\n"
           "  base_url: https://api.stripe.com/v1\n"
           "capabilities:\n" +
           capability;
}

const std::string refund =
    "  - name: refund\n"
    "    description: Refund a charge\n"
    "    method: POST\n"
    "    path: /refunds\n"
    "    permission: write\n"
    "    inputs:\n"
    "      charge: {type: string, required: true}\n"
    "      amount: {type: integer}\n";

const resolved_capability& find(const checked_declarations& in, const std::string& name) {
    for (const auto& one : in.resolved)
        if (one.tool.name == name) return one;
    throw std::logic_error("there is no " + name);
}

// The preview of a call, or the failure's code and field.
base::result<previewed_request> previewed(const resolved_capability& one,
                                          const std::string& arguments, bool all = false) {
    simdjson::dom::parser parser;
    const auto given = parser.parse(arguments).get_object().value();
    return preview_request(one, given, all, *base::parse_timestamp("2026-11-30T12:00:00Z"));
}

std::string decided(const checked_declarations& in, const std::string& name,
                    const std::string& arguments) {
    const auto request = previewed(find(in, name), arguments);
    if (!request) return request.error().code;
    return std::string(to_string(request->decided.outcome)) +
           (request->decided.rule.empty() ? "" : " " + request->decided.rule);
}

}  // namespace

TEST_CASE("declarations: the tutorial's file is valid without a regret", "[stripe][declarations]") {
    const auto read = checked(seed(), true);
    CHECK(problem_lines(read.read.problems, "f").empty());
    CHECK(read.read.valid());
    CHECK(read.read.regrets() == 0);
    REQUIRE(read.resolved.size() == 5);
    CHECK(find(read, "get_balance").tool.operation == "get_single_stripe_balance_by_id");
    CHECK(find(read, "list_charges").tool.operation == "list_all_stripe_charges");
    CHECK(find(read, "get_charge").tool.operation == "get_single_stripe_charge_by_id");
    CHECK(find(read, "list_customers").tool.operation == "list_all_stripe_customers");
    CHECK(find(read, "create_refund").tool.operation == "create_a_stripe_refund");
    CHECK(read.read.document.forbidden ==
          std::vector<std::string>{"delete_customer", "update_account"});
}

TEST_CASE("declarations: an input may name a property inside a parameter of Stripe's",
          "[stripe][declarations]") {
    const auto& charges = *find_tool("list_all_stripe_charges");
    CHECK(argument_of(charges, "created_gte") == std::vector<std::string>{"created", "gte"});
    CHECK(argument_of(charges, "limit") == std::vector<std::string>{"limit"});
    CHECK(argument_of(charges, "created_gteq").empty());
    CHECK(argument_of(charges, "starting_after").empty());
    const auto& customer = *find_tool("create_a_stripe_customer");
    CHECK(argument_of(customer, "address_line1") == std::vector<std::string>{"address", "line1"});
    CHECK(argument_of(customer, "invoice_settings_default_payment_method") ==
          std::vector<std::string>{"invoice_settings", "default_payment_method"});
}

TEST_CASE("declarations: a declared tool has the declared texts, limits and hints",
          "[stripe][declarations]") {
    const auto read = checked(seed());
    const auto list = json::parse(find(read, "list_charges").tool.json);
    CHECK(list["name"] == "list_charges");
    CHECK(list["description"] == "List recent charges with optional filters");
    CHECK(list["annotations"]["readOnlyHint"] == true);
    const auto& inputs = list["inputSchema"]["properties"];
    CHECK(inputs["limit"]["maximum"] == 100);
    CHECK(inputs["limit"]["minimum"] == 0);
    CHECK(inputs["limit"]["default"] == 10);
    CHECK(inputs["created_gte"]["type"] == "string");
    CHECK(inputs.contains("next_cursor"));
    CHECK_FALSE(inputs.contains("customer"));
    CHECK(list["inputSchema"]["additionalProperties"] == false);
    CHECK_FALSE(list.contains("outputSchema"));
    const auto made = json::parse(find(read, "create_refund").tool.json);
    CHECK(made["annotations"]["readOnlyHint"] == false);
    CHECK(made["inputSchema"]["required"] == json::array({"charge"}));
    CHECK(made["inputSchema"]["properties"].contains("operation_key"));
    CHECK(made["description"] == "Refund a charge. A person must approve each call.");
}

TEST_CASE("declarations: mistakes have their place and their code", "[stripe][declarations]") {
    CHECK(wrong("version: 1.0\n") == "1:1 missing_field\n1:1 missing_field\n1:10 invalid_value\n");
    CHECK(wrong("- a\n") == "1:1 wrong_type\n");
    CHECK(wrong("a: [\n").ends_with(" not_yaml\n"));
    CHECK(wrong(file_of(refund)).empty());
    CHECK(wrong(file_of(with(refund, "    path:", "    paht:"))) ==
          "7:5 missing_field\n10:5 unknown_field\n");
    CHECK(wrong(file_of(with(refund, "name: refund", "name: a refund"))) == "7:11 invalid_name\n");
    CHECK(wrong(file_of(refund + refund)).starts_with("15:11 repeated_name\n"));
    CHECK(wrong(file_of(with(refund, "method: POST", "method: PSOT")))
              .starts_with("9:13 invalid_value\n"));
    CHECK(wrong(file_of(with(refund, "permission: write", "permission: read"))) ==
          "7:11 wrong_tier\n");
    CHECK(wrong(file_of(with(refund, "/refunds", "/refunds/{id}")))
              .starts_with("10:11 undeclared_parameter\n"));
    for (const std::string path : {"/refunds/../charges", "/refunds?a=b", "refunds", "/refunds/",
                                   "//refunds", "/refunds/{a b}", "/refunds/x{a}"})
        CHECK(wrong(file_of(with(refund, "/refunds", path))) == "10:11 invalid_path\n");
    CHECK(wrong(file_of(with(refund, "/refunds", "/refnds"))) == "10:11 unknown_operation\n");
    CHECK(wrong(file_of(with(refund, "method: POST", "method: PUT"))) ==
          "10:11 unknown_operation\n");
    CHECK(wrong(file_of(with(refund, "amount:", "amuont:"))) == "14:7 unknown_parameter\n");
    CHECK(wrong(file_of(with(refund, "{type: integer}", "{type: enum}")))
              .starts_with("14:7 missing_field\n"));
    CHECK(wrong(file_of(with(refund, "{type: integer}", "{type: integer, in: header}"))) ==
          "14:7 cannot_be_enforced\n");
    CHECK(wrong(file_of(with(refund, "{type: integer}", "{type: integer, default: x}")))
              .find("invalid_value") != std::string::npos);
    for (const std::string url : {"https://example.com", "https://api.stripe.com.example.com/v1"}) {
        const auto other =
            check_declarations(with(file_of(refund), "https://api.stripe.com/v1", url), "f", false,
                               directory(), {"ia_1", 1});
        REQUIRE(other.read.problems.size() == 1);
        CHECK(other.read.problems.front().code == "other_service");
    }
}

TEST_CASE("declarations: an unknown field is refused with the nearest name",
          "[stripe][declarations]") {
    const auto read = checked(file_of(with(refund, "    path:", "    paht:")));
    CHECK(problem_lines(read.read.problems, "f")
              .find("f:10:5: there is no field 'paht'; did you "
                    "mean 'path'?") != std::string::npos);
}

TEST_CASE("declarations: a safety field that cannot be enforced is a mistake, never prose",
          "[stripe][declarations]") {
    const auto limited = [](const std::string& limit) {
        return wrong(file_of(with(refund, "{type: integer}", "{type: integer, " + limit + '}')));
    };
    CHECK(limited("constraints: {max_value: 500}").empty());
    CHECK(limited("constraints: {max_valeu: 500}").starts_with("14:"));
    CHECK(limited("constraints: {max_value: -1}").find("invalid_value") != std::string::npos);
    CHECK(limited("constraints: {max_value: 1.5}").find("invalid_value") != std::string::npos);
    CHECK(limited("constraints: {description: Be careful}").find("missing_field") !=
          std::string::npos);
    CHECK(limited("constraints: {requires_field: chrage}").find("unknown_input") !=
          std::string::npos);
    CHECK(limited("constraints: {max_per_request: 5}").find("cannot_be_enforced") !=
          std::string::npos);
    CHECK(wrong(file_of(with(refund, "{type: string, required: true}",
                             "{type: string, required: true, constraints: {max_value: 5}}"))) ==
          "13:59 cannot_be_enforced\n");
    const auto whole = [](const std::string& limit) {
        return wrong(file_of(refund + "    constraints:\n      - " + limit + "\n"));
    };
    CHECK(whole("max_per_hour: 2").empty());
    CHECK(whole("max_value: 500").empty());
    CHECK(whole("allowed_values: [a, b]") == "16:9 cannot_be_enforced\n");
    CHECK(whole("{allowed_values: [ch_1], field: charge}").empty());
    CHECK(whole("max_per_minute: 2").find("unknown_field") != std::string::npos);
    const auto read =
        wrong(file_of("  - name: get_balance\n    description: Get the balance\n    method: GET\n"
                      "    path: /balance\n    permission: read\n    consent_required: true\n"));
    CHECK(read == "7:11 cannot_be_enforced\n");
}

TEST_CASE("declarations: tiers exclude each other, and forbidden names need not exist",
          "[stripe][declarations]") {
    const auto tiers = [](const std::string& permissions) {
        return wrong(file_of(refund) + "permissions:\n" + permissions);
    };
    CHECK(tiers("  write: [refund]\n  forbidden: [delete_everything]\n").empty());
    CHECK(tiers("  write: [refund]\n  forbidden: [refund]\n") == "17:15 tiers_overlap\n");
    CHECK(tiers("  read: [refund]\n") == "16:10 wrong_tier\n");
    CHECK(tiers("  write: [refnd]\n") == "16:11 unknown_capability\n");
    CHECK(tiers("  wirte: [refund]\n").find("unknown_field") != std::string::npos);
}

TEST_CASE("declarations: two inputs do not set one parameter of Stripe's, or a part of it",
          "[stripe][declarations]") {
    const std::string transfer =
        with(with(refund, "/refunds", "/payment_intents/{intent}/capture"),
             "      charge: {type: string, required: true}\n      amount: {type: integer}\n",
             "      intent: {type: string}\n      transfer_data: {type: object}\n"
             "      transfer_data_amount: {type: integer}\n");
    CHECK(wrong(file_of(transfer)) == "15:7 repeated_parameter\n");
    CHECK(wrong(file_of(with(transfer, "      transfer_data: {type: object}\n", ""))).empty());
}

TEST_CASE("declarations: what the gateway calls its own tools is not a name of a declared one",
          "[stripe][declarations]") {
    for (const std::string name :
         {"find_stripe_operations", "describe_stripe_operation", "write_stripe", "search", "fetch"})
        for (const std::string only : {"true", "false"})
            CHECK(wrong(file_of(with(refund, "name: refund", "name: " + name)) + "only: " + only +
                        "\n") == "7:11 reserved_name\n");
}

TEST_CASE("declarations: an operation that a declared tool calls is not forbidden",
          "[stripe][declarations]") {
    const auto forbidding = [](const std::string& names) {
        return wrong(file_of(refund) + "permissions: {forbidden: [" + names + "]}\n");
    };
    CHECK(forbidding("create_a_stripe_refund") == "7:11 forbidden_operation\n");
    CHECK(forbidding("create_a_stripe_refund, refund").empty());
    CHECK(forbidding("create_a_stripe_charge").empty());
}

TEST_CASE("declarations: a parameter of the path with a default may be left out",
          "[stripe][declarations]") {
    const std::string get =
        "  - name: get_charge\n    description: Get a charge\n    method: GET\n"
        "    path: /charges/{charge_id}\n    permission: read\n"
        "    inputs: {charge_id: {type: string, in: path, default: ch_1}}\n";
    const auto read = checked(file_of(get));
    REQUIRE(read.read.valid());
    const auto& one = find(read, "get_charge");
    CHECK(previewed(one, "{}").value().url == "https://api.stripe.com/v1/charges/ch_1");
    CHECK(previewed(one, R"({"charge_id":"ch_2"})").value().url ==
          "https://api.stripe.com/v1/charges/ch_2");
    CHECK_FALSE(json::parse(one.tool.json)["inputSchema"].contains("required"));
}

TEST_CASE("declarations: regrets do not hide a mistake", "[stripe][declarations]") {
    std::string many;
    for (int i = 0; i < 150; ++i)
        many += with(refund, "name: refund", "name: refund" + std::to_string(i));
    const auto read =
        checked(file_of(many + with(with(refund, "name: refund", "name: last"), "{type: integer}",
                                    "{type: integer, in: header}")),
                true);
    CHECK_FALSE(read.read.valid());
    CHECK(read.read.problems.size() == 100);
    CHECK(read.read.regrets() == 99);
}

TEST_CASE("declarations: a strict check has regrets, which do not make a file invalid",
          "[stripe][declarations]") {
    const auto read = checked(file_of(refund), true);
    CHECK(read.read.valid());
    CHECK(read.read.regrets() == 2);
    const auto lines = problem_lines(read.read.problems, "f");
    CHECK(lines.find("regret: there is no permissions block") != std::string::npos);
    CHECK(lines.find("regret: 'refund' writes without constraints") != std::string::npos);
    const auto removed =
        checked(file_of("  - name: remove\n    description: x\n    method: DELETE\n"
                        "    path: /customers/{id}\n    permission: admin\n"
                        "    inputs: {id: {type: string}}\n") +
                    "permissions: {admin: [remove]}\n",
                true);
    CHECK(removed.read.valid());
    CHECK(removed.read.regrets() == 2);
}

TEST_CASE("declarations: constraints decide about calls", "[stripe][declarations]") {
    const auto read = checked(with(seed(), "max_value: 100", "max_value: 50"));
    CHECK(decided(read, "list_charges", R"({"limit":50})") == "allow");
    CHECK(decided(read, "list_charges", R"({"limit":51})") == "deny list_charges.limit.max_value");
    // What Stripe itself does not take is refused before.
    CHECK(decided(read, "list_charges", R"({"limit":5000})") == "invalid_value");
    CHECK(decided(read, "create_refund", R"({"charge":"ch_1"})") ==
          "needs_approval create_refund.consent_required");
    const auto limited = checked(
        file_of(with(refund, "{type: integer}",
                     "{type: integer, constraints: {max_value: 500, requires_field: charge}}") +
                "    constraints:\n      - {allowed_values: [ch_1, ch_2], field: charge}\n"));
    REQUIRE(limited.read.valid());
    CHECK(decided(limited, "refund", R"({"charge":"ch_1","amount":500})") == "allow");
    CHECK(decided(limited, "refund", R"({"charge":"ch_1","amount":99999})") ==
          "deny refund.amount.max_value");
    CHECK(decided(limited, "refund", R"({"charge":"ch_1","amount":-5})") ==
          "deny refund.amount.not_negative");
    // Without the amount Stripe refunds all that is left.
    CHECK(decided(limited, "refund", R"({"charge":"ch_1"})") == "deny refund.amount.max_value");
    CHECK(decided(limited, "refund", R"({"charge":"ch_3","amount":5})") ==
          "deny refund.charge.allowed_values");
}

TEST_CASE("declarations: arguments are checked by their declared types", "[stripe][declarations]") {
    const auto read = checked(seed());
    CHECK(decided(read, "list_charges", R"({"limit":"ten"})") == "wrong_type");
    CHECK(decided(read, "list_charges", R"({"limt":5})") == "unknown_argument");
    CHECK(decided(read, "get_charge", "{}") == "missing_argument");
    CHECK(decided(read, "get_charge", R"({"charge_id":".."})") == "invalid_value");
    CHECK(decided(read, "get_charge", R"({"charge_id":"../x?y"})") == "invalid_value");
    const auto failed = previewed(find(read, "list_charges"), R"({"limt":5})");
    REQUIRE(failed.has_error());
    CHECK(failed.error().message == "unknown argument 'limt'; did you mean 'limit'?");
}

TEST_CASE("declarations: a preview is the request of a running gateway, with the secret masked",
          "[stripe][declarations]") {
    const auto read = checked(seed());
    const auto url = [&](const std::string& name, const std::string& arguments, bool all) {
        const auto request = previewed(find(read, name), arguments, all);
        return request ? request->method + ' ' + request->url : request.error().message;
    };
    CHECK(url("get_balance", "{}", true) == "GET https://api.stripe.com/v1/balance");
    CHECK(url("list_charges", "{}", true) == "GET https://api.stripe.com/v1/charges?limit=10");
    CHECK(url("get_charge", "{}", true) == "GET https://api.stripe.com/v1/charges/{charge_id}");
    CHECK(url("list_customers", "{}", true) == "GET https://api.stripe.com/v1/customers?limit=10");
    CHECK(url("create_refund", "{}", true) == "POST https://api.stripe.com/v1/refunds");
    CHECK(url("list_charges", R"({"created_gte":"1700000000","limit":3})", false)
              .find("created[gte]=1700000000") != std::string::npos);
    const auto made =
        previewed(find(read, "create_refund"), R"({"charge":"ch_1","amount":50})", false);
    REQUIRE(made.has_value());
    CHECK(made->body.find("amount=50") != std::string::npos);
    CHECK(made->body.find("charge=ch_1") != std::string::npos);
    CHECK(made->head.find("Bearer sk_***") != std::string::npos);
    CHECK(made->head.find("Idempotency-Key: made for each call") != std::string::npos);
    CHECK(made->head.find("Stripe-Version: ") != std::string::npos);
}

TEST_CASE("declarations: output names the fields that are shown, and must exist",
          "[stripe][declarations]") {
    const std::string get =
        "  - name: get_charge\n    description: Get a charge\n    method: GET\n"
        "    path: /charges/{charge_id}\n    permission: read\n"
        "    inputs: {charge_id: {type: string, in: path}}\n"
        "    output:\n      id: {type: string}\n      amount: {type: integer}\n";
    const auto read = checked(file_of(get));
    REQUIRE(read.read.valid());
    simdjson::dom::parser parser;
    const auto given = parser.parse(std::string(R"({"charge_id":"ch_1"})")).get_object().value();
    const auto arguments =
        operation_arguments_of(find(read, "get_charge").tool, given, {}, absent_arguments::refused);
    REQUIRE(arguments.has_value());
    CHECK(json::parse(*arguments) == json{{"id", "ch_1"}, {"fields", {"id", "amount"}}});
    CHECK(wrong(file_of(with(get, "amount:", "amuont:"))) == "14:7 unknown_field\n");
}

TEST_CASE("declarations: a document in use has every problem in its refusal",
          "[stripe][declarations]") {
    const catalogue_declarations reader{directory()};
    const auto good = reader.read(seed(), {"ia_1", 3});
    REQUIRE(good.has_value());
    CHECK((*good)->version == 3);
    CHECK((*good)->only);
    CHECK((*good)->find("get_charge") != nullptr);
    CHECK((*good)->find("delete_customer") == nullptr);
    CHECK((*good)->forbids("delete_customer"));
    CHECK((*good)->find("get_charge")->rules->scope == "ia_1/declarations");
    const auto bad = reader.read(
        with(with(seed(), "max_value: 100", "max_valeu: 100"), "path: /refunds", "path: /refnds"),
        {"ia_1", 4});
    REQUIRE(bad.has_error());
    CHECK(bad.error().code == "wrong_declarations");
    CHECK(bad.error().message.find("declarations:26:11: there is no field 'max_valeu'") !=
          std::string::npos);
    CHECK(bad.error().message.find("Stripe has no operation POST /v1/refnds") != std::string::npos);
}

}  // namespace declarations_test
