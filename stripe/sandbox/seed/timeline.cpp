#include "stripe/sandbox/seed/timeline.hpp"

#include <algorithm>
#include <stdexcept>

namespace tollgate::sandbox {

void timeline::at(double days_ago, std::function<void()> action) {
    const auto seconds = static_cast<std::int64_t>(days_ago * static_cast<double>(day_s));
    moments_.push_back({in_.now() - seconds, moments_.size(), std::move(action)});
}

void timeline::play() {
    std::sort(moments_.begin(), moments_.end(), [](const moment& a, const moment& b) {
        return std::pair{a.at, a.planned} < std::pair{b.at, b.planned};
    });
    for (const auto& each : moments_) {
        in_.set_moment(each.at);
        in_.settle();
        each.action();
    }
    in_.clear_moment();
    moments_.clear();
}

json timeline::run(const std::string& method, const std::string& path, json params) {
    const auto verb = method == "POST"  ? stripe::http_method::post
                      : method == "GET" ? stripe::http_method::get
                                        : stripe::http_method::delete_;
    const auto matched = stripe::match(verb, path);
    const auto run_it =
        matched.found == nullptr
            ? nullptr
            : table_.find(method + " " + std::string(matched.found->path_template()));
    if (run_it == nullptr) throw std::logic_error("the sandbox's history uses " + path);
    call each{in_, *matched.found, std::move(params), {}};
    for (std::size_t i = 0; i < matched.values_size; ++i) each.ids.emplace_back(matched.values[i]);
    auto out = run_it(each);
    if (out) return *out;
    if (out.error().status != 402)
        throw std::logic_error("the sandbox's history: " + path + ": " + out.error().message);
    return out.error().more;
}

}  // namespace tollgate::sandbox
