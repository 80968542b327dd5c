// How many of the upstream's connections a team and an account may hold at once. A decision without
// I/O.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tollgate::stripe {

// The holder of a connection. Both views live until the call that takes them returns.
struct connection_holder {
    std::string_view team;     // the team's id
    std::string_view account;  // the integrated account's id
    bool yields = false;       // other calls have priority
};

// Shares depend on the number of free connections, so that some always remain for teams that hold
// few:
//   - a team may take a connection while it holds fewer than are free: half of all if it is alone;
//   - an account may take one while it holds fewer than two thirds of the free ones: 40 % if alone;
//   - a call that yields may take one while its account holds fewer than a third of the free ones,
//     and at most three quarters of all connections are in use.
// Used on one loop only.
class connection_shares {
public:
    explicit connection_shares(std::size_t connections_max) : max_(connections_max) {}

    // True if `holder` may take one more connection now.
    bool allows(const connection_holder& holder) const;

    // Counts one more connection; the caller has checked allows().
    void take(const connection_holder& holder);

    // Counts one connection less; `holder` had taken it.
    void release(const connection_holder& holder);

    // Drops the counts that are zero. Until then they are kept, because an account's next call
    // needs its count again.
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
