// The console's files as a browser gets them.
#include "server/pages/console.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <string>

#include "base/crypto.hpp"

using namespace tollgate;

namespace {

constexpr std::array<base::embedded_file, 4> files{{{"index.html", "<html>"},
                                                    {"index.html.gz", "packed page"},
                                                    {"app.js", "run()"},
                                                    {"app.js.br", "packed script"}}};

base::http_response get(std::string_view path, std::string_view accepted = {}) {
    base::http_request request;
    request.method = "GET";
    request.path = path;
    if (!accepted.empty()) request.headers.push_back({"Accept-Encoding", accepted});
    return server::console_response(request, files);
}

std::string header(const base::http_response& from, std::string_view name) {
    for (const auto& [key, value] : from.headers)
        if (key == name) return value;
    return {};
}

std::string address_of(std::string_view script) {
    const std::string digest = base::hex(base::as_view(base::sha256(script)));
    return "/console/assets/app." + digest.substr(0, 16) + ".js";
}

}  // namespace

TEST_CASE("console: every address of the console but a file's is the page") {
    for (const std::string_view path :
         {"/console/", "/console/servers/ia_1/mcp_1", "/console/x.js"}) {
        const auto page = get(path);
        CHECK(page.status == 200);
        CHECK(page.body == "<html>");
        CHECK(page.content_type == "text/html; charset=utf-8");
        CHECK(header(page, "Content-Security-Policy").find("default-src 'none'") == 0);
        CHECK(header(page, "Cache-Control").empty());
    }
    CHECK(get("/console").status == 308);
}

TEST_CASE("console: a file is found by its name with its digest, and kept for ever") {
    const auto script = get(address_of("run()"));
    CHECK(script.status == 200);
    CHECK(script.body == "run()");
    CHECK(header(script, "Cache-Control") == "public, max-age=31536000, immutable");
    for (const std::string& wrong :
         {std::string("/console/assets/app.js"), std::string("/console/assets/app..js"),
          std::string("/console/assets/"), std::string("/console/assets/app.0123456789abcdef.js"),
          address_of("run() "), address_of("run()") + ".br"})
        CHECK(get(wrong).status == 404);
}

TEST_CASE("console: its files come in a form that the browser accepts") {
    const std::string script = address_of("run()");
    CHECK(get(script, "gzip, br").body == "packed script");
    CHECK(header(get(script, "br"), "Content-Encoding") == "br");
    CHECK(get(script, "br;q=0, gzip").body == "run()");
    CHECK(get(script, "BR ; q=0.1").body == "packed script");
    CHECK(get(script, "brotli").body == "run()");
    CHECK(get("/console/", "gzip").body == "packed page");
    CHECK(get("/console/", "identity").body == "<html>");
    CHECK(header(get(script), "Vary") == "Accept-Encoding");
}

TEST_CASE("console: a gateway that was built without it says so") {
    base::http_request request;
    request.path = "/console/";
    CHECK(server::console_response(request, {}).status == 404);
}
