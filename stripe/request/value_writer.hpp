// What a value encoder writes to: one spelling of values on the wire (form, JSON, multipart).
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tollgate::stripe {

// The brackets of a value with parts.
enum class container : std::uint8_t { object, array };

// Names are given first (level), then the value. Every function that writes returns false when the
// limit on bytes is passed; nothing more should be written then.
class value_writer {
public:
    // The name of what is written next, for as long as the level lives.
    class level {
    public:
        level(value_writer& owner, std::string_view name)
            : owner_(owner), mark_(owner.enter(name)) {}
        level(value_writer& owner, std::size_t index) : owner_(owner), mark_(owner.enter(index)) {}
        ~level() { owner_.leave(mark_); }
        level(const level&) = delete;
        level& operator=(const level&) = delete;

    private:
        value_writer& owner_;
        std::size_t mark_;
    };

    virtual ~value_writer() = default;

    // JSON tells null, "", {} and [] apart and takes any key; form encoding does not.
    virtual bool is_json() const noexcept { return false; }

    // Around the parts of an object or an array.
    virtual bool open(container) { return true; }
    virtual bool close(container) { return true; }

    // A string.
    virtual bool text(std::string_view value) = 0;
    // A number or a boolean, in digits or as true and false.
    virtual bool bare(std::string_view value) = 0;
    // The mark that clears a field.
    virtual bool clear() = 0;
    // The bytes of a file; they must outlive the writer. Only multipart carries them: false
    // elsewhere.
    virtual bool file(std::string_view /*bytes*/) { return false; }

private:
    virtual std::size_t enter(std::string_view name) = 0;
    virtual std::size_t enter(std::size_t index) = 0;
    virtual void leave(std::size_t mark) = 0;
};

}  // namespace tollgate::stripe
