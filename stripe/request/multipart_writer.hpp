// Writes the parts of a multipart/form-data body: fields under bracketed names, and one file.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "stripe/request/value_writer.hpp"

namespace tollgate::stripe {

// Collects the parts; finish() writes the body. Fields may hold `bytes_max` bytes in total; the
// file is not included.
class multipart_writer final : public value_writer {
public:
    explicit multipart_writer(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    bool text(std::string_view value) override { return add(value); }
    bool bare(std::string_view value) override { return add(value); }
    bool clear() override { return add({}); }
    // Keeps a view of the bytes: they must live until finish().
    bool file(std::string_view bytes) override;

    // Writes the whole body to `body` and its Content-Type to `content_type`. The file is named
    // `filename` or, if that is empty, after its detected type ("upload.pdf"). The boundary occurs
    // in no part, and is the same for the same parts.
    void finish(std::string_view filename, std::string& body, std::string& content_type) const;

private:
    struct part {
        std::string name;
        std::string value;
        std::string_view file;
        bool is_file = false;
    };

    std::size_t enter(std::string_view name) override;
    std::size_t enter(std::size_t index) override;
    void leave(std::size_t mark) override { name_.resize(mark); }

    bool add(std::string_view value);
    bool occurs(std::string_view text) const;
    std::string boundary() const;

    std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    std::string name_;
    std::vector<part> parts_;
};

}  // namespace tollgate::stripe
