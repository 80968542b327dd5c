#include "stripe/answer/own_error.hpp"

#include "base/json_text.hpp"

namespace tollgate::stripe {

std::string own_error_text(std::string_view type, std::string_view code, std::string_view message,
                           std::string_view next_step) {
    std::string out = R"({"error":{)";
    base::json_members{out}
        .text("source", "tollgate")
        .text("type", type)
        .text("code", code)
        .text("message", message)
        .truth("retryable", false)
        .text("next_step", next_step);
    out += "}}";
    return out;
}

}  // namespace tollgate::stripe
