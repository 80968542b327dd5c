// Where a rule looks in the arguments of a call.
#pragma once
#include <simdjson.h>

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.hpp"

namespace tollgate::tenancy {

// "amount", "metadata.order", "line_items[].price_data.unit_amount" (each element of a list), or
// "**.amount": arguments and properties of that name at any depth.
class argument_path {
public:
    // Fails with invalid_argument "bad_path" (field `field`) for anything else, and for more than
    // eight names.
    static base::result<argument_path> parse(std::string_view text, std::string_view field);

    // What is called with a value, and the object of which it is a member. Refers to a function
    // that lives until each() returns; decisions are too frequent for one that owns it.
    class visitor {
    public:
        template <typename Function>
            requires(!std::same_as<std::remove_cvref_t<Function>, visitor>)
        visitor(const Function& call)  // NOLINT(google-explicit-constructor)
            : on_(&call),
              call_([](const void* on, const simdjson::dom::element& value,
                       const simdjson::dom::object& in) {
                  (*static_cast<const Function*>(on))(value, in);
              }) {}
        void operator()(const simdjson::dom::element& value,
                        const simdjson::dom::object& in) const {
            call_(on_, value, in);
        }

    private:
        const void* on_;
        void (*call_)(const void*, const simdjson::dom::element&, const simdjson::dom::object&);
    };

    // Calls `visit` for every value there, also for null, by which a field is cleared. A list on
    // the way is searched whether or not the path has "[]". Objects and lists deeper than 32 levels
    // are not searched; the parser of requests refuses them before.
    void each(const simdjson::dom::object& arguments, const visitor& visit) const;

    // True if a value that is not null is there, in each element of the lists on the way.
    bool complete(const simdjson::dom::object& arguments) const;
    // The only name of the path, or of the path at any depth; empty if it has several.
    std::string_view top_name() const;

    bool any_depth() const { return any_depth_; }
    // The names, without "[]".
    std::vector<std::string_view> names() const;
    const std::string& text() const { return text_; }

private:
    struct step {
        std::string name;
        bool each = false;  // of a list
    };

    void walk(const simdjson::dom::object& in, std::size_t at, const visitor& visit) const;
    void step_into(const simdjson::dom::element& value, std::size_t next,
                   const visitor& visit) const;
    bool complete_below(const simdjson::dom::element& value, std::size_t next) const;
    void search(const simdjson::dom::object& in, const visitor& visit, int depth) const;
    void search_value(const simdjson::dom::element& in, const visitor& visit, int depth) const;

    bool any_depth_ = false;
    std::vector<step> steps_;
    std::string text_;
};

}  // namespace tollgate::tenancy
