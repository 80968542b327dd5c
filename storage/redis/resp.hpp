// Redis's protocol (RESP2): writes commands, reads replies. hiredis.h is included in resp.cpp only.
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

// Appends one command: an array of bulk strings. Words may contain any bytes.
void append_command(std::string& out, std::span<const std::string_view> words);
void append_command(std::string& out, std::initializer_list<std::string_view> words);

struct redis_reply {
    enum class type : std::uint8_t { nil, status, error, integer, text, array };

    type kind = type::nil;
    std::int64_t number = 0;           // integer
    std::string text;                  // status ("OK"), error ("ERR …"), text
    std::vector<redis_reply> members;  // array

    bool is_error() const { return kind == type::error; }
    // The first word of an error, e.g. "WRONGPASS" of "WRONGPASS invalid username-password pair";
    // otherwise empty.
    std::string_view error_code() const;
};

// Assembles replies from received bytes. RAII owner of hiredis's reader.
class reply_reader {
public:
    reply_reader();
    ~reply_reader();
    reply_reader(const reply_reader&) = delete;
    reply_reader& operator=(const reply_reader&) = delete;

    // Adds received bytes.
    void feed(std::string_view bytes);

    enum class state : std::uint8_t { reply, more, broken };
    // Puts the next complete reply into `into`. `more`: it is incomplete; `broken`: this is not
    // RESP2, or a reply nests too deeply, and the connection must not be used any more.
    state next(redis_reply& into);

    // Bytes fed since the last complete reply; the owner limits a reply's size.
    std::size_t bytes_waiting() const { return waiting_; }

private:
    std::unique_ptr<redisReader, void (*)(redisReader*)> reader_;
    std::size_t waiting_ = 0;
};

}  // namespace tollgate::storage
