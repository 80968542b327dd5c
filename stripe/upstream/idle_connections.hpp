// Idle connections, kept for their account's next call.
#pragma once
#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stripe/upstream/connection.hpp"

namespace tollgate::stripe {

// A connection serves a single integrated account for its whole life, so that a fault on it cannot
// affect another team. Used on one loop only.
class idle_connections {
public:
    using time_point = std::chrono::steady_clock::time_point;

    // A connection that has been idle for longer than `idle_limit` is not used again.
    explicit idle_connections(std::chrono::milliseconds idle_limit) : idle_limit_(idle_limit) {}

    // The account's most recently used connection; null if it has none that is still open and has
    // received nothing since its last answer.
    std::unique_ptr<upstream_connection> take(std::string_view account, time_point now);

    // Keeps `connection`, which is reusable(), for `account`.
    void put(std::string_view account, std::unique_ptr<upstream_connection> connection);

    // Closes the connection that has been idle longest; there is one.
    void close_oldest();

    // Closes connections that are too old, and frees the memory of large answers in the others.
    // Forgets accounts without a connection.
    void tidy(time_point now);

    std::size_t size() const { return by_age_.size(); }

private:
    struct entry {
        std::string_view account;  // the key in by_account_
        std::unique_ptr<upstream_connection> connection;
    };
    using place = std::list<entry>::iterator;
    struct text_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };

    std::chrono::milliseconds idle_limit_;
    std::list<entry> by_age_;  // the one used last is at the back
    // Places in by_age_, in the same order. An account whose connections are all in use keeps its
    // entry until tidy(): its next call needs it again.
    std::unordered_map<std::string, std::vector<place>, text_hash, std::equal_to<>> by_account_;
};

}  // namespace tollgate::stripe
