// decode(encode(x)) == x, over every parameter, at every depth, of every operation of the
// catalogue: query and form, JSON (v2) and multipart.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <simdjson.h>

#include <iostream>
#include <map>

#include "base/crypto.hpp"
#include "stripe/request/encoder.hpp"
#include "tests/unit/stripe/form_decoder.hpp"
#include "tests/unit/stripe/multipart_decoder.hpp"

namespace round_trip_test {

using namespace tollgate::stripe;
using namespace tollgate::test;
using nlohmann::json;

namespace {

// One way to fill in values; every parameter is filled in every one of them.
enum class flavour { plain, odd, cleared, second_form };

const char* const odd_strings[] = {"ä € 𝄞",    "a&b=c+d%20 [0]",         "\"quoted\"\n\t\\",
                                   "%2F../?#", " leading and trailing ", "true",
                                   "15"};
const char* const odd_keys[] = {"a b", "é&=+%", "x.y", "0", "UPPER-lower_9", "%5B0%5D", "\"q\""};

class generator {
public:
    generator(flavour how, encoding wire) : how_(how), json_(wire == encoding::json) {}

    // An object without members: form encoding cannot say it.
    bool unsayable(const json& value) const { return !json_ && value.is_object() && value.empty(); }

    json value(const parameter& as, bool may_clear = true) {
        ++count_;
        if (how_ == flavour::cleared && may_clear && as.unset()) return json_ ? json() : json("");
        switch (as.type()) {
            case value_type::string:
                return string(as);
            case value_type::integer:
                return integer();
            case value_type::number:
                return count_ % 2 == 0 ? json(12.5) : json(7);
            case value_type::boolean:
                return count_ % 2 == 0;
            case value_type::object:
                return object(as);
            case value_type::array:
                return json::array(
                    {value(as.children().front(), false), value(as.children().front(), false)});
            case value_type::map:
                return map(as);
            case value_type::range:
                if (how_ == flavour::second_form) return 1704067200;
                return json{{"gt", 1}, {"gte", 2}, {"lt", 1704067200}, {"lte", 9007199254740991}};
            case value_type::any_of:
                return value(form(as), false);
            case value_type::file:
                return tollgate::base::base64("%PDF-1.7\r\n--tollgate-part-0--\r\n" +
                                              std::string(1, '\0') + "\xFF\xFE");
        }
        FAIL("a parameter of no known type");
        return {};
    }

    std::size_t count() const { return count_; }

private:
    json string(const parameter& as) {
        if (!as.enum_values().empty())
            return std::string(as.enum_values()[count_ % as.enum_values().size()].view());
        if (how_ == flavour::odd) {
            std::string text = odd_strings[count_ % std::size(odd_strings)];
            // Cut between ASCII characters only.
            return text.size() <= as.length_limit()
                       ? text
                       : std::string("a&b").substr(0, as.length_limit());
        }
        return "s" + std::string(std::to_string(count_)).substr(0, as.length_limit() - 1);
    }

    json integer() const {
        if (how_ == flavour::odd) return count_ % 2 == 0 ? json(-9007199254740993) : json(0);
        return static_cast<std::int64_t>(count_ * 100);
    }

    json object(const parameter& as) {
        json out = json::object();
        for (const auto& child : as.children()) {
            auto filled = value(child);
            if (unsayable(filled)) continue;  // a mark: not written
            out[std::string(child.name())] = std::move(filled);
        }
        return out;
    }

    json map(const parameter& as) {
        json out = json::object();
        for (std::size_t i = 0; i < 2; ++i) {
            const auto key = how_ == flavour::odd ? odd_keys[(count_ + i) % std::size(odd_keys)]
                                                  : (i == 0 ? "first" : "second");
            auto filled = as.children().empty() ? json("v" + std::to_string(count_ + i))
                                                : value(as.children().front(), false);
            if (json_ && how_ == flavour::cleared && as.name() == "metadata") filled = nullptr;
            if (unsayable(filled)) continue;
            out[key] = std::move(filled);
        }
        return out;
    }

    const parameter& form(const parameter& as) const {
        return how_ == flavour::second_form ? as.children().back() : as.children().front();
    }

    flavour how_;
    bool json_;
    std::size_t count_ = 0;
};

// The tree as JSON again, told by the catalogue what each leaf is, and by `like` which form a union
// was given in.
json typed(const form_node& node, const parameter& as, const json& like);

json typed_children(const form_node& node, const parameter& as, const json& like) {
    json out = json::object();
    for (const auto& [name, child] : node.children) {
        const auto* parameter = as.find_child(name);
        if (parameter == nullptr) throw std::runtime_error("unknown child " + name);
        out[name] = typed(child, *parameter, like.value(name, json()));
    }
    return out;
}

json typed_leaf(const std::string& text, value_type type) {
    if (type == value_type::integer) return std::stoll(text);
    if (type == value_type::number)
        return text.find('.') == std::string::npos ? json(std::stoll(text)) : json(std::stod(text));
    if (type == value_type::boolean) return text == "true";
    return text;
}

const parameter& form_like(const parameter& as, const json& like) {
    for (const auto& form : as.children()) {
        const auto type = form.type();
        if (like.is_object() && type == value_type::object) {
            bool all = true;
            for (const auto& [key, ignored] : like.items()) all = all && form.find_child(key);
            if (all) return form;
        }
        if (like.is_string() && type == value_type::string) return form;
        if (like.is_boolean() && type == value_type::boolean) return form;
        if (like.is_number() && type == value_type::integer) return form;
    }
    throw std::runtime_error("no form of the union");
}

json typed_array(const form_node& node, const parameter& as, const json& like) {
    json out = json::array();
    for (std::size_t i = 0; i < node.children.size(); ++i)
        out.push_back(typed(node.children.at(std::to_string(i)), as.children().front(),
                            like.is_array() && i < like.size() ? like[i] : json()));
    return out;
}

json typed(const form_node& node, const parameter& as, const json& like) {
    if (node.is_leaf && node.value.empty() && as.unset()) return "";
    switch (as.type()) {
        case value_type::object:
            return typed_children(node, as, like);
        case value_type::array:
            return typed_array(node, as, like);
        case value_type::any_of:
            return typed(node, form_like(as, like), like);
        case value_type::map: {
            json out = json::object();
            for (const auto& [name, child] : node.children)
                out[name] = as.children().empty()
                                ? json(child.value)
                                : typed(child, as.children().front(), like.value(name, json()));
            return out;
        }
        case value_type::range: {
            if (node.is_leaf) return std::stoll(node.value);
            json out = json::object();
            for (const auto& [name, child] : node.children) out[name] = std::stoll(child.value);
            return out;
        }
        default:
            return typed_leaf(node.value, as.type());
    }
}

json arguments_for(const operation& of, generator& make) {
    json out = json::object();
    for (const auto& parameter : of.parameters()) {
        const std::string name(parameter.name());
        if (parameter.place() == place::path) {
            out[name] = "id 1é%";
        } else if (name == "limit" && of.method() == http_method::get) {
            out[name] = 100;
        } else {
            auto filled = make.value(parameter);
            if (make.unsayable(filled)) continue;
            out[name] = std::move(filled);
        }
    }
    return out;
}

json typed_tree(const operation& of, const form_node& tree, const json& sent) {
    json out = json::object();
    for (const auto& [name, node] : tree.children) {
        const auto* parameter = of.find_parameter(name);
        REQUIRE(parameter != nullptr);
        out[name] = typed(node, *parameter, sent.value(name, json()));
    }
    return out;
}

// What travels outside of the path. JSON carries its types itself.
json decoded_parameters(const operation& of, const encoded_request& request, std::string_view query,
                        const json& sent) {
    if (of.method() != http_method::post) {
        CHECK(request.content_type.empty());
        CHECK(request.body.empty());
        return typed_tree(of, decode_form(query), sent);
    }
    CHECK(query.empty());
    if (of.encoding() == encoding::json) {
        CHECK(request.content_type == "application/json");
        return json::parse(request.body);
    }
    if (of.encoding() == encoding::multipart) {
        const auto body = decode_multipart(request.content_type, request.body);
        auto out = typed_tree(of, body.fields, sent);
        REQUIRE(body.file);
        out[body.file->name] = tollgate::base::base64(body.file->bytes);
        CHECK(body.file->filename == "upload.pdf");
        CHECK(body.file->content_type == "application/pdf");
        return out;
    }
    CHECK(request.content_type == "application/x-www-form-urlencoded");
    return typed_tree(of, decode_form(request.body), sent);
}

// What the request means, read back.
json decoded(const operation& of, const encoded_request& request, const json& sent) {
    const std::string_view target = request.target;
    const auto mark = target.find('?');
    const auto found = match(of.method(), target.substr(0, mark));
    REQUIRE(found.found == &of);
    const auto query =
        mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
    auto out = decoded_parameters(of, request, query, sent);
    std::size_t next = 0;
    for (const auto& segment : of.segments())
        if (segment.is_parameter)
            out[std::string(segment.view())] = percent_decoded(found.values[next++]);
    return out;
}

std::size_t check_operation(const operation& of, flavour how) {
    generator make(how, of.encoding());
    const auto sent = arguments_for(of, make);
    simdjson::dom::parser parser;
    const auto text = sent.dump();
    simdjson::dom::object object;
    REQUIRE(parser.parse(text).get(object) == simdjson::SUCCESS);
    const auto request = encode(of, object, accepted_parameters::all);
    INFO(of.tool_name());
    if (!request) FAIL(request.error().message);
    CHECK(request->method == of.method());
    const auto back = decoded(of, *request, sent);
    if (back != sent) FAIL(json::diff(sent, back).dump().substr(0, 2000));
    return make.count();
}

}  // namespace

TEST_CASE("stripe round_trip: every parameter of every operation survives", "[stripe]") {
    std::size_t operations_checked = 0;
    std::size_t values = 0;
    std::map<encoding, std::size_t> by_encoding;
    for (const auto& each : operations()) {
        for (const auto how :
             {flavour::plain, flavour::odd, flavour::cleared, flavour::second_form})
            values += check_operation(each, how);
        ++operations_checked;
        ++by_encoding[each.encoding()];
    }
    std::cout << "round trip: " << operations_checked << " operations, " << values << " values\n";
    CHECK(operations_checked == operations().size());
    CHECK(by_encoding[encoding::json] == 48);
    CHECK(by_encoding[encoding::multipart] == 1);
    CHECK(operations_checked == 695);
}

// Forms of a union in the middle, one at a time.
TEST_CASE("stripe round_trip: each form of a union survives", "[stripe]") {
    std::size_t forms = 0;
    for (const auto& each : operations()) {
        if (each.encoding() != encoding::form) continue;
        for (const auto& parameter : each.parameters()) {
            if (parameter.type() != value_type::any_of) continue;
            for (const auto& form : parameter.children()) {
                generator make(flavour::plain, each.encoding());
                json sent = json::object();
                for (const auto& other : each.parameters()) {
                    if (other.place() == place::path)
                        sent[std::string(other.name())] = "x";
                    else if (other.required())
                        sent[std::string(other.name())] = make.value(other);
                }
                sent[std::string(parameter.name())] = make.value(form);
                simdjson::dom::parser parser;
                const auto text = sent.dump();
                simdjson::dom::object object;
                REQUIRE(parser.parse(text).get(object) == simdjson::SUCCESS);
                const auto request = encode(each, object, accepted_parameters::all);
                INFO(each.tool_name() << ' ' << parameter.name());
                if (!request) FAIL(request.error().message);
                CHECK(decoded(each, *request, sent) == sent);
                ++forms;
            }
        }
    }
    CHECK(forms > 20);
}

}  // namespace round_trip_test
