// What `connect` makes of the configuration files of clients.
#include "server/cli/clients/config_change.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

#include "server/cli/clients/jsonc_edit.hpp"
#include "server/cli/clients/jsonc_reader.hpp"
#include "server/cli/clients/toml_edit.hpp"

namespace connect_tests {

using namespace tollgate::server::clients;

const std::string url = "https://gateway.example/mcp/tgm_abc";
const std::string other_url = "https://gateway.example/mcp/tgm_new";
const std::string program = "/usr/bin/tollgate";

const client_kind& kind(std::string_view id) {
    return *find_client(id);
}

std::string added(std::string_view id, const std::string& text, const std::string& with = url) {
    const auto out = with_entry(kind(id), "f", text, "stripe", with, program);
    if (!out) FAIL(out.error().message);
    return *out;
}

std::string removed(std::string_view id, const std::string& text) {
    const auto out = without_entry(kind(id), "f", text, "stripe");
    if (!out) FAIL(out.error().message);
    return *out;
}

std::string refusal(std::string_view id, const std::string& text) {
    const auto out = with_entry(kind(id), "f", text, "stripe", url, program);
    return out ? "" : out.error().message;
}

// Added once, added twice, removed.
void check_round_trip(std::string_view id, const std::string& before, const std::string& after) {
    CHECK(added(id, before) == after);
    CHECK(added(id, after) == after);
    CHECK(removed(id, after) == before);
}

TEST_CASE("connect: a new file has the client's own format", "[server][connect]") {
    CHECK(added("cursor", "") == "{\n  \"mcpServers\": {\n    \"stripe\": {\n      \"url\": \"" +
                                     url + "\"\n    }\n  }\n}\n");
    CHECK(added("vscode", "") ==
          "{\n  \"servers\": {\n    \"stripe\": {\n      \"type\": \"http\",\n      \"url\": \"" +
              url + "\"\n    }\n  }\n}\n");
    CHECK(added("windsurf", "").find("\"serverUrl\": \"" + url) != std::string::npos);
    CHECK(added("codex", "") == "[mcp_servers.stripe]\nurl = \"" + url + "\"\n");
    CHECK(added("claude-desktop", "") ==
          "{\n  \"mcpServers\": {\n    \"stripe\": {\n      \"command\": \"/usr/bin/tollgate\",\n"
          "      \"args\": [\"stdio\"],\n      \"env\": {\n        \"TOLLGATE_MCP_URL\": \"" +
              url + "\"\n      }\n    }\n  }\n}\n");
}

TEST_CASE("connect: comments, other servers and unknown keys stay", "[server][connect]") {
    const std::string before =
        "// mine\n{\n  \"theme\": \"dark\", /* keep */\n  \"mcpServers\": {\n"
        "    // the files\n    \"files\": { \"command\": \"npx\", \"x\": [1, 2] } // local\n"
        "  },\n  \"later\": null\n}\n";
    const std::string after =
        "// mine\n{\n  \"theme\": \"dark\", /* keep */\n  \"mcpServers\": {\n"
        "    // the files\n    \"files\": { \"command\": \"npx\", \"x\": [1, 2] }, // local\n"
        "    \"stripe\": {\n      \"url\": \"" +
        url + "\"\n    }\n  },\n  \"later\": null\n}\n";
    check_round_trip("cursor", before, after);
}

TEST_CASE("connect: a trailing comma stays a trailing comma", "[server][connect]") {
    check_round_trip("vscode", "{\n\t\"servers\": {\n\t\t\"a\": {},\n\t},\n}",
                     "{\n\t\"servers\": {\n\t\t\"a\": {},\n\t\t\"stripe\": {\n\t\t\t\"type\": "
                     "\"http\",\n\t\t\t\"url\": \"" +
                         url + "\"\n\t\t},\n\t},\n}");
}

TEST_CASE("connect: CRLF, a byte order mark and the indentation are kept", "[server][connect]") {
    const std::string mark = "\xEF\xBB\xBF";
    check_round_trip("cursor",
                     mark + "{\r\n    \"mcpServers\": {\r\n        \"a\": {}\r\n    }\r\n}\r\n",
                     mark +
                         "{\r\n    \"mcpServers\": {\r\n        \"a\": {},\r\n        "
                         "\"stripe\": {\r\n            \"url\": \"" +
                         url + "\"\r\n        }\r\n    }\r\n}\r\n");
    check_round_trip(
        "codex", mark + "model = \"x\"\r\n",
        mark + "model = \"x\"\r\n\r\n[mcp_servers.stripe]\r\nurl = \"" + url + "\"\r\n");
}

TEST_CASE("connect: a file on one line stays on one line", "[server][connect]") {
    check_round_trip("cursor", R"({"mcpServers": {"a": {}}, "b": 1})",
                     R"({"mcpServers": {"a": {}, "stripe": {"url": ")" + url + R"("}}, "b": 1})");
    check_round_trip("cursor", R"({"b": 1, "mcpServers": {}})",
                     R"({"b": 1, "mcpServers": {"stripe": {"url": ")" + url + R"("}}})");
}

TEST_CASE("connect: the table is added to a file that lacks it", "[server][connect]") {
    CHECK(added("cursor", "{\n  \"a\": 1 // one\n}\n") ==
          "{\n  \"a\": 1, // one\n  \"mcpServers\": {\n    \"stripe\": {\n      \"url\": \"" + url +
              "\"\n    }\n  }\n}\n");
    CHECK(added("cursor", "{}") == "{\n  \"mcpServers\": {\n    \"stripe\": {\n      \"url\": \"" +
                                       url + "\"\n    }\n  }\n}");
    CHECK(added("cursor", "// nothing yet") ==
          "// nothing yet\n{\n  \"mcpServers\": {\n    \"stripe\": {\n      \"url\": \"" + url +
              "\"\n    }\n  }\n}\n");
    CHECK(added("cursor", "{\n  \"mcpServers\": {\n    // none\n  }\n}") ==
          "{\n  \"mcpServers\": {\n    // none\n    \"stripe\": {\n      \"url\": \"" + url +
              "\"\n    }\n  }\n}");
}

TEST_CASE("connect: another URL changes only the URL", "[server][connect]") {
    const std::string there =
        "{ \"mcpServers\": { \"stripe\": { \"disabled\": true, /* off */ "
        "\"url\": \"" +
        url + "\" } } }";
    CHECK(added("cursor", there, other_url) ==
          "{ \"mcpServers\": { \"stripe\": { \"disabled\": true, /* off */ \"url\": \"" +
              other_url + "\" } } }");
    const std::string table = "[mcp_servers.stripe]\nenabled = true\nurl = '" + url + "' # mine\n";
    CHECK(added("codex", table) == table);
    CHECK(added("codex", table, other_url) ==
          "[mcp_servers.stripe]\nenabled = true\nurl = \"" + other_url + "\" # mine\n");
}

TEST_CASE("connect: an entry of another kind is refused with its place", "[server][connect]") {
    CHECK(
        refusal("cursor", "{\n  \"mcpServers\": {\n    \"stripe\": {\"command\": \"npx\"}\n  }\n}")
            .starts_with("f:3:5: \"stripe\" is there already, as something else"));
    CHECK(refusal("codex", "a = 1\n[mcp_servers.stripe]\ncommand = \"npx\"\n")
              .starts_with("f:2:1: [mcp_servers.stripe] is there already"));
    CHECK(refusal("codex", "[mcp_servers]\nstripe = { url = \"x\" }\n")
              .starts_with("f:2:1: the MCP servers are written in another way here"));
    CHECK(refusal("codex", "mcp_servers = { a = { url = \"x\" } }\n")
              .starts_with("f:1:1: the MCP servers are written in another way here"));
}

TEST_CASE("connect: what cannot be read is refused with its place", "[server][connect]") {
    CHECK(refusal("cursor", "{\n  \"é\": x\n}").starts_with("f:2:8: a value is expected here"));
    CHECK(refusal("cursor", "{\"a\": 1 \"b\": 2}").starts_with("f:1:9: a comma or '}'"));
    CHECK(refusal("cursor", "{\"a\": \"b\n\"}").starts_with("f:1:7: this string has no end"));
    CHECK(refusal("cursor", "{ /* open").starts_with("f:1:3: this comment has no end"));
    CHECK(refusal("cursor", "[]").starts_with("f:1:1: the file must hold one object"));
    CHECK(refusal("cursor", "{\"mcpServers\": []}").starts_with("f:1:16: \"mcpServers\" must be"));
    CHECK(refusal("cursor", "{} {}").starts_with("f:1:4: nothing may follow"));
    CHECK(refusal("cursor", "{\"mcpServers\": {}, \"mcpServers\": {}}")
              .starts_with("f:1:20: the key \"mcpServers\" is here a second time"));
    CHECK(refusal("cursor", std::string(3000, '[')).find("nested too deeply") != std::string::npos);
    CHECK(refusal("codex", "a = \"b\n").starts_with("f:1:5: this string has no end"));
    CHECK(refusal("codex", "a = [1,\n").starts_with("f:1:5: this list has no end"));
    CHECK(refusal("codex", "a\n").starts_with("f:1:2: '=' is expected here"));
    CHECK(refusal("codex", "[a\n").starts_with("f:1:3: ']' is expected here"));
}

TEST_CASE("connect: TOML of every kind is passed over", "[server][connect]") {
    const std::string before =
        "# codex\nmodel = \"gpt\" # one\nnotify = [\n  \"a\", # [x]\n  [\"b\"],\n]\n"
        "text = \"\"\"\n[mcp_servers.stripe]\n\"\"\"\"\nraw = '''\n'''\nwhen = 1979-05-27 "
        "07:32:00\n"
        "t = { a.b = 1, c = [1] }\n\n[mcp_servers.files]\ncommand = \"npx\"\n\n"
        "[[things]]\n\"quoted key\".x = 1.5\n";
    check_round_trip("codex", before, before + "\n[mcp_servers.stripe]\nurl = \"" + url + "\"\n");
    // With tables below it, and between others.
    CHECK(removed("codex",
                  "[a]\nx = 1\n\n[mcp_servers.stripe]\nurl = \"u\"\n\n"
                  "[mcp_servers.stripe.http_headers]\nA = \"b\"\n\n# b's\n[b]\n") ==
          "[a]\nx = 1\n\n# b's\n[b]\n");
}

// Every text that is one byte away from `whole`, and every beginning of it.
std::vector<std::string> neighbours(const std::string& whole) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < whole.size(); ++at) {
        out.push_back(whole.substr(0, at));
        out.push_back(whole.substr(0, at) + whole.substr(at + 1));
        for (const char other : {'"', '\'', '{', '}', '[', ']', ',', '/', '\\', '\n', '\0'}) {
            out.push_back(whole);
            out.back()[at] = other;
        }
    }
    return out;
}

TEST_CASE("connect: a damaged file is refused or edited soundly", "[server][connect]") {
    const std::string json =
        "// c\n{ \"a\": [1, \"\\u00e9\"],\n  \"mcpServers\": { \"b\": {} /* d */, }, }";
    const std::string toml =
        "a = [1, 'x'] # c\n[t.\"u\"]\nb = \"\"\"d\"\"\"\n[mcp_servers.b]\nc.d = {e = 1}\n";
    std::size_t edited = 0;
    for (const auto& [id, whole] : {std::pair{"cursor", json}, std::pair{"codex", toml}}) {
        for (const std::string& text : neighbours(whole)) {
            const auto once = with_entry(kind(id), "f", text, "stripe", url, program);
            if (!once) continue;
            ++edited;
            const auto again = with_entry(kind(id), "f", *once, "stripe", url, program);
            REQUIRE(again.has_value());
            REQUIRE(*again == *once);
            const auto gone = without_entry(kind(id), "f", *once, "stripe");
            REQUIRE(gone.has_value());
            const auto left = read_entry(kind(id), "f", *gone, "stripe");
            REQUIRE(left.has_value());
            REQUIRE_FALSE(left->has_value());
        }
    }
    CHECK(edited > 100);
}

TEST_CASE("connect: JSON escapes count as what they stand for", "[server][connect]") {
    const auto found = jsonc_string_at("f", R"({"a\u0062": "\ud83d\ude00\n\"\/"})", {"ab"});
    REQUIRE(found.has_value());
    CHECK(found->value() == "\xF0\x9F\x98\x80\n\"/");
}

TEST_CASE("connect: removing takes the entry wherever it stands", "[server][connect]") {
    const std::string entry = "\"stripe\": {\"url\": \"u\"}";
    CHECK(removed("cursor", "{\"mcpServers\": {" + entry + ", \"a\": 1}}") ==
          "{\"mcpServers\": {\"a\": 1}}");
    CHECK(removed("cursor", "{\n  \"mcpServers\": {\n    " + entry + ",\n    \"a\": 1\n  }\n}") ==
          "{\n  \"mcpServers\": {\n    \"a\": 1\n  }\n}");
    CHECK(removed("cursor", "{\n  \"mcpServers\": {\n    " + entry + "\n  }\n}") ==
          "{\n  \"mcpServers\": {}\n}");
    CHECK(removed("cursor", "{\"a\": 1}") == "{\"a\": 1}");
}

TEST_CASE("connect: --remove gives back the bytes of before", "[server][connect]") {
    for (const auto& client : client_kinds()) {
        if (client.format == config_format::page) continue;
        const bool toml = client.format == config_format::toml;
        // No line end at the end, no table: only the backup knows.
        const std::string before = toml ? "a = 1 # x" : "{\"a\": 1}";
        const auto add = plan_add(client, "f", {before, {}}, {"stripe", url, program});
        REQUIRE(add.has_value());
        CHECK(add->kind == change_kind::add);
        CHECK(add->backup);
        const auto again = plan_add(client, "f", {add->text, before}, {"stripe", url, program});
        REQUIRE(again.has_value());
        CHECK(again->kind == change_kind::none);
        const auto update =
            plan_add(client, "f", {add->text, before}, {"stripe", other_url, program});
        REQUIRE(update.has_value());
        CHECK(update->kind == change_kind::update);
        const auto remove = plan_remove(client, "f", {update->text, before}, "stripe");
        REQUIRE(remove.has_value());
        CHECK(remove->kind == change_kind::restore);
        CHECK(remove->text == before);
        // Changed by others since: the entry goes, their change stays.
        const std::string changed = toml ? "b = 2\n" + add->text : add->text + "\n// theirs\n";
        const auto kept = plan_remove(client, "f", {changed, before}, "stripe");
        REQUIRE(kept.has_value());
        CHECK(kept->kind == change_kind::remove);
        CHECK(kept->text.find(toml ? "b = 2" : "// theirs") != std::string::npos);
        CHECK(kept->text.find("tgm_") == std::string::npos);
    }
}

TEST_CASE("connect: a file that did not exist goes again", "[server][connect]") {
    for (const auto& client : client_kinds()) {
        if (client.format == config_format::page) continue;
        const auto add = plan_add(client, "f", {}, {"stripe", url, program});
        REQUIRE(add.has_value());
        CHECK_FALSE(add->backup);
        const auto update = plan_add(client, "f", {add->text, {}}, {"stripe", other_url, program});
        REQUIRE(update.has_value());
        CHECK_FALSE(update->backup);
        const auto remove = plan_remove(client, "f", {update->text, {}}, "stripe");
        REQUIRE(remove.has_value());
        CHECK(remove->kind == change_kind::unlink);
        const auto nothing = plan_remove(client, "f", {}, "stripe");
        REQUIRE(nothing.has_value());
        CHECK(nothing->kind == change_kind::none);
    }
}

TEST_CASE("connect: each client's file is where the client looks", "[server][connect]") {
    const auto variables = [](const char* name) -> std::optional<std::string> {
        return std::string_view{name} == "HOME" ? std::optional<std::string>{"/home/ada"}
                                                : std::nullopt;
    };
    const auto path = [&](std::string_view id) {
        return default_path(kind(id), client_system::linux_, variables).value();
    };
    CHECK(path("claude-desktop") == "/home/ada/.config/Claude/claude_desktop_config.json");
    CHECK(path("claude-code") == "/home/ada/.claude.json");
    CHECK(path("cursor") == "/home/ada/.cursor/mcp.json");
    CHECK(path("vscode") == "/home/ada/.config/Code/User/mcp.json");
    CHECK(path("codex") == "/home/ada/.codex/config.toml");
    CHECK(path("windsurf") == "/home/ada/.codeium/windsurf/mcp_config.json");
    CHECK_FALSE(default_path(kind("cursor"), client_system::linux_,
                             [](const char*) -> std::optional<std::string> { return std::nullopt; })
                    .has_value());
}

TEST_CASE("connect: each client's file on macOS and Windows", "[server][connect]") {
    using known = std::map<std::string, std::string, std::less<>>;
    const auto path = [](std::string_view id, client_system system, const known& variables) {
        return default_path(kind(id), system, [&](const char* name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            if (found == variables.end()) return {};
            return found->second;
        });
    };
    const known mac{{"HOME", "/Users/ada"}, {"XDG_CONFIG_HOME", "/elsewhere"}};
    const auto macos = client_system::macos;
    CHECK(path("claude-desktop", macos, mac).value() ==
          "/Users/ada/Library/Application Support/Claude/claude_desktop_config.json");
    CHECK(path("vscode", macos, mac).value() ==
          "/Users/ada/Library/Application Support/Code/User/mcp.json");
    CHECK(path("cursor", macos, mac).value() == "/Users/ada/.cursor/mcp.json");
    const known pc{{"HOME", "/home/ada"},
                   {"USERPROFILE", R"(C:\Users\ada)"},
                   {"APPDATA", R"(C:\Users\ada\AppData\Roaming)"}};
    const auto windows = client_system::windows;
    CHECK(path("claude-desktop", windows, pc).value() ==
          R"(C:\Users\ada\AppData\Roaming\Claude\claude_desktop_config.json)");
    CHECK(path("vscode", windows, pc).value() ==
          R"(C:\Users\ada\AppData\Roaming\Code\User\mcp.json)");
    CHECK(path("codex", windows, pc).value() == R"(C:\Users\ada\.codex\config.toml)");
    CHECK(path("windsurf", windows, pc).value() ==
          R"(C:\Users\ada\.codeium\windsurf\mcp_config.json)");
    known wsl = pc;
    wsl["WSL_DISTRO_NAME"] = "Debian";
    wsl.erase("APPDATA");
    CHECK(path("claude-desktop", windows, wsl).value() ==
          "/mnt/c/Users/ada/AppData/Roaming/Claude/claude_desktop_config.json");
    const auto unknown = path("cursor", windows, {{"HOME", "/home/ada"}});
    CHECK(unknown.error().message.find("USERPROFILE is not set") != std::string::npos);
}

}  // namespace connect_tests
