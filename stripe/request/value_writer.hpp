// The target of a value encoder: one wire format (form, JSON, multipart).
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tollgate::stripe {

// The kind of brackets around a value with parts.
enum class container : std::uint8_t { object, array };

// Names are set first (level), then the value is written. Every writing function returns false when
// the byte limit is exceeded; write nothing more after that.
class value_writer {
public:
    // The name of the next value written, for the lifetime of the level.
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

    // JSON distinguishes null, "", {} and [] and allows any key; form encoding does not.
    virtual bool is_json() const noexcept { return false; }

    // Called around the parts of an object or an array.
    virtual bool open(container) { return true; }
    virtual bool close(container) { return true; }

    // A string.
    virtual bool text(std::string_view value) = 0;
    // A number or a boolean, in digits or as true and false.
    virtual bool bare(std::string_view value) = 0;
    // Clears a field.
    virtual bool clear() = 0;
    // The bytes of a file; they must outlive the writer. Only multipart supports files; others
    // return false.
    virtual bool file(std::string_view /*bytes*/) { return false; }

private:
    virtual std::size_t enter(std::string_view name) = 0;
    virtual std::size_t enter(std::size_t index) = 0;
    virtual void leave(std::size_t mark) = 0;
};

}  // namespace tollgate::stripe
