// A file descriptor that is closed with its scope.
#pragma once
#include <unistd.h>

namespace tollgate::base {

class descriptor {
public:
    // Takes over `number`; negative: none.
    explicit descriptor(int number) : number_(number) {}
    ~descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;

    int get() const { return number_; }
    bool open() const { return number_ >= 0; }

private:
    const int number_;
};

}  // namespace tollgate::base
