#include "stripe/request/multipart_writer.hpp"

#include <algorithm>

#include "stripe/request/file_bytes.hpp"

namespace tollgate::stripe {

namespace {

// Writes names and file names as browsers do: characters that would end the quoted text are
// percent-encoded.
void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    for (const char byte : text) {
        if (byte == '"')
            out += "%22";
        else if (byte == '\r')
            out += "%0D";
        else if (byte == '\n')
            out += "%0A";
        else
            out += byte;
    }
    out += '"';
}

}  // namespace

std::size_t multipart_writer::enter(std::string_view name) {
    const std::size_t mark = name_.size();
    if (mark == 0)
        name_ = name;
    else
        name_.append(1, '[').append(name).append(1, ']');
    return mark;
}

std::size_t multipart_writer::enter(std::size_t index) {
    const std::size_t mark = name_.size();
    name_ += '[' + std::to_string(index) + ']';
    return mark;
}

bool multipart_writer::add(std::string_view value) {
    parts_.push_back({name_, std::string(value), {}, false});
    bytes_ += name_.size() + value.size();
    return bytes_ <= bytes_max_;
}

bool multipart_writer::file(std::string_view bytes) {
    parts_.push_back({name_, {}, bytes, true});
    return true;
}

bool multipart_writer::occurs(std::string_view text) const {
    return std::ranges::any_of(parts_, [&](const part& each) {
        return each.value.find(text) != std::string::npos ||
               each.name.find(text) != std::string::npos ||
               each.file.find(text) != std::string_view::npos;
    });
}

std::string multipart_writer::boundary() const {
    std::size_t number = 0;
    std::string out;
    do {
        out = "tollgate-part-" + std::to_string(number++);
    } while (occurs(out));
    return out;
}

void multipart_writer::finish(std::string_view filename, std::string& body,
                              std::string& content_type) const {
    const auto between = boundary();
    for (const auto& each : parts_) {
        body += "--" + between + "\r\nContent-Disposition: form-data; name=";
        append_quoted(body, each.name);
        if (each.is_file) {
            const auto kind = kind_of_file(each.file);
            body += "; filename=";
            append_quoted(body, filename.empty() ? kind.filename : filename);
            body.append("\r\nContent-Type: ").append(kind.content_type);
        }
        body += "\r\n\r\n";
        body += each.is_file ? each.file : std::string_view(each.value);
        body += "\r\n";
    }
    body += "--" + between + "--\r\n";
    content_type = "multipart/form-data; boundary=" + between;
}

}  // namespace tollgate::stripe
