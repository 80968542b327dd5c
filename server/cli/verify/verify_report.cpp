#include "server/cli/verify/verify_report.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/json_text.hpp"

namespace tollgate::server {

namespace {

constexpr std::array<std::string_view, 4> outcome_names{"held", "broken", "unclear", "not_applied"};
constexpr std::size_t outcome_width = 13;
constexpr std::size_t name_width = 22;

std::string_view outcome_of(const check_report& report) {
    return outcome_names.at(static_cast<std::size_t>(report.found.outcome));
}

bool is(const check_report& report, check_outcome outcome) {
    return report.found.outcome == outcome;
}

bool failed(const check_report& report) {
    return is(report, check_outcome::broken) || is(report, check_outcome::unclear);
}

std::string padded(std::string_view text, std::size_t width) {
    std::string out{text};
    out.resize(std::max(width, text.size() + 1), ' ');
    return out;
}

std::string xml_of(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '&':
                out += "&amp;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                // Control characters are not XML.
                if (static_cast<unsigned char>(c) >= ' ') out += c;
        }
    }
    return out;
}

std::string seconds_of(std::chrono::milliseconds took) {
    const auto ms = took.count();
    std::string rest = std::to_string(ms % 1000);
    return std::to_string(ms / 1000) + '.' + std::string(3 - rest.size(), '0') + rest;
}

}  // namespace

int status_of(const std::vector<check_report>& reports) {
    if (std::any_of(reports.begin(), reports.end(), failed)) return verify_broken;
    const auto untried = [](const auto& one) { return is(one, check_outcome::not_applied); };
    return std::any_of(reports.begin(), reports.end(), untried) ? verify_not_applied : verify_held;
}

std::string line_of(const check_report& report) {
    std::string out = padded(outcome_of(report), outcome_width) + padded(report.name, name_width);
    out += report.promise;
    if (!report.found.sentence.empty())
        out += "\n" + std::string(outcome_width, ' ') + report.found.sentence;
    return out;
}

std::string json_of(const check_report& report) {
    std::string out = "{";
    base::json_members{out}
        .text("name", report.name)
        .text("promise", report.promise)
        .text("outcome", outcome_of(report))
        .text("sentence", report.found.sentence)
        .number("took_ms", report.took.count());
    return out + '}';
}

std::string junit_of(const std::vector<check_report>& reports) {
    const auto failures = std::count_if(reports.begin(), reports.end(), failed);
    const auto skipped = std::count_if(reports.begin(), reports.end(), [](const auto& one) {
        return is(one, check_outcome::not_applied);
    });
    std::string out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"tollgate verify\"";
    out += " tests=\"" + std::to_string(reports.size()) + "\" failures=\"" +
           std::to_string(failures) + "\" skipped=\"" + std::to_string(skipped) + "\">\n";
    for (const auto& one : reports) {
        out += "  <testcase classname=\"tollgate.verify\" name=\"" + xml_of(one.name) +
               "\" time=\"" + seconds_of(one.took) + "\">";
        const std::string message = xml_of(one.found.sentence);
        if (failed(one))
            out += "<failure type=\"" + std::string(outcome_of(one)) + "\" message=\"" + message +
                   "\"/>";
        if (is(one, check_outcome::not_applied)) out += "<skipped message=\"" + message + "\"/>";
        out += "</testcase>\n";
    }
    return out + "</testsuite>\n";
}

}  // namespace tollgate::server
