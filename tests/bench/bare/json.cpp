#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <vector>

#include "tests/bench/bare/bare.h"

namespace inbetween::bare {
namespace {

using Document = nlohmann::ordered_json;

/// Either the whole document, written with indents, or its lines: those that are values by themselves, and the others
/// as they are.
class JsonCalls : public Calls {
public:
    explicit JsonCalls(std::string_view text) {
        if (text.starts_with("{\n  \"")) {
            whole_ = Document::parse(text);
            return;
        }
        while (!text.empty()) {
            const auto end = std::min(text.find('\n'), text.size() - 1);
            take(text.substr(0, end));
            text.remove_prefix(end + 1);
        }
    }

    void write(const std::filesystem::path& path) const override {
        std::ofstream out(path, std::ios::binary);
        if (!whole_.is_null()) out << whole_.dump(2, ' ', false, Document::error_handler_t::replace) << '\n';
        for (const Line& line : lines_) {
            if (!line.value.is_null()) out << line.value.dump(-1, ' ', false, Document::error_handler_t::replace);
            out << line.text << '\n';
        }
    }

private:
    struct Line {
        Document value;
        std::string text;  ///< what follows the value
    };

    void take(std::string_view line) {
        const std::string_view value = line.substr(0, line.ends_with(',') ? line.size() - 1 : line.size());
        Document parsed = value.starts_with('{') ? Document::parse(value, nullptr, false) : Document();
        if (parsed.is_object())
            lines_.push_back({std::move(parsed), std::string(line.substr(value.size()))});
        else
            lines_.push_back({Document(), std::string(line)});
    }

    Document whole_;
    std::vector<Line> lines_;
};

/// Takes what the parser finds, and counts it.
struct Count : nlohmann::json_sax<nlohmann::json> {
    std::int64_t count = 0;
    bool add() { return ++count > 0; }
    bool null() override { return add(); }
    bool boolean(bool) override { return add(); }
    bool number_integer(number_integer_t) override { return add(); }
    bool number_unsigned(number_unsigned_t) override { return add(); }
    bool number_float(number_float_t, const string_t&) override { return add(); }
    bool string(string_t&) override { return add(); }
    bool binary(binary_t&) override { return add(); }
    bool start_object(std::size_t) override { return add(); }
    bool key(string_t&) override { return add(); }
    bool end_object() override { return add(); }
    bool start_array(std::size_t) override { return add(); }
    bool end_array() override { return add(); }
    bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override { return false; }
};

}  // namespace

std::unique_ptr<Calls> calls_of_json(std::string_view text) { return std::make_unique<JsonCalls>(text); }

std::int64_t parse_json(const std::filesystem::path& path) {
    // All of it in memory first, which is how nlohmann parses fastest.
    std::ifstream in(path, std::ios::binary);
    std::string text(std::filesystem::file_size(path), '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    Count count;
    nlohmann::json::sax_parse(text, &count);
    return count.count;
}

}  // namespace inbetween::bare
