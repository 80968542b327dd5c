// The console: the files that a browser loads below /console/.
#pragma once
#include <span>

#include "base/embedded.hpp"
#include "base/http_message.hpp"

namespace tollgate::server {

// The files of the console in this binary: index.html, app.js, app.css, plot.js, qr.js, mark.svg,
// and each of them with .gz and .br; none if it was built without.
std::span<const base::embedded_file> console_files();

// Answers a GET or HEAD below /console from `files`. The name of a script or style contains the
// start of its SHA-256, so it may be cached forever. Every other address returns the page, which
// cannot be framed and loads nothing from elsewhere. 404 for an unknown script or style, and for
// everything if there are no files. Pure.
base::http_response console_response(const base::http_request& request,
                                     std::span<const base::embedded_file> files);

}  // namespace tollgate::server
