#include "storage/redis/resp.hpp"

#include <hiredis/hiredis.h>

#include <charconv>
#include <new>

namespace tollgate::storage {

namespace {

void append_head(std::string& out, char mark, std::size_t value) {
    std::array<char, 24> digits{};
    const auto done = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out += mark;
    out.append(digits.data(), done.ptr);
    out += "\r\n";
}

redis_reply converted(const redisReply& from) {
    redis_reply out;
    switch (from.type) {
        case REDIS_REPLY_STATUS:
            out.kind = redis_reply::type::status;
            break;
        case REDIS_REPLY_ERROR:
            out.kind = redis_reply::type::error;
            break;
        case REDIS_REPLY_STRING:
            out.kind = redis_reply::type::text;
            break;
        case REDIS_REPLY_INTEGER:
            out.kind = redis_reply::type::integer;
            out.number = from.integer;
            return out;
        case REDIS_REPLY_ARRAY:
            out.kind = redis_reply::type::array;
            out.members.reserve(from.elements);
            for (std::size_t i = 0; i < from.elements; ++i)
                out.members.push_back(converted(*from.element[i]));
            return out;
        default:
            return out;
    }
    out.text.assign(from.str, static_cast<std::size_t>(from.len));
    return out;
}

}  // namespace

void append_command(std::string& out, std::span<const std::string_view> words) {
    append_head(out, '*', words.size());
    for (const auto word : words) {
        append_head(out, '$', word.size());
        out += word;
        out += "\r\n";
    }
}

void append_command(std::string& out, std::initializer_list<std::string_view> words) {
    append_command(out, std::span{words.begin(), words.size()});
}

std::string_view redis_reply::error_code() const {
    if (kind != type::error) return {};
    return std::string_view(text).substr(0, text.find(' '));
}

reply_reader::reply_reader() : reader_(redisReaderCreate(), &redisReaderFree) {
    if (!reader_) throw std::bad_alloc{};
}

reply_reader::~reply_reader() = default;

void reply_reader::feed(std::string_view bytes) {
    // The reader remembers a failure, and next() reports it.
    redisReaderFeed(reader_.get(), bytes.data(), bytes.size());
    waiting_ += bytes.size();
}

reply_reader::state reply_reader::next(redis_reply& into) {
    void* raw = nullptr;
    if (redisReaderGetReply(reader_.get(), &raw) != REDIS_OK) return state::broken;
    if (raw == nullptr) return state::more;
    const std::unique_ptr<redisReply, void (*)(void*)> whole{static_cast<redisReply*>(raw),
                                                             &freeReplyObject};
    into = converted(*whole);
    waiting_ = reader_->len - reader_->pos;
    return state::reply;
}

}  // namespace tollgate::storage
