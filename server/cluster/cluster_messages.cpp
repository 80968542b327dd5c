#include "server/cluster/cluster_messages.hpp"

#include "base/crypto.hpp"
#include "base/ids.hpp"

namespace tollgate::server {

namespace {

constexpr std::size_t request_id_bytes_max = 256;
constexpr std::string_view cancel_word = "cancel";  // <server> <request id as JSON>
constexpr std::string_view ended_word = "ended";    // <session id>
constexpr std::string_view answer_word = "answer";  // <server> <question id> <sealed>

// Removes the part up to the next space from `rest`.
std::string take(std::string_view& rest) {
    const auto space = rest.find(' ');
    const std::string part{rest.substr(0, space)};
    rest.remove_prefix(space == std::string_view::npos ? rest.size() : space + 1);
    return part;
}

std::string bound_to(const std::string& server_id, const std::string& question_id) {
    return server_id + ' ' + question_id;
}

// The first character tells whether a response holds a result or an error.
constexpr char with_result = 'r';
constexpr char with_error = 'e';

}  // namespace

void cluster_messages::send_over(tenancy::redis_bus& bus) {
    subjects_.cancelled.relay_with(
        [&bus](const std::string& server_id, const std::string& request_id_json) {
            if (request_id_json.size() <= request_id_bytes_max)
                bus.send(cancel_word, server_id + ' ' + request_id_json);
        });
    subjects_.sessions.relay_with([&bus](const std::string& id) { bus.send(ended_word, id); });
    subjects_.asked.relay_with([this, &bus](const std::string& server_id,
                                            const std::string& question_id,
                                            const mcp::client_response& response) {
        if (!base::is_id(question_id, mcp::question_kind)) return;  // not a question's id
        const std::string plain = response.result_json.empty() ? with_error + response.error
                                                               : with_result + response.result_json;
        const std::string about = bound_to(server_id, question_id);
        const auto sealed = base::aes256gcm_seal(key_.reveal(), plain, about);
        bus.send(answer_word, about + ' ' + base::base64(sealed));
    });
}

void cluster_messages::receive(std::string_view word, std::string_view about) const {
    if (word == cancel_word) {
        const std::string server_id = take(about);
        subjects_.cancelled.cancel_here(server_id, std::string(about));
    } else if (word == ended_word) {
        mcp::stream_news news;
        news.type = mcp::stream_news::kind::session_gone;
        news.session = about;
        subjects_.sessions.end_here(news.session);
        subjects_.streams.notify(news);
    } else if (word == answer_word) {
        receive_answer(about);
    }
}

void cluster_messages::receive_answer(std::string_view about) const {
    const std::string server_id = take(about);
    const std::string question_id = take(about);
    const auto sealed = base::from_base64(about);
    if (!sealed) return;
    const auto plain =
        base::aes256gcm_open(key_.reveal(), *sealed, bound_to(server_id, question_id));
    if (!plain || plain->empty()) return;
    mcp::client_response response;
    auto& message = plain->front() == with_result ? response.result_json : response.error;
    message = plain->substr(1);
    subjects_.asked.answer_here(server_id, question_id, std::move(response));
}

}  // namespace tollgate::server
