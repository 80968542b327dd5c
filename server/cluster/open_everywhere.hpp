// What is open at an MCP server at all instances that share a Redis: each is asked, and what they
// answer is joined.
#pragma once
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/secret.hpp"
#include "base/task_group.hpp"
#include "server/admin/open_now.hpp"
#include "storage/redis/links.hpp"
#include "tenancy/changes/redis_bus.hpp"

namespace tollgate::server {

// Before connect(), and while Redis is away, the answers are those of this instance. Thread-safe
// after connect().
class open_everywhere final : public admin::open_now {
public:
    // How long other instances are waited for, and how many questions wait, or are answered, at
    // once; beyond that, this instance answers alone, or not at all.
    static constexpr std::chrono::milliseconds wait_max{1'000};
    static constexpr std::size_t questions_max = 64;

    // `here`, what is open at this instance, outlives this.
    explicit open_everywhere(admin::open_now& here) : here_(here) {}

    // The arguments of connect(); references outlive every use of this.
    struct parts {
        storage::redis_links& links;
        tenancy::redis_bus& bus;
        base::task_group& tasks;  // on the loop of the bus
        base::secret key;         // 32 bytes: seals answers, equal on all instances
        std::string instance;     // inst_… of this one
    };
    // Makes questions go to the other instances. Call once, before the loops run.
    void connect(parts with) { with_ = std::make_unique<const parts>(std::move(with)); }

    base::awaitable<admin::open_at_server> of_server(std::string server_id) override;
    base::awaitable<bool> end_session(std::string server_id, std::string name) override;

    // Handles a message of the bus, on its loop; ignores words that are not its own.
    void receive(std::string_view word, std::string_view about);

private:
    struct said {
        std::string instance;
        std::string text;
    };
    // What the other instances have said to one question, and how many instances run.
    struct answers {
        std::size_t running = 0;  // 0: they could not be asked
        std::vector<said> all;
    };
    // A question that is open until the end of its scope, however the coroutine ends.
    class open_question;
    // Asks all other instances: `name` empty: what is open; otherwise to end that session.
    base::awaitable<answers> ask(std::string server_id, std::string name);
    base::awaitable<std::size_t> count_instances() const;
    base::awaitable<> answer(std::string question, std::string server_id, std::string name);
    void take_answer(std::string_view about);

    admin::open_now& here_;
    std::unique_ptr<const parts> with_;
    std::size_t answering_ = 0;  // used on the loop of the bus
    std::mutex mutex_;
    std::unordered_map<std::string, std::vector<said>> waiting_;  // by question
};

}  // namespace tollgate::server
