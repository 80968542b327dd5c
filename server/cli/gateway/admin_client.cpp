#include "server/cli/gateway/admin_client.hpp"

#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "server/cli/gateway/answer_lost.hpp"
#include "server/cli/text/answer_lines.hpp"
#include "tenancy/secrets/key_ring.hpp"

namespace tollgate::server {

namespace {

using base::errc;
using base::fail;
using base::result;

errc kind_of(unsigned status) {
    switch (status) {
        case 401:
            return errc::unauthorized;
        case 403:
            return errc::forbidden;
        case 404:
            return errc::not_found;
        case 409:
            return errc::conflict;
        default:
            return status >= 500 ? errc::unavailable : errc::invalid_argument;
    }
}

base::failure refusal_of(const http_answer& answer, bool reads) {
    simdjson::dom::parser parser;
    simdjson::dom::object problem;
    std::string_view code;
    std::string_view detail;
    const simdjson::padded_string text{answer.body};
    if (parser.parse(text).get(problem) != simdjson::SUCCESS ||
        problem["code"].get(code) != simdjson::SUCCESS ||
        problem["detail"].get(detail) != simdjson::SUCCESS) {
        const auto what = "it answered " + std::to_string(answer.status);
        // A proxy answers so when it does not know what became of a request.
        if (answer.status < 500 || reads) return not_asked(what + ", not as the admin API does");
        return fail(errc::unavailable, std::string{answer_lost},
                    "the gateway was asked, and " + what +
                        ". It may have been done: look before you repeat it");
    }
    std::string sentence = without_controls(detail);
    if (answer.status == 401) sentence += ": give the API key (tgk_…) of the team";
    return fail(kind_of(answer.status), std::string(code), std::move(sentence));
}

}  // namespace

result<admin_client> admin_client::make(const admin_access& access) {
    auto to = http_caller::make(access.url);
    if (!to) return base::invalid(to.error().code, "--url " + to.error().message);
    std::string word = access.key;
    if (!access.key_file.empty()) {
        auto read = tenancy::read_secret_file(access.key_file);
        if (!read) return read.error();
        word = read->reveal();
    }
    word.resize(word.find_last_not_of(" \t\r\n") + 1);  // editors end a file with a line end
    if (word.empty())
        return base::invalid("no_key",
                             "an API key is needed: run tollgate login, or put it into a file that "
                             "only you can read and give --key-file FILE, or set TOLLGATE_API_KEY");
    const bool one_word =
        std::all_of(word.begin(), word.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (!one_word) return base::invalid("no_key", "the API key must be one word: tgk_…");
    return admin_client{std::move(*to), base::secret{std::move(word)}, access};
}

result<admin_client> admin_client::at(const std::string& url) const {
    admin_access access;
    access.url = url;
    access.key = std::string{key_.reveal()};
    return make(access);
}

result<http_answer> admin_client::ask(std::string_view method, const std::string& path,
                                      std::string body, std::string_view type) const {
    http_ask what{method, path, {}, std::move(body)};
    what.headers = {{"Authorization", "Bearer " + std::string(key_.reveal())},
                    {"Accept", "application/json"}};
    if (!what.body.empty()) what.headers.emplace_back("Content-Type", type);
    return to_.call(what);
}

result<std::string> admin_client::call(std::string_view method, const std::string& path,
                                       std::string body, std::string_view type) const {
    auto answer = ask(method, path, std::move(body), type);
    if (!answer) return answer.error();
    if (answer->status < 200 || answer->status >= 300) return refusal_of(*answer, method == "GET");
    constexpr unsigned no_content = 204;
    if (answer->body.empty() && answer->status != no_content) return unreadable_answer();
    return std::move(answer->body);
}

}  // namespace tollgate::server
