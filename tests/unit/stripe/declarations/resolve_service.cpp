// Declared tools of a service that is not Stripe: the operations that they are, and their requests.
#include <catch2/catch.hpp>
#include <simdjson.h>

#include <fstream>
#include <sstream>

#include "stripe/answer/service_answer.hpp"
#include "stripe/declarations/declarations.hpp"
#include "stripe/listing/service_operation.hpp"
#include "stripe/request/service_request.hpp"
#include "stripe/tools/directory.hpp"
#include "stripe/tools/effect_text.hpp"
#include "stripe/writes/recorded_request.hpp"
#include "stripe/writes/write_outcome.hpp"
#include "tests/support/source_dir.hpp"

namespace services_test {

using namespace tollgate;
using namespace tollgate::stripe;

namespace {

const catalogue_directory& stripe_tools_known() {
    static const catalogue_directory all;
    return all;
}

std::string jobs() {
    std::ifstream file{test::source_file("tests/fixtures/declarations/jobs.yaml")};
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string changed(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

checked_declarations jobs_checked(const std::string& text = jobs(),
                                  const tenancy::declarations_place& place = {}) {
    return check_declarations(text, "f", false, stripe_tools_known(), place);
}

std::string codes_of(const checked_declarations& checked) {
    std::string out;
    for (const auto& one : checked.read.problems) out += one.code + ' ';
    return out;
}

const resolved_capability& tool_of(const checked_declarations& in, std::string_view name) {
    for (const auto& one : in.resolved)
        if (one.tool.name == name) return one;
    FAIL("there is no tool " << name);
    return in.resolved.front();
}

// "POST /v2/jobs {…}", or the code of the refusal.
std::string request_of(std::string_view tool, const std::string& arguments) {
    static const auto all = jobs_checked();
    simdjson::dom::parser parser;
    const auto given = parser.parse(arguments).get_object().value();
    const auto made = encode_for_service(*tool_of(all, tool).called, given);
    if (!made) return made.error().code;
    std::string out = std::string(to_string(made->method)) + ' ' + made->target;
    return made->body.empty() ? out : out + ' ' + made->body;
}

upstream_response answered_with(unsigned status, std::string body) {
    upstream_response out;
    out.status = status;
    out.body = std::move(body);
    return out;
}

}  // namespace

TEST_CASE("stripe services: each capability is an operation of its own", "[stripe][services]") {
    const auto all = jobs_checked();
    REQUIRE(codes_of(all).empty());
    REQUIRE(all.resolved.size() == 6);
    const auto& list = *tool_of(all, "list_jobs").called;
    CHECK(list.kind() == tenancy::method::list);
    CHECK(list.read_only());
    CHECK(tool_of(all, "get_job").called->kind() == tenancy::method::get);
    const auto& rename = *tool_of(all, "rename_job").called;
    CHECK(rename.method() == http_method::patch);
    CHECK(rename.kind() == tenancy::method::update);
    CHECK(rename.destructive());
    CHECK_FALSE(rename.made->honours_key);
    CHECK(tool_of(all, "start_job").called->made->honours_key);
    CHECK(tool_of(all, "replace_note").called->encoding() == encoding::form);
    CHECK(operation_of(tool_of(all, "delete_job").tool)->kind() == tenancy::method::delete_);
    CHECK(find_tool("list_jobs") == nullptr);
}

TEST_CASE("stripe services: their tools are known to rules by their inputs", "[stripe][services]") {
    const auto all = jobs_checked();
    REQUIRE(all.directory != nullptr);
    CHECK(all.directory->tools().size() == 6);
    CHECK(all.directory->tools().front().facts.name == "delete_job");
    CHECK(all.directory->takes("start_job", {"priority"}, false));
    CHECK(all.directory->takes("start_job", {"options", "deep"}, false));
    CHECK(all.directory->takes("start_job", {"deep"}, true));
    CHECK_FALSE(all.directory->takes("rename_job", {"deep"}, true));
    CHECK_FALSE(all.directory->takes("start_job", {"amount"}, false));
    CHECK_FALSE(all.directory->takes("create_a_stripe_refund", {"amount"}, false));
}

TEST_CASE("stripe services: arguments stay in their places", "[stripe][services]") {
    CHECK(request_of("get_job", R"({"job_id":"a..b?c#d%2F"})") == "GET /v2/jobs/a..b%3Fc%23d%252F");
    CHECK(request_of("get_job", R"({"job_id":"x\r\nHost: y"})") ==
          "GET /v2/jobs/x%0D%0AHost%3A%20y");
    CHECK(request_of("get_job", R"({"job_id":7})") == "GET /v2/jobs/7");
    for (const std::string id : {R"("")", R"(".")", R"("..")", R"("../../admin")", R"("a/b")",
                                 R"("/")", R"("..\\..\\admin")", R"("a\\b")"})
        CHECK(request_of("get_job", R"({"job_id":)" + id + '}') == "invalid_value");
    CHECK(request_of("get_job", R"({"job_id":{}})") == "wrong_type");
    CHECK(request_of("get_job", "{}") == "missing_argument");
    CHECK(request_of("list_jobs", R"({"state":"a&b=c","label":["x y",1,true]})") ==
          "GET /v2/jobs?state=a%26b%3Dc&label=x%20y&label=1&label=true");
    CHECK(request_of("list_jobs", R"({"label":[["x"]]})") == "wrong_type");
    CHECK(
        request_of("start_job", R"({"kind":"\"}","options":{"a":[1,null]},"operation_key":"k"})") ==
        R"(POST /v2/jobs {"kind":"\"}","options":{"a":[1,null]}})");
    CHECK(request_of("replace_note", R"({"job_id":"1","text":"a=b&c","tag":["x","y"]})") ==
          "PUT /v2/jobs/1/note text=a%3Db%26c&tag=x&tag=y");
    CHECK(request_of("start_job", R"({"kind":")" + std::string(600'000, 'x') + "\"}") ==
          "too_large");
}

TEST_CASE("stripe services: a document must be that of its account", "[stripe][services]") {
    const auto service =
        tenancy::parse_service("https://jobs.example.com/v2/", "bearer", "").value();
    const auto other = tenancy::parse_service("https://jobs.example.com/v3", "bearer", "").value();
    const auto keyed =
        tenancy::parse_service("https://jobs.example.com/v2", "header", "X-Key").value();
    CHECK(codes_of(jobs_checked(jobs(), {"ia_1", 1, &service})).empty());
    CHECK(codes_of(jobs_checked(jobs(), {"ia_1", 1, &other})) == "other_service ");
    CHECK(codes_of(jobs_checked(jobs(), {"ia_1", 1})) == "other_service ");
    const auto with_auth = [](const std::string& auth) {
        return changed(jobs(), "capabilities:", "  auth: " + auth + "\ncapabilities:");
    };
    const std::string bearer = "{type: bearer}";
    const std::string header = "{type: api_key, header: X-KEY}";
    CHECK(codes_of(jobs_checked(with_auth(bearer), {"ia_1", 1, &service})).empty());
    CHECK(codes_of(jobs_checked(with_auth(header), {"ia_1", 1, &keyed})).empty());
    CHECK(codes_of(jobs_checked(with_auth(bearer), {"ia_1", 1, &keyed})) == "cannot_be_enforced ");
    CHECK(codes_of(jobs_checked(with_auth(header), {"ia_1", 1, &service})) ==
          "cannot_be_enforced ");
    CHECK(codes_of(jobs_checked(with_auth("{type: none}"))) == "cannot_be_enforced ");
}

TEST_CASE("stripe services: what cannot be sent or enforced is a mistake", "[stripe][services]") {
    const auto wrong = [](const std::string& from, const std::string& to) {
        return codes_of(jobs_checked(changed(jobs(), from, to)));
    };
    CHECK(wrong("https://jobs.example.com/v2", "https://jobs.example.com/v2?x=y") ==
          "other_service ");
    CHECK(wrong("https://jobs.example.com/v2", "ftp://jobs.example.com") == "other_service ");
    CHECK(wrong("name: list_jobs", "name: get_receipt").find("reserved_name") != std::string::npos);
    CHECK(wrong("kind: {type: string, required: true}",
                "operation_key: {type: string, required: true}") == "reserved_name ");
    CHECK(wrong("label: {type: array,", "label: {type: object,") == "cannot_be_enforced ");
    CHECK(wrong("text: {type: string,", "text: {type: object,") == "cannot_be_enforced ");
    CHECK(wrong("label: {type: array,", "label: {type: array, in: body,") == "wrong_place ");
    CHECK(wrong("permission: admin\n    consent_required: true\n    inputs:\n      job_id: {type: "
                "string, "
                "required: true}",
                "permission: admin\n    inputs:\n      job_id: {type: string}\n      why: {type: "
                "string, in: "
                "body}") == "wrong_place ");
    CHECK(wrong("label: {type: array,", "label: {type: array, in: header,") ==
          "cannot_be_enforced ");
    CHECK(wrong("    path: /jobs\n    permission: read",
                "    path: /jobs\n    idempotency_key: true\n"
                "    permission: read") == "cannot_be_enforced ");
    CHECK(wrong("version: \"1.0\"", "version: \"1.0\"\nonly: false") == "cannot_be_enforced ");
}

TEST_CASE("stripe services: errors quote a bounded part, and name what to do",
          "[stripe][services]") {
    const service_call_facts reading{.service = "jobs.example.com", .repeatable = true};
    const service_call_facts writing{.service = "jobs.example.com", .operation_key = "k"};
    auto maybe_done = writing;
    maybe_done.outcome_unknown = true;
    const auto long_text = service_error_text(answered_with(400, std::string(9'000, 'x')), reading);
    CHECK(long_text.size() < 1'200);
    CHECK(service_error_text(answered_with(302, "secret"), reading).find("secret") ==
          std::string::npos);
    for (const unsigned status : {307U, 424U, 503U}) {
        const auto text = service_error_text(answered_with(status, ""), maybe_done);
        CHECK(text.find(R"("retryable":false)") != std::string::npos);
        CHECK(text.find("whether it acted is not known. The call is not sent again") !=
              std::string::npos);
    }
    CHECK(service_error_text(answered_with(422, ""), writing).find("not known") ==
          std::string::npos);
    CHECK(service_error_text(answered_with(503, ""), reading).find(R"("retryable":true)") !=
          std::string::npos);
    const auto lost = base::fail(base::errc::unavailable, "outcome_unknown", "No answer.");
    const auto unsent = base::fail(base::errc::unavailable, "not_sent", "No way.");
    CHECK(service_unanswered_text(lost, writing).find("is not sent again") != std::string::npos);
    CHECK(service_unanswered_text(unsent, writing).find("Nothing was sent.") != std::string::npos);
}

TEST_CASE("stripe services: an answer is shown as it is, not as one of Stripe's",
          "[stripe][services]") {
    const auto all = jobs_checked();
    const auto shown = [&](std::string_view tool, std::string body,
                           const std::vector<std::string>& fields) {
        simdjson::dom::parser parser;
        const answer_rules rules{.verbatim = true, .fields = fields};
        return service_success_text(*tool_of(all, tool).called, answered_with(200, std::move(body)),
                                    rules, {}, {}, parser);
    };
    const std::string file =
        R"({"id":"f","object":"file","note":null,"tags":[],"text":"","created":1700000000,)"
        R"("amount":500,"currency":"usd","bytes":{"object":"charge","own":{}},"description":"d"})";
    CHECK(shown("list_jobs", file, {}) == file);
    CHECK(shown("list_jobs", file, {"note", "bytes"}) ==
          R"({"id":"f","object":"file","note":null,"bytes":{"object":"charge","own":{}}})");
}

TEST_CASE("stripe services: who approves sees every argument, and no amount in words",
          "[stripe][services]") {
    const auto all = jobs_checked();
    tenancy::grant who;
    auto account = std::make_shared<tenancy::account_access>();
    account->service = tenancy::parse_service("https://jobs.example.com/v2", "bearer", "").value();
    who.account = account;
    simdjson::dom::parser parser;
    const std::string arguments =
        R"({"fields":"a","expand":"b","max_tokens":7,"idempotency_key":"c","operation_key":"d",)"
        R"("amount":500,"currency":"usd"})";
    const auto text = effect_text(given_arguments{*tool_of(all, "start_job").called,
                                                  parser.parse(arguments).get_object().value()},
                                  who);
    CHECK(text.find("\n- fields: \"a\"\n- expand: \"b\"\n- max_tokens: 7\n- idempotency_key: "
                    "\"c\"\n- amount: 500\n- currency: \"usd\"\n") != std::string::npos);
    CHECK(text.find("operation_key") == std::string::npos);
}

TEST_CASE("stripe services: words that only Stripe uses say nothing of a service's write",
          "[stripe][services]") {
    simdjson::dom::parser parser;
    const auto outcome = [&](api_host asked, unsigned status, const std::string& code) {
        const base::result<upstream_response> sent =
            answered_with(status, R"({"error":{"code":")" + code + "\"}}");
        return outcome_of(sent, asked, parser);
    };
    const auto failed = storage::receipt_state::failed;
    const auto unknown = storage::receipt_state::unknown;
    for (const std::string code : {"approval_required", "idempotency_key_in_use"}) {
        CHECK(outcome(api_host::api, 400, code).state == unknown);
        CHECK(outcome(api_host::service, 400, code).state == failed);
    }
    CHECK(outcome(api_host::service, 503, "approval_required").error_code == "http_503");
    auto answer = answered_with(200, "{}");
    answer.headers.emplace_back("request-id", std::string(256, 'r'));
    CHECK(request_id_of(answer).empty());
    answer.headers.front().second = "req-1";
    CHECK(request_id_of(answer) == "req-1");
}

TEST_CASE("stripe services: max_per_request needs a limit that is there and positive",
          "[stripe][services]") {
    using absent = tenancy::number_limit::absent;
    const auto limits_of = [](const std::string& limit) {
        const auto all = jobs_checked(changed(
            jobs(), "limit: {type: integer, default: 20, constraints: {max_value: 50}}", limit));
        REQUIRE(codes_of(all).empty());
        std::vector<tenancy::number_limit> out;
        for (const auto& one : tool_of(all, "list_jobs").tool.rules->rules)
            out.push_back(std::get<tenancy::number_limit>(one.what.when));
        REQUIRE(out.size() == 2);
        return out;
    };
    const auto needed = limits_of("limit: {type: integer, constraints: {max_per_request: 20}}");
    CHECK_FALSE(needed[0].most);
    CHECK(needed[0].value == 1);
    CHECK(needed[1].value == 20);
    CHECK(needed[1].if_absent == absent::deny);
    const auto usual =
        limits_of("limit: {type: integer, default: 5, constraints: {max_per_request: 20}}");
    CHECK(usual[1].if_absent == absent::allow);
}

TEST_CASE("stripe services: a recorded request says whose it is", "[stripe][services]") {
    recorded_request record{.method = "PATCH",
                            .target = "/v2/jobs/1",
                            .body = "{}",
                            .content_type = "application/json",
                            .connected_account = {},
                            .stripe_version = {},
                            .host = api_host::service};
    const auto read = decode_record(encode_record(record));
    REQUIRE(read.has_value());
    CHECK(read->host == api_host::service);
    CHECK(read->target == record.target);
}

}  // namespace services_test
