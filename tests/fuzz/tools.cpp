// Any message to Stripe's tools, resources and prompts, and any answer from Stripe: the result is
// always JSON.
#include "fuzz.hpp"
#include "mcp/endpoint.hpp"
#include "stripe/provider/stripe_content.hpp"
#include "stripe/provider/stripe_tools.hpp"
#include "tests/support/counting_watch.hpp"
#include "tests/support/memory_audit.hpp"
#include "tests/support/memory_desk.hpp"
#include "tests/support/memory_ledger.hpp"

using namespace tollgate;

namespace {

// Answers every request with one status, one header and one body.
class canned final : public stripe::upstream {
public:
    base::awaitable<base::result<stripe::upstream_response>> send(
        stripe::upstream_request request) override {
        fuzz::require(request.target.starts_with("/v1/") || request.target.starts_with("/v2/"),
                      "a request goes to Stripe's API");
        fuzz::require(request.content_type.find_first_of("\r\n") == std::string::npos,
                      "a content type is one line");
        co_return answer;
    }
    stripe::upstream_response answer;
};

constexpr unsigned statuses[] = {200, 400, 401, 402, 403, 404, 409, 429, 500, 204};

}  // namespace

// One byte of status, a line of RateLimit, a line of the message, then Stripe's body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    std::string_view rest = fuzz::text_of(data + 1, size - 1);
    canned api;
    api.answer.status = statuses[data[0] % std::size(statuses)];
    api.answer.headers.emplace_back("ratelimit", std::string(fuzz::take_until(rest, '\n')));
    base::http_request request;
    request.method = "POST";
    request.body = fuzz::padded(fuzz::take_until(rest, '\n'));
    api.answer.body = fuzz::padded(rest);

    const base::manual_clock clock{base::from_unix_ms(1'800'000'000'000)};
    base::null_logger log;
    static const stripe::finder_source finder;
    static const stripe::cursor_seal cursors{base::secret{std::string(32, 'k')}};
    static stripe::recent_writes writes;
    test::counting_watch credentials;
    test::memory_ledger receipts;
    test::memory_desk approvals;
    test::memory_audit audit;
    static stripe::seen_ids seen;
    const stripe::tool_services shared{.finder = finder,
                                       .cursors = cursors,
                                       .writes = writes,
                                       .credentials = credentials,
                                       .receipts = receipts,
                                       .approvals = approvals,
                                       .audit = audit,
                                       .clock = clock,
                                       .log = log,
                                       .seen = &seen};
    stripe::stripe_tools tools{api, shared};
    stripe::stripe_content content{api, shared};
    mcp::cancellations cancelled;
    boost::asio::io_context loop{1};
    mcp::endpoint endpoint{
        tools, cancelled, {"Gateway", "1", "instructions"}, {.content = &content}};
    auto account = std::make_shared<tenancy::account_access>();
    account->credential = base::secret{"sk_test_fuzz"};
    if (size % 5 == 0) account->connected_accounts = {"acct_1", "acct_2"};
    tenancy::grant grant;
    grant.account = account;
    grant.structured_content = size % 2 == 0;
    grant.listing.deep_research = size % 7 < 3;
    if (size % 11 < 3) grant.confirm = tenancy::confirmation::write;
    if (size % 3 == 0) grant.listing.mode = tenancy::listing_mode::search;
    mcp::exchange facts;
    const auto answer = fuzz::run_on(loop, endpoint.handle(grant, request, facts));
    fuzz::require(answer.body.empty() ? answer.status == 202 : fuzz::is_json(answer.body),
                  "an answer is JSON");
    fuzz::require(answer.body.find("sk_test_fuzz") == std::string::npos ||
                      rest.find("sk_test_fuzz") != std::string_view::npos ||
                      request.body.find("sk_test_fuzz") != std::string::npos,
                  "the credential is in no answer");
    for (const auto& [name, value] : answer.headers)
        fuzz::require(value.find_first_of("\r\n") == std::string::npos, "headers are one line");
    return 0;
}
