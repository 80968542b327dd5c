// tollgate-catalog: compiles stripe/catalog into C++, or reports what it would expose.
//
//     tollgate-catalog emit <catalog folder> <file.cpp>
//     tollgate-catalog report <catalog folder>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string_view>

#include "stripe/generator/compile.hpp"
#include "stripe/generator/emit.hpp"
#include "stripe/generator/report.hpp"

namespace {

using namespace tollgate::stripe::generator;

int run(int count, char** words) {
    const std::string_view command = count > 2 ? words[1] : "";
    if (command == "emit" && count == 4) {
        const auto all = compile_catalog(words[2]);
        emit(all, words[3]);
        print_summary(std::cout, tollgate::stripe::generator::count(all));
        return EXIT_SUCCESS;
    }
    if (command == "report" && count == 3) {
        print_report(std::cout, compile_catalog(words[2]));
        return EXIT_SUCCESS;
    }
    std::cerr << "usage: tollgate-catalog emit <catalog folder> <file.cpp>\n"
                 "       tollgate-catalog report <catalog folder>\n";
    return EXIT_FAILURE;
}

}  // namespace

int main(int count, char** words) {
    try {
        return run(count, words);
    } catch (const std::exception& error) {
        std::cerr << "tollgate-catalog: " << error.what() << '\n';
        return EXIT_FAILURE;
    }
}
