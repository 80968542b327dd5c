// The spellings beside forms: JSON bodies of v2, multipart uploads, and what their answers become.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <simdjson.h>

#include "base/crypto.hpp"
#include "stripe/answer/binary.hpp"
#include "stripe/answer/page.hpp"
#include "stripe/answer/success.hpp"
#include "stripe/request/encoder.hpp"
#include "stripe/request/file_bytes.hpp"
#include "stripe/request/multipart_preview.hpp"
#include "tests/unit/stripe/multipart_decoder.hpp"

namespace wire_test {

using namespace tollgate::stripe;
using namespace tollgate::test;
using nlohmann::json;
namespace base = tollgate::base;

namespace {

base::result<encoded_request> call(std::string_view tool, const std::string& arguments) {
    const auto* to = find_operation(tool);
    REQUIRE(to != nullptr);
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    REQUIRE(parser.parse(arguments).get(object) == simdjson::SUCCESS);
    return encode(*to, object, accepted_parameters::all);
}

std::string body(std::string_view tool, const std::string& arguments) {
    const auto request = call(tool, arguments);
    INFO(arguments);
    if (!request) FAIL(request.error().message);
    return request->body;
}

// "code field: message"
std::string refusal(std::string_view tool, const std::string& arguments) {
    const auto request = call(tool, arguments);
    INFO(arguments);
    REQUIRE(request.has_error());
    return request.error().code + ' ' + request.error().field + ": " + request.error().message;
}

constexpr auto account = "create_a_stripe_v2_core_account";
constexpr auto accounts = "list_all_stripe_v2_core_accounts";
constexpr auto meter_event = "create_a_stripe_v2_billing_meter_event";
constexpr auto upload = "create_a_stripe_file";

upstream_response pdf(std::string bytes, std::string type = "application/pdf") {
    upstream_response out;
    out.status = 200;
    out.headers.emplace_back("content-type", std::move(type));
    out.body = std::move(bytes);
    return out;
}

}  // namespace

TEST_CASE("stripe json_writer: v2 bodies are JSON, typed by the catalogue", "[stripe]") {
    CHECK(body(account, R"({"contact_email":"a\"b@c.d","configuration":{"customer":{}},)"
                        R"("include":["identity"]})") ==
          R"({"contact_email":"a\"b@c.d","configuration":{"customer":{}},"include":["identity"]})");
    // Integers stay numbers, also those that came as text; nothing has an exponent.
    CHECK(body("confirm_microdeposits_a_stripe_v2_core_vault_us_bank_account",
               R"({"id":"usba_1","amounts":["32",45.0]})") == R"({"amounts":[32,45]})");
    CHECK(body(meter_event, R"({"event_name":"e","payload":{"value":7,"[x]":"\u0001"}})") ==
          R"({"event_name":"e","payload":{"value":"7","[x]":"\u0001"}})");
    CHECK(body("archive_a_stripe_v2_core_vault_gb_bank_account_by_id", R"({"id":"gbba_1"})") ==
          "{}");
    CHECK(call(account, "{}")->content_type == "application/json");
}

TEST_CASE("stripe json_writer: null removes a metadata key and nothing else", "[stripe]") {
    CHECK(body(account, R"({"metadata":{"a":null,"b":""}})") ==
          R"({"metadata":{"a":null,"b":""}})");
    CHECK(body(account, R"({"metadata":{}})") == R"({"metadata":{}})");
    CHECK(refusal(account, R"({"contact_email":null})") ==
          "wrong_type contact_email: 'contact_email' cannot be null; leave it out instead");
    CHECK(refusal(meter_event, R"({"event_name":"e","payload":{"value":null}})") ==
          "wrong_type payload.value: 'payload.value' cannot be null; leave it out instead");
    // v1's empty string clears; in v2 it is no value of an object or a flag.
    CHECK(refusal(account, R"({"metadata":""})")
              .starts_with("invalid_value metadata: 'metadata' cannot be empty"));
}

TEST_CASE("stripe json_writer: refusals read as those of v1", "[stripe]") {
    CHECK(refusal(account, R"({"contact_mail":"x"})") ==
          "unknown_argument contact_mail: unknown argument 'contact_mail'; did you mean "
          "'contact_email'?");
    CHECK(refusal(account, R"({"identity":{"contry":"de"}})") ==
          "unknown_argument identity.contry: unknown argument 'identity.contry'; did you mean "
          "'country'?");
    CHECK(refusal(account, R"({"identity":{"country":7}})") ==
          "wrong_type identity.country: 'identity.country' must be a string, not a number");
    CHECK(refusal(meter_event, "{}") ==
          "missing_argument event_name: missing required arguments 'event_name', 'payload'");
    const std::string big(encoded_bytes_max, 'x');
    CHECK(refusal(meter_event, R"({"event_name":"e","payload":{"a":")" + big + R"("}})")
              .starts_with("too_large payload.a: "));
}

TEST_CASE("stripe page: a v2 list is paged by next_cursor", "[stripe]") {
    const auto request = call(accounts, R"({"limit":20,"next_cursor":"page_a b=="})");
    REQUIRE(request.has_value());
    CHECK(request->target == "/v2/core/accounts?limit=20&page=page_a%20b%3D%3D");
    CHECK(request->body.empty());
    CHECK(refusal(accounts, R"({"limit":0})").starts_with("invalid_value limit: "));
    CHECK(page_of_url("/v2/core/accounts?limit=2&page=page_1%3D%3D&x=1") == "page_1==");
    CHECK(page_of_url("https://api.stripe.com/v2/x?page=a+b#f") == "a b");
    CHECK(page_of_url("/v2/core/accounts?mypage=1&pages=2").empty());
    CHECK(page_of_url("/v2/core/accounts").empty());
    CHECK(page_of_url("/v2/x?page=%4").empty());
}

namespace {

// Cursors as they are before they are sealed.
class bare_cursors final : public cursor_maker {
public:
    std::string seal(const page_cursor& where) const override { return where.token; }
};

}  // namespace

TEST_CASE("stripe success: a v2 list gives the page of its next URL", "[stripe]") {
    const auto& list = *find_operation(accounts);
    simdjson::dom::parser parser;
    upstream_response answer;
    answer.status = 200;
    answer.body = R"({"data":[{"id":"acct_1"}],"next_page_url":"/v2/core/accounts?page=p%2B1"})";
    const bare_cursors cursors;
    const answer_place place{{}, &cursors};
    for (const bool raw : {true, false}) {
        answer_rules rules;
        rules.raw = raw;
        answer.body =
            R"({"data":[{"id":"acct_1"}],"next_page_url":"/v2/core/accounts?page=p%2B1"})";
        auto text = success_text(list, answer, rules, place, {}, parser);
        CHECK(json::parse(*text)["next_cursor"] == "p+1");
        answer.body = R"({"data":[],"next_page_url":null})";
        text = success_text(list, answer, rules, place, {}, parser);
        CHECK(json::parse(*text)["next_cursor"].is_null());
    }
}

TEST_CASE("stripe file_bytes: base64 in both alphabets and nothing else", "[stripe]") {
    CHECK(decoded_base64("+/8=").value() == "\xFB\xFF");
    CHECK(decoded_base64("-_8").value() == "\xFB\xFF");
    CHECK(decoded_base64("").value().empty());
    for (std::size_t size = 0; size < 70; ++size) {
        const auto bytes = base::random_bytes(size);
        CHECK(decoded_base64(base::base64(bytes)).value() == bytes);
    }
    for (const auto* bad : {"a", "ab=", "a===", "ab==c", "+_8=", "a b=", "YQ==\n",
                            "data:;base64,YQ", "YR==", "=", "Y=Q=", "ä"})
        CHECK_FALSE(decoded_base64(bad).has_value());
}

TEST_CASE("stripe multipart_writer: a file travels as it is", "[stripe]") {
    const std::string bytes = std::string("\x89PNG\r\n\x1A\n") + "\r\n--tollgate-part-0--\r\n";
    const auto request = call(upload, json{{"file", base::base64(bytes)},
                                           {"filename", "bill \"1\".png"},
                                           {"purpose", "dispute_evidence"},
                                           {"file_link_data", {{"create", true}}}}
                                          .dump());
    REQUIRE(request.has_value());
    CHECK(request->target == "/v1/files");
    const auto back = decode_multipart(request->content_type, request->body);
    REQUIRE(back.file);
    CHECK(back.file->bytes == bytes);
    CHECK(back.file->name == "file");
    CHECK(back.file->filename == "bill \"1\".png");
    CHECK(back.file->content_type == "image/png");
    CHECK(back.fields.children.at("purpose").value == "dispute_evidence");
    CHECK(back.fields.children.at("file_link_data").children.at("create").value == "true");
    CHECK(find_operation(upload)->host() == api_host::files);
}

TEST_CASE("stripe multipart_writer: what is not a file is refused", "[stripe]") {
    const auto with = [](const std::string& file, const std::string& more = "") {
        return R"({"purpose":"dispute_evidence","file":)" + file + more + '}';
    };
    CHECK(refusal(upload, with(R"("/etc/passwd.pdf")")).starts_with("invalid_value file: "));
    CHECK(refusal(upload, with(R"("")")).starts_with("invalid_value file: "));
    CHECK(refusal(upload, with("7")) ==
          "wrong_type file: 'file' must be a file's bytes as a base64 string, not a number");
    CHECK(refusal(upload, R"({"purpose":"dispute_evidence"})") ==
          "missing_argument file: missing required argument 'file'");
    const auto big = base::base64(std::string(file_bytes_max + 1, 'x'));
    CHECK(refusal(upload, with('"' + big + '"')).starts_with("too_large file: "));
    CHECK(refusal(upload, with(R"("YQ==")", R"(,"filename":"a/b")"))
              .starts_with("invalid_value filename: "));
    CHECK(refusal(upload, with(R"("YQ==")", R"(,"filename":7)"))
              .starts_with("wrong_type filename: "));
    // The name of a file belongs to uploads alone.
    CHECK(refusal("create_a_stripe_customer", R"({"filename":"a"})")
              .starts_with("unknown_argument filename: "));
}

TEST_CASE("stripe binary: a PDF is embedded, up to what clients take", "[stripe]") {
    tollgate::mcp::tool_result out;
    write_binary_result(out, "/v1/quotes/qt_1/pdf?expand[0]=x", pdf("%PDF-1.7 bytes"));
    CHECK_FALSE(out.is_error);
    CHECK(out.text == "A PDF of 14 bytes is attached as the resource stripe://quotes/qt_1/pdf.");
    CHECK(json::parse(out.attachment) == json{{"type", "resource"},
                                              {"resource",
                                               {{"uri", "stripe://quotes/qt_1/pdf"},
                                                {"mimeType", "application/pdf"},
                                                {"blob", base::base64("%PDF-1.7 bytes")}}}});
    for (const auto& [answer, code] :
         {std::pair{pdf("%PDF-" + std::string(embedded_bytes_max, 'x')), "answer_too_large"},
          {pdf(""), "not_a_pdf"},
          {pdf("%PDF-1.7", "text/html"), "not_a_pdf"}}) {
        tollgate::mcp::tool_result refused;
        write_binary_result(refused, "/v1/quotes/qt_1/pdf", answer);
        CHECK(refused.is_error);
        CHECK(refused.attachment.empty());
        CHECK(json::parse(refused.text)["error"]["code"] == code);
    }
}

TEST_CASE("stripe wire: a preview of an upload shows everything but the file", "[stripe]") {
    const std::string type = "multipart/form-data; boundary=b1";
    const std::string head = "--b1\r\nContent-Disposition: form-data; name=\"file\"; ";
    const std::string before = head + "filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n";
    const std::string after =
        "\r\n--b1\r\nContent-Disposition: form-data; "
        "name=\"purpose\"\r\n\r\nidentity\r\n--b1--\r\n";
    std::string file(100'000, 'x');
    file += "\r\n\r\n--b2\r\n";
    CHECK(preview_multipart(before + file + after, type) ==
          before + "(100010 bytes of the file)" + after);
    // However many fields there are, it ends.
    std::string many;
    for (int i = 0; i < 1'000; ++i) many += "--b1\r\n\r\nvalue\r\n";
    const auto cut = preview_multipart(many, type);
    CHECK(cut.size() < 5'000);
    CHECK(cut.ends_with(" more bytes)"));
    // Broken bodies are no trouble.
    for (const std::string body : {"", "\r\n--b1", "--b1", "x\r\n--b1\r\n--b1"})
        CHECK(preview_multipart(body, type) == body);
    CHECK(preview_multipart("plain", "multipart/form-data") == "plain");
}

}  // namespace wire_test
