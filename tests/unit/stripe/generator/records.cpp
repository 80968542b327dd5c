// Records in, tools or complaints out: on a catalogue of our own, small enough to see through.
#include "stripe/generator/records.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

#include "stripe/generator/compile.hpp"

namespace records_test {

using namespace tollgate::stripe::generator;
namespace fs = std::filesystem;

namespace {

constexpr auto facts_text = R"([
{"method":"GET","path":"/v1/charges","enc":"query","ret":"list","object":"charge","query":{
  "created":{"t":"range"},"customer":{"t":"string"},"ending_before":{"t":"string"},
  "expand":{"t":"array","i":{"t":"string"}},"limit":{"t":"integer"},
  "starting_after":{"t":"string"}}},
{"method":"POST","path":"/v1/charges/{charge}/capture","enc":"form","ret":"object",
 "object":"charge","body":{
  "amount":{"t":"integer","r":1},
  "transfer_data":{"t":"object","p":{"amount":{"t":"integer"},
    "when":{"any":[{"t":"string","e":["now"]},{"t":"integer"}]}}}}}
])";

constexpr auto resources_text = R"(
charges: {one: charge, a_one: a charge, many: charges, returns: the id and amount}
)";

constexpr auto verbs_text = R"(
list: {title: "List all {many}", text: "Lists {many}, newest first."}
capture: {title: "Capture {a_one}", text: "Takes the money of {a_one}."}
)";

constexpr auto glossary_text = R"(
amount: Amount in minor units.
created: When it was created.
customer: Customer id.
expand: What to return in full.
limit: How many, 1 to 100.
transfer_data.amount: Part that goes on.
transfer_data: Where it goes on to.
when: The time.
)";

// A catalogue folder of its own, removed at the end.
class catalogue {
public:
    catalogue()
        : folder_(fs::temp_directory_path() / ("records_test_" + std::to_string(::getpid()))) {
        fs::create_directories(folder_ / "operations");
        fs::create_directories(folder_ / "records");
        write("source.json", R"({"api_version":"1","sdk":"s"})");
        write("objects.json",
              R"({"charge":{"expand":{"customer":["customer"]},"fields":{"customer":""}}})");
        write("operations/charges.json", facts_text);
        write("records/resources.yaml", resources_text);
        write("records/verbs.yaml", verbs_text);
        write("records/operations.yaml", "{}");
        write("records/parameters.yaml", glossary_text);
        write("records/projections.yaml", "{charge: [customer.name]}");
        write("records/searches.yaml", "{}");
        write("records/sayings.yaml", "{}");
        write("records/vocabulary.yaml", "{}");
        write("records/synonyms.yaml", "{}");
    }
    ~catalogue() { fs::remove_all(folder_); }
    catalogue(const catalogue&) = delete;
    catalogue& operator=(const catalogue&) = delete;

    void write(const std::string& file, const std::string& text) {
        std::ofstream(folder_ / file) << text;
    }
    void append(const std::string& file, const std::string& text) {
        std::ofstream(folder_ / file, std::ios::app) << text;
    }
    model compile() const { return compile_catalog(folder_); }
    std::string complaint() const {
        try {
            compile();
        } catch (const build_error& error) {
            return error.what();
        }
        return {};
    }

private:
    fs::path folder_;
};

const model_operation& named(const model& all, std::string_view tool) {
    const auto found = std::ranges::find(all.operations, tool, &model_operation::tool);
    REQUIRE(found != all.operations.end());
    return *found;
}

nlohmann::json properties(const model& all, std::string_view tool) {
    return nlohmann::json::parse(named(all, tool).tool_json)["inputSchema"]["properties"];
}

}  // namespace

TEST_CASE("stripe records: title and description are composed of verb, note and what returns",
          "[stripe]") {
    catalogue files;
    files.write("records/operations.yaml",
                "\"POST /v1/charges/{charge}/capture\": {note: Works once per charge.}\n");
    const auto all = files.compile();
    const auto tool = nlohmann::json::parse(named(all, "capture_a_stripe_charge_by_id").tool_json);
    CHECK(tool["title"] == "Capture a charge");
    CHECK(tool["description"] ==
          "Takes the money of a charge. Works once per charge. Returns the id and amount.");
    CHECK(named(all, "list_all_stripe_charges").title == "List all charges");
}

TEST_CASE("stripe records: an operation may return something else than its resource", "[stripe]") {
    catalogue files;
    files.write("records/operations.yaml",
                "\"POST /v1/charges/{charge}/capture\": {returns: the id}\n");
    const auto all = files.compile();
    const auto tool = nlohmann::json::parse(named(all, "capture_a_stripe_charge_by_id").tool_json);
    CHECK(tool["description"] == "Takes the money of a charge. Returns the id.");
}

// A call could mean either, and the gateway would take it for its own.
TEST_CASE("stripe records: Stripe's arguments and the gateway's have different names", "[stripe]") {
    catalogue files;
    files.write("operations/charges.json",
                R"([{"method":"GET","path":"/v1/charges","enc":"query","ret":"list",
                     "object":"charge","query":{"max_tokens":{"t":"integer"}}}])");
    CHECK(files.complaint().find("GET /v1/charges: max_tokens: is the name of an argument of the "
                                 "gateway") != std::string::npos);
}

// An object that lost its fields says which they are.
TEST_CASE("stripe records: a tool that is too large names what it leaves out", "[stripe]") {
    std::string fields;
    for (int i = 0; i < 600; ++i)
        fields += (i == 0 ? "" : ",") + ("\"field_" + std::to_string(i)) + "\":{\"t\":\"string\"}";
    catalogue files;
    files.write("records/verbs.yaml", "capture: {title: T, text: Takes it.}\n");
    files.write("records/parameters.yaml", "amount: Amount.\n");
    files.write("operations/charges.json",
                R"([{"method":"POST","path":"/v1/charges/{charge}/capture","enc":"form",
                     "ret":"object","object":"charge","body":{"amount":{"t":"object","p":{)" +
                    fields + "}}}}]");
    const auto all = files.compile();
    const auto& operation = named(all, "capture_a_stripe_charge_by_id");
    CHECK(operation.tool_json.size() <= 14 * 1024);
    CHECK(operation.cut_arguments == std::vector<std::string>{"amount"});
    const auto amount = properties(all, "capture_a_stripe_charge_by_id")["amount"];
    CHECK_FALSE(amount.contains("properties"));
    CHECK(amount["description"].get<std::string>().starts_with(
        "Amount. Fields: field_0, field_1, field_10,"));
    CHECK(amount["description"].get<std::string>().ends_with(", ..."));
}

TEST_CASE("stripe records: the nearest text wins", "[stripe]") {
    catalogue files;
    auto shown = properties(files.compile(), "capture_a_stripe_charge_by_id");
    CHECK(shown["id"]["description"] == "Id of the charge.");
    CHECK(shown["amount"]["description"] == "Amount in minor units.");
    CHECK(shown["transfer_data"]["properties"]["amount"]["description"] == "Part that goes on.");
    files.write("records/operations.yaml",
                "\"POST /v1/charges/{charge}/capture\": {parameters: {amount: Part to take.}}\n");
    shown = properties(files.compile(), "capture_a_stripe_charge_by_id");
    CHECK(shown["amount"]["description"] == "Part to take.");
}

TEST_CASE("stripe records: cursors become next_cursor, and unions strings", "[stripe]") {
    catalogue files;
    const auto all = files.compile();
    const auto list = properties(all, "list_all_stripe_charges");
    CHECK(list.contains("next_cursor"));
    CHECK_FALSE(list.contains("starting_after"));
    CHECK(list["expand"]["items"]["enum"] == nlohmann::json{"data.customer"});
    const auto capture = properties(all, "capture_a_stripe_charge_by_id");
    CHECK(capture["transfer_data"]["properties"]["when"]["type"] == "string");
    CHECK(capture["transfer_data"]["properties"]["when"]["description"] ==
          "The time. Values: now, or an integer.");
}

TEST_CASE("stripe records: without a record nothing is shown", "[stripe]") {
    catalogue files;
    files.write("records/parameters.yaml", "created: When.\nlimit: How many.\n");
    auto all = files.compile();
    CHECK(named(all, "capture_a_stripe_charge_by_id").hidden ==
          "no text for the required argument amount");
    CHECK_FALSE(properties(all, "list_all_stripe_charges").contains("customer"));
    CHECK(named(all, "list_all_stripe_charges").hidden_arguments ==
          std::vector<std::string>{"customer", "expand"});
    files.write("records/verbs.yaml", "list: {title: List, text: Lists.}\n");
    CHECK(named(files.compile(), "capture_a_stripe_charge_by_id").hidden == "no verb record");
    files.write("records/resources.yaml", "{}");
    CHECK(named(files.compile(), "list_all_stripe_charges").hidden == "no resource record");
}

TEST_CASE("stripe records: what breaks a rule stops the build with file and key", "[stripe]") {
    const auto check = [](const std::string& file, const std::string& text,
                          const std::string& expected) {
        catalogue files;
        files.append("records/" + file, text);
        INFO(files.complaint());
        CHECK(files.complaint().find(expected) != std::string::npos);
    };
    check("parameters.yaml", "nothing: Text.\n", "parameters.yaml: nothing: matches nothing");
    check("parameters.yaml", "limit: Again.\n", "parameters.yaml: limit: is given twice");
    check("parameters.yaml", "starting_after: " + std::string(121, 'x') + "\n",
          "starting_after: has 121 letters");
    check("parameters.yaml", "starting_after: You must give it.\n", "gives an order to the model");
    check("verbs.yaml", "create: {title: T, text: Makes {two}.}\n", "verbs.yaml");
    check("verbs.yaml", "get: {title: T, text: Gets it.}\n", "verbs.yaml: get: matches nothing");
    check("resources.yaml", "orders: {one: o, a_one: an o, many: os}\n",
          "resources.yaml: orders: matches nothing");
    check("resources.yaml", "orders: {one: o}\n", "orders: lacks one, a_one or many");
    check("resources.yaml", "orders: {one: o, plural: os}\n", "orders: plural: is not a field");
    check("parameters.yaml", "a: [1, 2]\n", "parameters.yaml: a: is not a text");
    check("parameters.yaml", "a: [1\n", "parameters.yaml: yaml-cpp: error");
    catalogue files;
    files.write("records/operations.yaml",
                "\"GET /v1/charges\": {text: \"" + std::string(301, 'x') + "\"}\n");
    CHECK(files.complaint().find("the description has 301 letters") != std::string::npos);
}

TEST_CASE("stripe records: a projection or search that fits no fact stops the build", "[stripe]") {
    const auto check = [](const std::string& file, const std::string& text,
                          const std::string& expected) {
        catalogue files;
        files.write("records/" + file, text);
        INFO(files.complaint());
        CHECK(files.complaint().find(expected) != std::string::npos);
    };
    check("projections.yaml", "chargé: [customer]", "chargé: matches nothing");
    check("projections.yaml", "charge: [nothing.name]", "charge: nothing.name: matches nothing");
    check("projections.yaml", "charge: [id]", "charge: id: is always shown");
    check("projections.yaml", "charge: [customer, customer]", "customer: is given twice");
    check("projections.yaml", "charge: customer", "charge: is not a list");
    check("searches.yaml", "charge: [{field: a, type: token}]", "charge: matches nothing");
    check("searches.yaml", "charge: [{field: a}]", "charge: lacks field or type");
    check("searches.yaml", "charge: [{field: a, type: text}]", "type: is none of string");
    check("searches.yaml", "charge: [{field: a, type: token, substring: true}]",
          "a: has parts, but is not a string");
    catalogue files;
    const auto all = files.compile();
    CHECK(all.default_fields.at("charge") == std::vector<std::string>{"customer.name"});
}

TEST_CASE("stripe records: sayings come to the operation of their action, never into the tool",
          "[stripe]") {
    catalogue files;
    files.write(
        "records/sayings.yaml",
        "charges: {called: sale; purchase, list: who paid us; takings, capture: settle it}");
    const auto all = files.compile();
    const auto& list = named(all, "list_all_stripe_charges");
    CHECK(list.called == "charge; sale; purchase");
    CHECK(list.said == "who paid us; takings");
    CHECK(list.tool_json.find("takings") == std::string::npos);
    CHECK(named(all, "capture_a_stripe_charge_by_id").said == "settle it");
}

TEST_CASE("stripe records: a saying that belongs to nothing stops the build", "[stripe]") {
    const auto check = [](const std::string& text, const std::string& expected) {
        catalogue files;
        files.write("records/sayings.yaml", text);
        INFO(files.complaint());
        CHECK(files.complaint().find(expected) != std::string::npos);
    };
    check("orders: {list: x}", "sayings.yaml: orders: matches nothing");
    check("charges: {refund: x}", "sayings.yaml: charges: refund: matches nothing");
    check("charges: {list: ''}", "sayings.yaml: charges: list: is empty");
    check("charges: {list: [x]}", "list: is not a text");
}

// An enum value that contains a forbidden word is no order.
TEST_CASE("stripe records: orders are recognised as words", "[stripe]") {
    catalogue files;
    files.append("records/parameters.yaml",
                 "starting_after: One of always_invoice or nevertheless.\n");
    CHECK(files.complaint().empty());
}

}  // namespace records_test
