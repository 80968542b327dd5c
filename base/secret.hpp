// A string that is wiped on destruction and cannot be printed by accident.
#pragma once
#include <string>
#include <string_view>
#include <utility>

namespace tollgate::base {

// Overwrites `bytes` in a way that the compiler does not optimize away.
void wipe(std::string& bytes) noexcept;

class secret {
public:
    secret() = default;
    explicit secret(std::string value) noexcept : value_(std::move(value)) {}
    secret(const secret&) = default;
    secret(secret&& other) noexcept : value_(std::move(other.value_)) { wipe(other.value_); }
    secret& operator=(const secret& other) {
        if (this != &other) {
            wipe(value_);
            value_ = other.value_;
        }
        return *this;
    }
    secret& operator=(secret&& other) noexcept {
        if (this != &other) {
            wipe(value_);
            value_ = std::move(other.value_);
            wipe(other.value_);
        }
        return *this;
    }
    ~secret() { wipe(value_); }

    // The plain text. Valid as long as this object; never log it, never store it.
    std::string_view reveal() const noexcept { return value_; }
    bool empty() const noexcept { return value_.empty(); }

private:
    std::string value_;
};

}  // namespace tollgate::base
