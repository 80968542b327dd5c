// One function in several forms, each for processors with other instructions.
#pragma once
#include <span>
#include <string_view>

namespace tollgate::base {

template <typename Function>
struct processor_form {
    std::string_view name;  // the instructions that it needs
    bool can_run = false;   // false: this processor lacks them, and `run` must not be called
    Function run = nullptr;
};

// The first of `forms` that this processor can run; they are listed with the fastest first, and the
// last one runs on every processor.
template <typename Function>
Function fastest_form(std::span<const processor_form<Function>> forms) noexcept {
    for (const auto& form : forms)
        if (form.can_run) return form.run;
    return forms.back().run;
}

}  // namespace tollgate::base
