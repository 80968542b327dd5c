#include "mcp/tools/questions.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/ids.hpp"

namespace tollgate::mcp {

namespace {
// How often a question checks whether its call must end.
constexpr std::chrono::milliseconds look{100};
}  // namespace

struct questions::waiting::place {
    place(std::string server, const base::executor& where)
        : server_id(std::move(server)), executor(where), wake(where) {}
    const std::string server_id;
    const base::executor executor;
    // The following members are used on the executor only.
    boost::asio::steady_timer wake;
    std::optional<client_response> got;
};

questions::waiting::waiting(questions& owner, std::string server_id, const base::executor& where)
    : owner_(owner),
      id_(base::make_id(question_kind)),
      place_(std::make_shared<place>(std::move(server_id), where)) {
    const std::lock_guard lock{owner_.mutex_};
    owner_.waiting_.emplace(id_, place_);
}

questions::waiting::~waiting() {
    const std::lock_guard lock{owner_.mutex_};
    owner_.waiting_.erase(id_);
}

base::awaitable<std::optional<client_response>> questions::waiting::response(
    std::chrono::steady_clock::time_point until, call_monitor& call) {
    while (!place_->got && std::chrono::steady_clock::now() < until &&
           call.end() == call_end::none) {
        place_->wake.expires_after(look);
        boost::system::error_code ignored;
        co_await place_->wake.async_wait(
            boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    }
    co_return std::move(place_->got);
}

bool questions::answer_here(const std::string& server_id, const std::string& question_id,
                            client_response response) {
    std::shared_ptr<waiting::place> to;
    {
        const std::lock_guard lock{mutex_};
        const auto at = waiting_.find(question_id);
        if (at != waiting_.end()) to = at->second.lock();
        if (!to || to->server_id != server_id) return false;
        waiting_.erase(at);
    }
    const auto executor = to->executor;
    boost::asio::post(executor, [to = std::move(to), response = std::move(response)]() mutable {
        to->got = std::move(response);
        to->wake.cancel();
    });
    return true;
}

void questions::answer(const std::string& server_id, const std::string& question_id,
                       const client_response& response) {
    if (answer_here(server_id, question_id, response) || !relay_) return;
    relay_(server_id, question_id, response);
}

}  // namespace tollgate::mcp
