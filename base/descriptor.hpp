// A file descriptor that is closed at the end of its scope.
#pragma once
#include <unistd.h>

namespace tollgate::base {

class descriptor {
public:
    // Takes ownership of `number`; a negative number means that there is no descriptor.
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
