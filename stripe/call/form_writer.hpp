// Writes name=value pairs of application/x-www-form-urlencoded with bracketed names:
// items[0][price]=price_1.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace tollgate::stripe {

// Appends `value` with everything but letters, digits and -._~ percent-encoded (a space is %20).
void append_percent_encoded(std::string& out, std::string_view value);

// Appends pairs to a string it does not own; that string must outlive it. Brackets are written as
// they are, as Stripe's own clients do.
class form_writer {
public:
    // A part of a name that ends with the scope.
    class level {
    public:
        level(form_writer& owner, std::string_view name);
        level(form_writer& owner, std::size_t index);
        ~level() { owner_.name_.resize(size_before_); }
        level(const level&) = delete;
        level& operator=(const level&) = delete;

    private:
        form_writer& owner_;
        std::size_t size_before_;
    };

    // Pairs are appended to `out`, separated by '&', at most `bytes_max` in all.
    form_writer(std::string& out, std::size_t bytes_max)
        : out_(out), begin_(out.size()), bytes_max_(bytes_max) {}

    // Writes a pair of the current name. False when the limit is passed: nothing more should be
    // written.
    bool write(std::string_view value);

    bool empty() const noexcept { return out_.size() == begin_; }

private:
    std::string& out_;
    std::size_t begin_;
    std::size_t bytes_max_;
    std::string name_;  // encoded
};

}  // namespace tollgate::stripe
