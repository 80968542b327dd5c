// How many of the upstream's connections a team and an account may hold at once: a decision without
// I/O.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tollgate::stripe {

// For whom a connection is held. Both views live until the call that takes them returns.
struct connection_holder {
    std::string_view team;     // the team's id
    std::string_view account;  // the integrated account's id
    bool yields = false;       // other calls have priority
};

// Shares follow what is free, so that some connections are always left for those who hold few:
// - a team takes a connection while it holds fewer than are free: half of all when it is alone;
// - an account takes one while it holds fewer than two thirds of what is free: 40 % when alone;
// - calls that yield take one while the account holds fewer than a third of what is free, and three
//   quarters of all connections at most are in use.
// Touched on one loop.
class connection_shares {
public:
    explicit connection_shares(std::size_t connections_max) : max_(connections_max) {}

    // True when `holder` may take one more connection now.
    bool allows(const connection_holder& holder) const;

    // Counts one more connection; the caller has asked allows().
    void take(const connection_holder& holder);

    // Counts one less; `holder` has taken one.
    void release(const connection_holder& holder);

    // Forgets who holds none. Between two calls of one account its count is kept, since the next
    // call needs it again.
    void tidy();

    std::size_t in_use() const { return in_use_; }

private:
    struct text_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    using counts = std::unordered_map<std::string, std::size_t, text_hash, std::equal_to<>>;

    static std::size_t count_of(const counts& all, std::string_view key);
    static void add(counts& all, std::string_view key);
    static void remove(counts& all, std::string_view key);

    std::size_t max_;
    std::size_t in_use_ = 0;
    counts teams_;
    counts accounts_;
};

}  // namespace tollgate::stripe
