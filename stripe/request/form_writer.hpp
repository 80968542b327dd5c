// Writes name=value pairs of application/x-www-form-urlencoded with bracketed names:
// items[0][price]=price_1.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "stripe/request/value_writer.hpp"

namespace tollgate::stripe {

// Appends `name=value` to `target`, a path with or without a query. The value is encoded; the name
// is written unchanged.
void append_query_pair(std::string& target, std::string_view name, std::string_view value);

// Appends pairs to a string it does not own; that string must outlive it. Brackets are not encoded,
// as in Stripe's own clients.
class form_writer final : public value_writer {
public:
    // Pairs are appended to `out`, separated by '&', at most `bytes_max` in total.
    form_writer(std::string& out, std::size_t bytes_max)
        : out_(out), begin_(out.size()), bytes_max_(bytes_max) {}

    bool text(std::string_view value) override { return write(value); }
    bool bare(std::string_view value) override { return write(value); }
    bool clear() override { return write({}); }

    bool empty() const noexcept { return out_.size() == begin_; }

private:
    std::size_t enter(std::string_view name) override;
    std::size_t enter(std::size_t index) override;
    void leave(std::size_t mark) override { name_.resize(mark); }

    bool write(std::string_view value);

    std::string& out_;
    std::size_t begin_;
    std::size_t bytes_max_;
    std::string name_;  // encoded
};

}  // namespace tollgate::stripe
