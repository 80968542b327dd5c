// The command `declare --from-openapi`: a declarations file from an OpenAPI document.
#pragma once
#include <string>
#include <vector>

#include "server/cli/command_group.hpp"
#include "server/cli/openapi/from_document.hpp"

namespace tollgate::server {

constexpr int service_to_correct = 3;  // a file was made, and `validate` refuses its service

class from_openapi_command {
public:
    // Adds its flags to the group `declare`. Call once, and let its action run only if none of the
    // group's commands was given; the object must outlive the action.
    void add(CLI::App& app);
    const std::vector<plain_command>& all() const { return entries_; }

private:
    int run() const;
    int make() const;
    int write(const written_declarations& made) const;

    std::string source_;
    std::string out_file_;
    std::string base_url_;
    openapi_filter wanted_;
    bool force_ = false;
    bool json_ = false;
    std::vector<plain_command> entries_;
};

}  // namespace tollgate::server
