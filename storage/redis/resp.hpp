// Redis's protocol (RESP2): commands out, replies in. hiredis.h is included in resp.cpp only.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct redisReader;

namespace tollgate::storage {

// Appends one command: an array of bulk strings. Words may hold any bytes.
void append_command(std::string& out, std::span<const std::string_view> words);
void append_command(std::string& out, std::initializer_list<std::string_view> words);

struct redis_reply {
    enum class type : std::uint8_t { nil, status, error, integer, text, array };

    type kind = type::nil;
    std::int64_t number = 0;           // integer
    std::string text;                  // status ("OK"), error ("ERR …"), text
    std::vector<redis_reply> members;  // array

    bool is_error() const { return kind == type::error; }
    // "WRONGPASS" of "WRONGPASS invalid username-password pair": an error's first word, or empty.
    std::string_view error_code() const;
};

// Puts replies together from what was read. RAII home of hiredis's reader.
class reply_reader {
public:
    reply_reader();
    ~reply_reader();
    reply_reader(const reply_reader&) = delete;
    reply_reader& operator=(const reply_reader&) = delete;

    // Takes bytes as they came.
    void feed(std::string_view bytes);

    enum class state : std::uint8_t { reply, more, broken };
    // The next whole reply in `into`; `more`: it is not whole yet; `broken`: this is not RESP2, or
    // a reply nests too deeply, and the connection is of no more use.
    state next(redis_reply& into);

    // Bytes fed since the last whole reply: the bound on a reply's size is the owner's.
    std::size_t bytes_waiting() const { return waiting_; }

private:
    std::unique_ptr<redisReader, void (*)(redisReader*)> reader_;
    std::size_t waiting_ = 0;
};

}  // namespace tollgate::storage
