// Writes the JSON object that is the body of a v2 request.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "stripe/request/value_writer.hpp"

namespace tollgate::stripe {

// Appends to a string it does not own; that string must outlive it. Begins with '{'; finish() ends
// it. Text must be UTF-8.
class json_writer final : public value_writer {
public:
    // At most `bytes_max` bytes are appended to `out`.
    json_writer(std::string& out, std::size_t bytes_max)
        : out_(out), begin_(out.size()), bytes_max_(bytes_max) {
        out_ += '{';
    }

    // Closes the object; nothing is written afterwards.
    void finish() { out_ += '}'; }

    bool is_json() const noexcept override { return true; }
    bool open(container which) override;
    bool close(container which) override;
    bool text(std::string_view value) override;
    bool bare(std::string_view value) override;
    bool clear() override;

private:
    std::size_t enter(std::string_view name) override;
    std::size_t enter(std::size_t index) override;
    void leave(std::size_t) override {}

    void separate();
    bool fits() const noexcept { return out_.size() - begin_ < bytes_max_; }

    std::string& out_;
    std::size_t begin_;
    std::size_t bytes_max_;
};

}  // namespace tollgate::stripe
