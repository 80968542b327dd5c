#include "base/yaml_reader.hpp"

#include <simdjson.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>
#include <vector>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "base/yaml_scalar.hpp"

namespace tollgate::base {

namespace {

yaml_place place_of_mark(const YAML::Mark& mark) {
    return {std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1};
}

// A list or map whose end has not been read yet.
struct open_node {
    yaml_node node;
    std::set<std::string> keys;
    bool has_key = false;  // of a map: the next value's key was read
    std::string key;
    yaml_place key_at;
};

// Builds the tree, and remembers the first mistake. The parser cannot be stopped, so everything
// after a mistake is ignored.
class tree_builder final : public YAML::EventHandler {
public:
    tree_builder(const std::string& name, const yaml_limits& limits)
        : name_(name), limits_(limits) {}

    const std::optional<failure>& mistake() const { return mistake_; }
    yaml_node take_root() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ > 1)
            refuse(mark, "several_documents",
                   "a second document begins here; a file has one: remove it, or the line ---");
    }
    void OnDocumentEnd() override {}

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse_alias(mark); }

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        if (!accept(mark, "?", anchor)) return;
        yaml_node none;
        // The parser's mark of an omitted value is somewhere after its key.
        none.at = in_map() ? open_.back().key_at : place_of_mark(mark);
        if (key_expected()) return refuse_key(mark);
        add(std::move(none));
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        if (!accept(mark, tag, anchor)) return;
        // yaml-cpp decodes the escapes \N and \_ into single bytes.
        if (!simdjson::validate_utf8(value))
            return refuse(mark, "not_text",
                          "the escapes \\N and \\_ are not read here: write the character itself");
        if (key_expected()) return take_key(mark, value);
        yaml_node scalar;
        if (tag == "?") {
            auto read = plain_scalar(value);
            if (!read) return refuse(mark, read.error().code, read.error().message);
            scalar = std::move(*read);
        } else {
            scalar.kind = yaml_kind::text;
            scalar.scalar = value;
        }
        scalar.at = place_of_mark(mark);
        add(std::move(scalar));
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        start(mark, tag, anchor, yaml_kind::list);
    }
    void OnSequenceEnd() override { end(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        start(mark, tag, anchor, yaml_kind::map);
    }
    void OnMapEnd() override { end(); }

private:
    void refuse(const YAML::Mark& mark, std::string code, const std::string& message) {
        if (mistake_) return;
        mistake_ = invalid(std::move(code), place_text(name_, place_of_mark(mark)) + message);
    }

    void refuse_alias(const YAML::Mark& mark) {
        refuse(mark, "alias", "anchors (&) and aliases (*) are not allowed: write the value out");
    }

    void refuse_key(const YAML::Mark& mark) {
        refuse(mark, "bad_key", "a key must be a word, not a list, a map or nothing");
    }

    // False if nothing more may be read.
    bool accept(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        if (anchor != 0) refuse_alias(mark);
        if (!tag.empty() && tag != "?" && tag != "!")
            refuse(mark, "tag", "tags (!!) are not allowed: write text in quotes, numbers without");
        return !mistake_;
    }

    bool in_map() const { return !open_.empty() && open_.back().node.kind == yaml_kind::map; }
    bool key_expected() const { return in_map() && !open_.back().has_key; }

    void take_key(const YAML::Mark& mark, const std::string& key) {
        auto& map = open_.back();
        if (!map.keys.insert(key).second)
            return refuse(
                mark, "repeated_key",
                '\'' + std::string(clipped_text(key, quoted_bytes_max)) +
                    "' is there twice in one map; a key may be there once: remove one of them");
        map.has_key = true;
        map.key = key;
        map.key_at = place_of_mark(mark);
    }

    void add(yaml_node node) {
        if (open_.empty()) {
            root_ = std::move(node);
            return;
        }
        auto& into = open_.back();
        node.key = std::move(into.key);
        node.key_at = into.node.kind == yaml_kind::map ? into.key_at : node.at;
        into.has_key = false;
        into.node.children.push_back(std::move(node));
    }

    void start(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
               yaml_kind kind) {
        if (!accept(mark, tag, anchor)) return;
        if (key_expected()) return refuse_key(mark);
        if (open_.size() == limits_.depth_max)
            return refuse(mark, "too_deep",
                          "lists and maps may be " + std::to_string(limits_.depth_max) +
                              " deep in each other");
        open_node next;
        next.node.kind = kind;
        next.node.at = place_of_mark(mark);
        open_.push_back(std::move(next));
    }

    void end() {
        if (mistake_) return;
        yaml_node done = std::move(open_.back().node);
        open_.pop_back();
        add(std::move(done));
    }

    const std::string& name_;
    const yaml_limits limits_;
    int documents_ = 0;
    std::vector<open_node> open_;
    yaml_node root_;
    std::optional<failure> mistake_;
};

// The parser would stop at a byte 4, replace invalid UTF-8, and guess at other encodings.
result<> check_text(std::string_view text, const std::string& name) {
    yaml_place at;
    std::string_view line = text;
    for (; !line.empty(); ++at.line) {
        const auto end = std::min(line.find('\n'), line.size());
        const auto one = line.substr(0, end);
        const auto control = std::ranges::find_if(
            one, [](unsigned char c) { return c < 0x20 && c != '\t' && c != '\r'; });
        at.column = static_cast<int>(control - one.begin()) + 1;
        if (control != one.end())
            return invalid("not_text", place_text(name, at) + "byte " +
                                           std::to_string(static_cast<int>(*control)) +
                                           " is a control character: remove it");
        at.column = 1;
        if (!simdjson::validate_utf8(one))
            return invalid("not_text",
                           place_text(name, at) + "this line is not UTF-8: save the file as UTF-8");
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return {};
}

}  // namespace

std::string place_text(const std::string& name, yaml_place at) {
    return name + ':' + std::to_string(at.line) + ':' + std::to_string(at.column) + ": ";
}

result<yaml_node> read_yaml_tree(std::string_view text, const std::string& name,
                                 const yaml_limits& limits) {
    if (const auto good = check_text(text, name); !good) return good.error();
    tree_builder builder{name, limits};
    try {
        std::istringstream in{std::string(text)};
        YAML::Parser parser{in};
        while (!builder.mistake() && parser.HandleNextDocument(builder)) {
        }
    } catch (const YAML::Exception& wrong) {
        if (!builder.mistake())
            return invalid("not_yaml", place_text(name, place_of_mark(wrong.mark)) +
                                           "this is not valid YAML: " + wrong.msg);
    }
    if (builder.mistake()) return *builder.mistake();
    return builder.take_root();
}

}  // namespace tollgate::base
