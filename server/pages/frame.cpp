#include "server/pages/frame.hpp"

#include "base/crypto.hpp"

namespace tollgate::server {

namespace {

constexpr std::string_view style =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:2rem auto;padding:0 1rem;"
    "color:#1a1a1a;background:#fff}h1{font-size:1.4rem}dt{color:#555;margin-top:.7rem}"
    "dd{margin:0;overflow-wrap:anywhere}label{display:block;margin-top:1.2rem}"
    "input{font:inherit;width:100%;box-sizing:border-box;padding:.4rem}"
    "button{font:inherit;padding:.5rem 1rem;margin:1rem .5rem 0 0}code{background:#eee}"
    ".live{background:#b00020;color:#fff;padding:.1rem .4rem;border-radius:.2rem}"
    ".problem{border-left:.3rem solid #b00020;padding-left:.6rem}.note{color:#555}";

// The style is allowed by its digest.
std::string frame_content_policy(std::string_view form_to) {
    static const std::string digest = base::base64(base::as_view(base::sha256(style)));
    std::string out = "default-src 'none'; style-src 'sha256-" + digest +
                      "'; base-uri 'none'; frame-ancestors 'none'; form-action ";
    return out.append(form_to.empty() ? std::string_view("'none'") : form_to);
}

}  // namespace

base::http_response html_page(unsigned status, std::string_view form_to, std::string_view title,
                              std::string_view body) {
    base::http_response out;
    out.status = status;
    out.content_type = "text/html; charset=utf-8";
    out.headers.emplace_back("Content-Security-Policy", frame_content_policy(form_to));
    out.headers.emplace_back("X-Frame-Options", "DENY");
    out.body =
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta "
        "name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" "
        "content=\"noindex\"><title>";
    out.body.append(title).append("</title><style>").append(style).append("</style></head><body>");
    out.body.append(body).append("</body></html>");
    return out;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&') {
            out += "&amp;";
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else if (c == '"') {
            out += "&quot;";
        } else if (c == '\'') {
            out += "&#39;";
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace tollgate::server
