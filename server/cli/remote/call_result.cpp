#include "server/cli/remote/call_result.hpp"

#include <simdjson.h>

#include "server/cli/gateway/gateway_commands.hpp"
#include "server/cli/text/answer_lines.hpp"

namespace tollgate::server {

namespace {

namespace dom = simdjson::dom;

// True if the answer is an approval that people have not given yet.
bool waits_for_approval(const std::string& text) {
    dom::parser parser;
    std::string_view state;
    const simdjson::padded_string padded{text};
    return parser.parse(padded).at_pointer("/approval/state").get(state) == simdjson::SUCCESS &&
           state == "pending";
}

// Gives `each` the objects of "content".
template <typename Each>
void for_each_block(const std::string& result, Each each) {
    dom::parser parser;
    dom::object root;
    dom::array content;
    const simdjson::padded_string padded{result};
    if (parser.parse(padded).get(root) != simdjson::SUCCESS ||
        root["content"].get(content) != simdjson::SUCCESS)
        return;
    for (const auto block : content)
        if (dom::object one; block.get(one) == simdjson::SUCCESS) each(one);
}

}  // namespace

std::string texts_of(const std::string& result) {
    std::string out;
    for_each_block(result, [&](dom::object one) {
        const auto type = shown_member(one, "type");
        out += type == "text" ? lines_without_controls(shown_member(one, "text"))
                              : "(" + without_controls(type) + ")";
        out += '\n';
    });
    return out;
}

int status_of_result(const std::string& result) {
    if (member_of(result, "resultType") == "input_required") return gateway_waits;
    bool waits = false;
    for_each_block(result, [&](dom::object one) {
        waits = waits || waits_for_approval(shown_member(one, "text"));
    });
    if (waits) return gateway_waits;
    return member_of(result, "isError") == "true" ? gateway_not_so : gateway_done;
}

std::string end_of_approval(const std::string& result) {
    std::string out;
    for_each_block(result, [&](dom::object one) {
        const std::string text = shown_member(one, "text");
        if (!waits_for_approval(text)) return;
        dom::parser parser;
        std::string_view end;
        const simdjson::padded_string padded{text};
        if (parser.parse(padded).at_pointer("/approval/expires_at").get(end) == simdjson::SUCCESS)
            out = end;
    });
    return out;
}

}  // namespace tollgate::server
