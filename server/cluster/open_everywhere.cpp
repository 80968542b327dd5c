#include "server/cluster/open_everywhere.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <map>
#include <utility>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "base/pause.hpp"
#include "server/cluster/open_answer_codec.hpp"

namespace tollgate::server {

namespace {

using base::awaitable;

constexpr std::string_view ask_word = "open_ask";  // <question> <instance> <server> [<session>]
constexpr std::string_view say_word = "open_say";  // <question> <instance> <sealed>
constexpr std::string_view question_id_kind = "oq";
constexpr std::chrono::milliseconds look_every{5};
constexpr std::string_view session_was_ended = "ended";
constexpr std::string_view session_not_here = "unknown";

// Removes the part up to the next space from `rest`.
std::string take_word(std::string_view& rest) {
    const auto space = rest.find(' ');
    const std::string part{rest.substr(0, space)};
    rest.remove_prefix(space == std::string_view::npos ? rest.size() : space + 1);
    return part;
}

std::string sealed_about(std::string_view question, std::string_view instance) {
    return "open " + std::string(question) + ' ' + std::string(instance);
}

// A session that several instances have served is one.
void join_session(std::map<std::string, admin::open_session>& to, admin::open_session one,
                  std::size_t& count) {
    const auto [at, is_new] = to.try_emplace(one.name, one);
    if (is_new) return;
    if (count > 0) --count;
    admin::open_session& known = at->second;
    known.last_used_at = std::max(known.last_used_at, one.last_used_at);
    known.began_at = std::min(known.began_at, one.began_at);
    if (known.title.empty()) known.title = std::move(one.title);
    if (known.client.empty()) known.client = std::move(one.client);
    if (known.revision.empty()) known.revision = std::move(one.revision);
}

template <typename One, typename When>
void newest_of_all(std::vector<One>& of, When when) {
    std::ranges::sort(of, std::ranges::greater{}, when);
    if (of.size() > admin::open_shown_max) of.resize(admin::open_shown_max);
}

admin::open_at_server joined_open(std::vector<admin::open_at_server> all) {
    admin::open_at_server out;
    std::map<std::string, admin::open_session> sessions;
    for (auto& part : all) {
        out.session_count += part.session_count;
        out.stream_count += part.stream_count;
        for (auto& one : part.sessions) join_session(sessions, std::move(one), out.session_count);
        out.streams.insert(out.streams.end(), part.streams.begin(), part.streams.end());
    }
    for (auto& entry : sessions) out.sessions.push_back(std::move(entry.second));
    newest_of_all(out.sessions, &admin::open_session::last_used_at);
    newest_of_all(out.streams, &admin::open_stream::opened_at);
    return out;
}

}  // namespace

class open_everywhere::open_question {
public:
    explicit open_question(open_everywhere& by)
        : by_(by), id_(base::make_id(question_id_kind)), may_ask_(begin()) {}
    ~open_question() {
        const std::lock_guard lock{by_.mutex_};
        by_.waiting_.erase(id_);
    }
    open_question(const open_question&) = delete;
    open_question& operator=(const open_question&) = delete;

    // False if too many questions are open already.
    bool may_ask() const { return may_ask_; }
    const std::string& id() const { return id_; }

    std::size_t answered() const {
        const std::lock_guard lock{by_.mutex_};
        return by_.waiting_.at(id_).size();
    }
    std::vector<said> take_answers() {
        const std::lock_guard lock{by_.mutex_};
        return std::move(by_.waiting_.at(id_));
    }

private:
    bool begin() {
        const std::lock_guard lock{by_.mutex_};
        return by_.waiting_.size() < questions_max && by_.waiting_.try_emplace(id_).second;
    }

    open_everywhere& by_;
    const std::string id_;
    const bool may_ask_;
};

awaitable<std::size_t> open_everywhere::count_instances() const {
    const auto where = co_await boost::asio::this_coro::executor;
    auto* const link = with_->links.here(where);
    if (link == nullptr || !link->up()) co_return 0;
    const std::string channel = link->key(tenancy::bus_channel);
    std::string command;
    storage::append_command(command, {"PUBSUB", "NUMSUB", channel});
    const auto reply = co_await link->ask(std::move(command));
    if (!reply || reply->members.size() != 2 || reply->members[1].number < 1) co_return 0;
    co_return static_cast<std::size_t>(reply->members[1].number);
}

awaitable<open_everywhere::answers> open_everywhere::ask(std::string server_id, std::string name) {
    answers out;
    if (!with_) co_return out;
    const std::size_t running = co_await count_instances();
    if (running == 0) co_return out;
    open_question question{*this};
    if (!question.may_ask()) co_return out;
    out.running = running;
    std::string about = question.id() + ' ' + with_->instance + ' ' + server_id;
    if (!name.empty()) about += ' ' + name;
    with_->bus.send(ask_word, about);
    const auto where = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer{where};
    const auto end = std::chrono::steady_clock::now() + wait_max;
    while (question.answered() + 1 < running && std::chrono::steady_clock::now() < end)
        co_await base::pause(timer, look_every);
    out.all = question.take_answers();
    co_return out;
}

awaitable<admin::open_at_server> open_everywhere::of_server(std::string server_id) {
    std::string name;
    auto others = co_await ask(server_id, std::move(name));
    std::vector<admin::open_at_server> parts;
    parts.push_back(co_await here_.of_server(std::move(server_id)));
    std::vector<std::string> answered;
    if (with_) answered.push_back(with_->instance);
    for (const auto& one : others.all)
        if (auto read = decode_open_answer(one.text)) {
            parts.push_back(std::move(*read));
            answered.push_back(one.instance);
        }
    auto out = joined_open(std::move(parts));
    out.running = std::max(others.running, others.running == 0 ? 0 : answered.size());
    out.answered = std::move(answered);
    co_return out;
}

awaitable<bool> open_everywhere::end_session(std::string server_id, std::string name) {
    const bool ended = co_await here_.end_session(server_id, name);
    if (ended) co_return true;
    const auto others = co_await ask(std::move(server_id), std::move(name));
    co_return std::ranges::any_of(others.all,
                                  [](const said& one) { return one.text == session_was_ended; });
}

awaitable<> open_everywhere::answer(std::string question, std::string server_id, std::string name) {
    std::string text;
    if (name.empty()) {
        const auto open = co_await here_.of_server(std::move(server_id));
        text = encode_open_answer(open);
    } else {
        const bool ended = co_await here_.end_session(std::move(server_id), std::move(name));
        text = ended ? session_was_ended : session_not_here;
    }
    --answering_;
    const auto sealed =
        base::aes256gcm_seal(with_->key.reveal(), text, sealed_about(question, with_->instance));
    with_->bus.send(say_word, question + ' ' + with_->instance + ' ' + base::base64(sealed));
}

void open_everywhere::take_answer(std::string_view about) {
    const std::string question = take_word(about);
    said one{take_word(about), {}};
    const std::lock_guard lock{mutex_};
    const auto asked = waiting_.find(question);
    if (asked == waiting_.end()) return;  // another instance's question, or too late
    const auto sealed = base::from_base64(about);
    if (!sealed) return;
    auto text =
        base::aes256gcm_open(with_->key.reveal(), *sealed, sealed_about(question, one.instance));
    const bool known = std::ranges::any_of(
        asked->second, [&one](const said& earlier) { return earlier.instance == one.instance; });
    if (!text || known) return;
    one.text = std::move(*text);
    asked->second.push_back(std::move(one));
}

void open_everywhere::receive(std::string_view word, std::string_view about) {
    if (!with_) return;
    if (word == say_word) return take_answer(about);
    if (word != ask_word) return;
    std::string question = take_word(about);
    const std::string asking = take_word(about);
    std::string server_id = take_word(about);
    std::string name = take_word(about);
    if (asking == with_->instance || !base::is_id(question, question_id_kind) ||
        answering_ >= questions_max)
        return;
    ++answering_;
    with_->tasks.spawn("open_answer",
                       answer(std::move(question), std::move(server_id), std::move(name)));
}

}  // namespace tollgate::server
