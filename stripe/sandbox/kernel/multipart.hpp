// A multipart/form-data body: the upload of a file.
#pragma once
#include <string>
#include <string_view>

#include "stripe/sandbox/kernel/errors.hpp"

namespace tollgate::sandbox {

struct uploaded_file {
    std::string name;  // of the parameter
    std::string filename;
    std::string content_type;
    std::size_t size = 0;
};

// Adds the fields to `tree` like decode_pairs(), and the file under its name with its filename.
// Fails for a body that is not multipart/form-data, has no file, or has two.
outcome<uploaded_file> decode_multipart(std::string_view content_type, std::string_view body,
                                        json& tree);

}  // namespace tollgate::sandbox
