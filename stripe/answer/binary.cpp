#include "stripe/answer/binary.hpp"

#include "base/crypto.hpp"
#include "base/json_text.hpp"
#include "stripe/answer/own_error.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::string_view pdf_type = "application/pdf";

void refuse(mcp::tool_result& out, std::string_view code, std::string_view message,
            std::string_view next_step) {
    out.is_error = true;
    out.text = own_error_text("unusable_answer", code, message, next_step);
}

// Turns "/v1/quotes/qt_1/pdf?expand[0]=x" into "quotes/qt_1/pdf".
std::string_view resource_of(std::string_view target) {
    target = target.substr(0, target.find('?'));
    constexpr std::string_view version = "/v1/";
    if (target.starts_with(version)) target.remove_prefix(version.size());
    return target;
}

}  // namespace

void write_binary_result(mcp::tool_result& out, std::string_view target,
                         const upstream_response& answer) {
    const auto type = answer.header("content-type");
    if (!type.starts_with(pdf_type) || !answer.body.starts_with("%PDF-"))
        return refuse(out, "not_a_pdf", "Stripe answered with something that is not a PDF.",
                      "Nothing was changed. The object itself can be read with its own tool.");
    const auto bytes = std::to_string(answer.body.size());
    if (answer.body.size() > embedded_bytes_max)
        return refuse(out, "answer_too_large",
                      "The PDF has " + bytes + " bytes; at most " +
                          std::to_string(embedded_bytes_max) + " fit into a tool result.",
                      "The file can be downloaded in the Stripe Dashboard.");
    const auto uri = "stripe://" + std::string(resource_of(target));
    out.text = "A PDF of " + bytes + " bytes is attached as the resource " + uri + ".";
    std::string resource;
    base::json_members{resource}
        .text("uri", uri)
        .text("mimeType", pdf_type)
        .text("blob", base::base64(answer.body));
    out.attachment = R"({"type":"resource","resource":{)" + resource + "}}";
}

}  // namespace tollgate::stripe
