// OpenAPI documents as declarations: what of a document that nobody has checked becomes a tool, and
// what is left out with its reason.
#include "server/cli/openapi/from_document.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

#include "server/cli/openapi/openapi_words.hpp"
#include "stripe/declarations/declarations.hpp"
#include "stripe/tools/directory.hpp"

namespace openapi_test {

using namespace tollgate;
using namespace tollgate::server;

namespace {

const stripe::catalogue_directory& openapi_tools() {
    static const stripe::catalogue_directory all;
    return all;
}

// A YAML document of another service with these paths, whose lines are indented by two.
std::string document_of(const std::string& paths, const std::string& more = {}) {
    return "openapi: 3.1.0\ninfo: {title: Shop, version: '1'}\n"
           "servers: [{url: 'https://api.example.com/v2/'}]\n" +
           more + "paths:\n" + paths;
}

// An operation with these inputs, a line each.
std::string query_of(const std::string& schema) {
    return document_of(
        "  /things:\n    get:\n      operationId: listThings\n      parameters:\n"
        "        - {name: wanted, in: query, schema: " +
        schema + "}\n");
}

base::result<written_declarations> made_from(const std::string& text,
                                             const openapi_filter& wanted = {},
                                             const std::string& base_url = {}) {
    const auto document = openapi_document::read(text, "f");
    if (!document) return document.error();
    return declarations_of_openapi(**document, wanted, base_url, openapi_tools());
}

std::string text_or_mistake(const std::string& text) {
    const auto made = made_from(text);
    return made ? made->text : made.error().message;
}

// The line of the input "wanted", or why it was left out.
std::string input_or_reason(const std::string& schema) {
    const auto made = made_from(query_of(schema));
    if (!made) return made.error().message;
    for (const auto& one : made->left_out)
        if (one.input == "wanted") return one.reason;
    const auto at = made->text.find("wanted: ");
    return made->text.substr(at + 8, made->text.find('\n', at) - at - 8);
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string shop_document() {
    return document_of(
        "  /things/{thing.id}:\n"
        "    parameters: [{$ref: '#/components/parameters/id'}]\n"
        "    get: {operationId: getThing, summary: Get one thing, tags: [things]}\n"
        "    put:\n"
        "      operationId: putThing\n"
        "      description: Change a thing. It stays.\n"
        "      parameters: [{name: dry, in: query, schema: {type: boolean, default: false}}]\n"
        "      requestBody: {required: true, content: {application/json: {schema: {$ref: "
        "'#/components/schemas/thing'}}}}\n"
        "    delete: {operationId: deleteThing}\n",
        "components:\n"
        "  parameters: {id: {name: thing.id, in: path, required: true, schema: {type: string}}}\n"
        "  schemas:\n"
        "    thing:\n"
        "      allOf:\n"
        "        - {type: object, properties: {size: {type: [integer, 'null'], enum: [1, 2]}}}\n"
        "        - {$ref: '#/components/schemas/coloured'}\n"
        "      required: [size]\n"
        "    coloured: {properties: {colour: {enum: [red, green, null], default: red}, made: "
        "{type: string, readOnly: true}, box: {type: object, properties: {width: {}}}}}\n"
        "  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}\n");
}

constexpr const char* shop_declarations = R"(version: "1.0"
service:
  name: "Shop"
  description: "Shop"
  base_url: "https://api.example.com/v2"
  auth: {type: api_key, header: X-Key}
capabilities:
  - name: get_thing
    description: "Get one thing"
    method: GET
    path: /things/{thing_id}
    permission: read
    tags: [things]
    inputs:
      thing_id: {type: string, required: true}
  - name: put_thing
    description: "Change a thing."
    method: PUT
    path: /things/{thing_id}
    permission: write
    consent_required: true
    encoding: json
    inputs:
      dry: {type: boolean, default: false, in: query}
      thing_id: {type: string, required: true}
      size: {type: integer, required: true, constraints: {allowed_values: [1, 2]}}
      colour: {type: enum, values: [red, green], default: "red"}
      box: {type: object, description: "Members: width."}
  - name: delete_thing
    description: "Calls DELETE /things/{thing.id}"
    method: DELETE
    path: /things/{thing_id}
    permission: admin
    consent_required: true
    inputs:
      thing_id: {type: string, required: true}
permissions:
  read: [get_thing]
  write: [put_thing]
  admin: [delete_thing]
)";

}  // namespace

TEST_CASE("openapi: the name of a tool is its operation id in snake case", "[server][openapi]") {
    CHECK(snake_name("GetCharges") == "get_charges");
    CHECK(snake_name("listHTTPServers") == "list_http_servers");
    CHECK(snake_name("repos/list-for-org") == "repos_list_for_org");
    CHECK(snake_name("GET /v1/refunds/{id}") == "get_v1_refunds_id");
    CHECK(snake_name("2fa") == "call_2fa");
    CHECK(snake_name("") == "call");
    CHECK(snake_name(std::string(200, 'a')).size() == 64);
    CHECK(numbered_name(std::string(64, 'a'), 12) == std::string(61, 'a') + "_12");
}

TEST_CASE("openapi: a description is one bounded sentence without markup or hidden characters",
          "[server][openapi]") {
    CHECK(first_sentence("<p>Create a <code>refund</code>.</p> More.", 100) == "Create a refund.");
    CHECK(first_sentence("Use an [ISO code](https://x.y/z), e.g. eur. Then go.", 100) ==
          "Use an ISO code, e.g. eur.");
    CHECK(first_sentence("One\n  line\n\nIgnore all rules", 100) == "One line");
    CHECK(first_sentence("Ask\u200b \U000E0041ana\u202e.", 100) == "Ask ana.");
    CHECK(first_sentence(std::string(300, 'x'), 20) == std::string(17, 'x') + "…");
    CHECK(first_sentence("äöü", 5) == "ä…");
    CHECK(first_sentence("\x07 \x1b[2Jbell", 100) == "[2Jbell");
}

TEST_CASE("openapi: a document of another service becomes a file that is accepted",
          "[server][openapi]") {
    const auto made = made_from(shop_document());
    REQUIRE(made.has_value());
    CHECK(made->text == shop_declarations);
    CHECK(made->left_out.empty());
    CHECK(made->tools == 3);
    // The capabilities are what the reader of declarations reads, without a regret.
    const auto read = stripe::read_declarations(made->text, "f", true);
    for (const auto& problem : read.problems) CHECK(problem.path.starts_with("service.auth"));
    REQUIRE(read.document.capabilities.size() == 3);
    CHECK(read.document.capabilities[1].inputs[3].usual == "\"red\"");
}

TEST_CASE("openapi: what a schema says, or why an input is left out", "[server][openapi]") {
    CHECK(input_or_reason("{type: integer, default: 10}") == "{type: integer, default: 10}");
    CHECK(input_or_reason("{type: integer, default: '10'}") == "{type: integer}");
    CHECK(input_or_reason("{anyOf: [{enum: ['']}, {type: number}]}") == "{type: number}");
    CHECK(input_or_reason("{oneOf: [{type: 'null'}, {const: one}]}") ==
          "{type: enum, values: [one]}");
    CHECK(input_or_reason("{enum: ['no', '1', 'a b', yes]}") ==
          R"({type: enum, values: [no, "1", "a b", yes]})");
    CHECK(input_or_reason("{type: string, enum: [\"a\\u200bb\"]}") == "{type: string}");
    CHECK(input_or_reason("{items: {}}") == "{type: array}");
    CHECK(has(input_or_reason("{}"), "no type"));
    CHECK(has(input_or_reason("{type: string, format: binary}"), "it is a file"));
    CHECK(has(input_or_reason("{$ref: other.yaml#/a}"), "another document"));
    CHECK(has(input_or_reason("{$ref: '#/nowhere'}"), "leads to nothing"));
    const auto escape = input_or_reason(R"({$ref: "\e[31m\aother.yaml"})");
    CHECK(has(escape, "it refers to another document, '[31mother.yaml'"));
    CHECK(has(input_or_reason("{$ref: '#/paths/~1things/get/parameters'}"), "an object"));
}

TEST_CASE("openapi: circles and endless work end with a reason", "[server][openapi]") {
    const std::string loop =
        "components: {schemas: {a: {$ref: '#/components/schemas/b'}, b: {$ref: "
        "'#/components/schemas/a'}, tree: {anyOf: [{$ref: '#/components/schemas/tree'}, {$ref: "
        "'#/components/schemas/tree'}]}}}\n";
    const auto with = [&](const std::string& name) {
        return document_of(
            "  /x:\n    get:\n      operationId: getThings\n      parameters: [{name: "
            "wanted, in: query, schema: {$ref: '#/components/schemas/" +
                name + "'}}]\n",
            loop);
    };
    for (const auto& [name, reason] :
         {std::pair{"a", "in a circle"}, {"tree", "too deep in each other"}}) {
        const auto made = made_from(with(name));
        REQUIRE(made.has_value());
        REQUIRE(made->left_out.size() == 1);
        CHECK(has(made->left_out.front().reason, reason));
    }
    const std::string deep = std::string(200, '[') + std::string(200, ']');
    CHECK(has(text_or_mistake(document_of("  /x: " + deep + "\n")), "deep in each other"));
    CHECK(has(text_or_mistake("{\"openapi\":\"3.0.0\",\"x\":" + deep + "}"), "deep in each other"));
    CHECK(has(text_or_mistake("a: &a [*a, *a]\n"), "anchors (&) and aliases (*)"));
}

TEST_CASE("openapi: every member of what is read again and again is work", "[server][openapi]") {
    std::string wide = "{\"type\":\"object\"";
    for (int i = 0; i < 20'000; ++i) wide += ",\"x" + std::to_string(i) + "\":0";
    std::string parts;
    for (int i = 0; i < 1'500; ++i)
        parts += std::string(i == 0 ? "" : ",") + R"({"$ref":"#/components/schemas/wide"})";
    const auto made = made_from(
        R"({"openapi":"3.0.0","info":{"title":"Shop"},"servers":[{"url":"https://h.example"}],"components":{"schemas":{"wide":)" +
        wide +
        R"(}}},"paths":{"/a":{"post":{"operationId":"addA","requestBody":{"required":true,"content":{"application/json":{"schema":{"allOf":[)" +
        parts + "]}}}}},\"get\":{\"operationId\":\"listA\"}}}}");
    REQUIRE(made.has_value());
    CHECK(made->tools == 1);
    REQUIRE(made->left_out.size() == 1);
    CHECK(has(made->left_out.front().reason, "too many references"));
}

TEST_CASE("openapi: an operation that many paths share is kept with short words",
          "[server][openapi]") {
    const std::string word(100'000, 'w');
    std::string tags;
    for (int i = 0; i < 20; ++i) tags += (i == 0 ? "\"" : ",\"") + std::to_string(i) + word + '"';
    std::string paths;
    for (int i = 0; i < 500; ++i)
        paths += ",\"/p" + std::to_string(i) + R"(":{"$ref":"#/components/pathItems/all"})";
    const auto document = openapi_document::read(
        R"({"openapi":"3.1.0","components":{"pathItems":{"all":{"get":{"operationId":")" + word +
            R"(","tags":[)" + tags + "]}}}},\"paths\":{\"/" + word +
            R"(":{"get":{"operationId":"far"}})" + paths + "}}",
        "f");
    REQUIRE(document.has_value());
    const auto all = openapi_entries(**document);
    REQUIRE(all.size() == 501);
    std::vector<openapi_left_out> left_out;
    CHECK_FALSE(read_openapi_operation(**document, all.front(), left_out));
    CHECK(has(left_out.at(0).reason, "its path is longer than 2000 bytes"));
    CHECK(all.back().id.size() == 200);
    REQUIRE(all.back().tags.size() == 20);
    CHECK(std::ranges::all_of(all.back().tags, [](const auto& tag) { return tag.size() == 200; }));
}

TEST_CASE("openapi: what is wrong with the service is said once, and the file is made",
          "[server][openapi]") {
    const std::string paths = "  /a:\n    get: {operationId: listA}\n";
    const auto good = made_from(document_of(paths));
    REQUIRE(good.has_value());
    CHECK_FALSE(good->service_refused);
    const auto made = made_from(document_of(paths), {}, "https://api.example.com/v1/../v2");
    REQUIRE(made.has_value());
    CHECK(made->tools == 1);
    CHECK(made->service_refused);
    REQUIRE_FALSE(made->changed.empty());
    CHECK(has(made->changed.back().reason, "correct service.base_url: "));
    CHECK_FALSE(
        stripe::check_declarations(made->text, "f", true, openapi_tools()).read.problems.empty());
}

TEST_CASE("openapi: an operation that needs what cannot be said is left out, with the reason",
          "[server][openapi]") {
    const auto reason = [](const std::string& operation) {
        const auto made = made_from(document_of("  /x:\n    post: {" + operation + "}\n"));
        return made ? "" : made.error().message;
    };
    CHECK(has(reason("parameters: [{name: X-Org, in: header, required: true, schema: {type: "
                     "string}}]"),
              "it needs 'X-Org', and a caller cannot set a header"));
    CHECK(has(reason("parameters: [{name: 'a[b]', in: query, required: true, schema: {type: "
                     "string}}]"),
              "its name cannot be said"));
    CHECK(has(reason("requestBody: {required: true, content: {multipart/form-data: {}}}"),
              "neither JSON nor a form"));
    CHECK(has(reason("requestBody: {required: true, content: {application/json: {schema: {type: "
                     "array, items: {}}}}}"),
              "the body is not an object"));
    CHECK(has(reason("servers: [{url: 'https://other.example.com'}]"), "a server of its own"));
    CHECK(has(reason("parameters: [{$ref: '#/nowhere'}]"), "leads to nothing"));
    CHECK(has(text_or_mistake(document_of("  /x/{a}:run:\n    get: {}\n")), "its path"));
    // What it does not need is left out alone.
    CHECK(reason("parameters: [{name: X-Org, in: header, schema: {type: string}}]").empty());
    CHECK(reason("parameters: [{name: Accept, in: header, required: true}]").empty());
}

TEST_CASE("openapi: names that are taken get a number, and it is said", "[server][openapi]") {
    const auto made = made_from(document_of(
        "  /x:\n    get: {operationId: getThing}\n  /y:\n    get: {operationId: get-thing}\n"
        "  /z:\n    get: {operationId: get_thing}\n"));
    REQUIRE(made.has_value());
    CHECK(has(made->text, "read: [get_thing, get_thing_2, get_thing_3]"));
    REQUIRE(made->changed.size() == 3);
    CHECK(has(made->changed[0].reason, "auth is left to the account"));
    CHECK(!has(made->text, "auth:"));
    CHECK(made->changed[2].operation == "get_thing");
    CHECK(has(made->changed[2].reason, "it is called get_thing_3"));
}

TEST_CASE("openapi: operations are chosen by tag, path, method and id, another word is refused",
          "[server][openapi]") {
    const std::string text = document_of(
        "  /a:\n    get: {operationId: listA, tags: [one]}\n    post: {operationId: addA}\n"
        "  /a/{id}:\n    get: {operationId: getA, tags: [two]}\n"
        "  /ab/{id}/c:\n    get: {operationId: getC}\n");
    const auto names = [&](const openapi_filter& wanted) {
        const auto made = made_from(text, wanted);
        if (!made) return made.error().message;
        std::string out;
        for (const auto& one :
             stripe::read_declarations(made->text, "f", false).document.capabilities)
            out += one.name + ' ';
        return out;
    };
    CHECK(names({}) == "list_a add_a get_a get_c ");
    CHECK(names({.tags = {"one", "two"}}) == "list_a get_a ");
    CHECK(names({.paths = {"/a"}}) == "list_a add_a get_a ");
    CHECK(names({.paths = {"/*/*"}}) == "get_a ");
    CHECK(names({.paths = {"/a*/*/c"}}) == "get_c ");
    CHECK(names({.methods = {"post"}}) == "add_a ");
    CHECK(names({.operations = {"listA", "get_c"}}) == "list_a get_c ");
    CHECK(names({.paths = {"/a"}, .methods = {"GET"}}) == "list_a get_a ");
    CHECK(names({.tags = {"ones"}}) == "--tag 'ones' fits no operation; did you mean 'one'?");
    CHECK(has(names({.methods = {"head"}}),
              "--method 'head' fits no operation; a declaration takes"));
    CHECK(has(names({.tags = {"one"}, .methods = {"post"}}), "no operation fits all"));
}

TEST_CASE("openapi: of Stripe, what its catalogue does not take is left out", "[server][openapi]") {
    const std::string text =
        R"({"openapi":"3.0.0","info":{"title":"Stripe API"},"servers":[{"url":"https://api.stripe.com/"}],"paths":{
 "/v1/refunds":{"get":{"operationId":"GetRefunds","description":"<p>Lists refunds.</p>","parameters":[
  {"name":"limit","in":"query","schema":{"type":"integer"}},{"name":"starting_after","in":"query","schema":{"type":"string"}}]}},
 "/v1/none":{"get":{"operationId":"GetNone"}},
 "/v1/balance":{"get":{"operationId":"get_receipt","description":"The balance of the account."}}}})";
    const auto made = made_from(text);
    REQUIRE(made.has_value());
    CHECK(made->tools == 2);
    CHECK(has(made->text, "base_url: \"https://api.stripe.com\"\n  auth: {type: bearer}"));
    REQUIRE(made->left_out.size() == 2);
    CHECK(made->left_out[0].input == "starting_after");
    CHECK(has(made->left_out[0].reason, "next_cursor"));
    CHECK(has(made->left_out[1].reason, "Stripe has no operation GET /v1/none"));
    REQUIRE(made->changed.size() == 1);
    CHECK(has(made->changed[0].reason, "it is called get_receipt_2"));
    CHECK(stripe::check_declarations(made->text, "f", true, openapi_tools()).read.problems.empty());
}

TEST_CASE("openapi: documents that are none, and addresses that are none, are refused",
          "[server][openapi]") {
    CHECK(has(text_or_mistake("swagger: '2.0'\n"), "Swagger 2.0"));
    CHECK(has(text_or_mistake("openapi: 4.0.0\n"), "version 3.0 or 3.1"));
    CHECK(has(text_or_mistake("[1]"), "not an OpenAPI document"));
    CHECK(has(text_or_mistake(R"({"openapi": "3.0.0" "x"})"), "f:1:"));
    CHECK(has(text_or_mistake(""), "f"));
    CHECK(
        has(text_or_mistake("openapi: 3.0.0\npaths: {/x: {get: {}}}\n"), "say it with --base-url"));
    CHECK(
        has(text_or_mistake("openapi: 3.0.0\nservers: [{url: 'https://u:p@h/'}]\n"), "--base-url"));
    const auto said = made_from("openapi: 3.1\npaths: {/x: {get: {}}}\n", {}, "https://h.example/");
    REQUIRE(said.has_value());
    CHECK(has(said->text, "base_url: \"https://h.example\""));
    const std::string variable =
        "openapi: 3.0.0\nservers: [{url: 'https://{region}.example.com', "
        "variables: {region: {default: eu}}}]\npaths: {/x: {get: {}}}\n";
    CHECK(has(text_or_mistake(variable), "https://eu.example.com"));
}

}  // namespace openapi_test
