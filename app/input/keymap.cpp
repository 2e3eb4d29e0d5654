#include "app/input/keymap.h"

#include <algorithm>
#include <array>
#include <optional>

#include "app/input/profiles.h"
#include "core/base/check.h"
#include "core/base/text.h"

namespace inbetween {
namespace {

std::optional<Context> context_of(std::string_view name) {
    for (const Context context : {Context::Global, Context::Main, Context::Drawing, Context::Segment, Context::Corner})
        if (name_of(context) == name) return context;
    return std::nullopt;
}

Result<Binding> binding_of(std::string_view line, std::string_view place) {
    const std::vector<std::string_view> fields = split_blanks(line);
    constexpr std::size_t fields_wanted = 3;
    if (fields.size() != fields_wanted)
        return fail("{}: a binding is a context, a chord and a command, but there are {} words", place, fields.size());
    const auto context = context_of(fields[0]);
    if (!context) return fail("{}: no context is called '{}'", place, fields[0]);
    const auto chord = chord_of(fields[1]);
    if (!chord) return fail("{}: '{}' is not a key", place, fields[1]);
    if (find_command(fields[2]) == nullptr) return fail("{}: no command is called '{}'", place, fields[2]);
    return Binding{*context, *chord, std::string(fields[2])};
}

const Binding* find_binding(const std::vector<Binding>& bindings, Context context, const Chord& chord) {
    const auto found = std::find_if(bindings.begin(), bindings.end(), [&](const Binding& binding) {
        return binding.context == context && binding.chord == chord;
    });
    return found == bindings.end() ? nullptr : &*found;
}

}  // namespace

Result<Keymap> Keymap::parse(std::string_view text, std::string_view name) {
    Keymap keymap;
    std::size_t number = 0;
    for (std::string_view line : split(text, '\n')) {
        ++number;
        line = trim(line.substr(0, line.find('#')));
        if (line.empty()) continue;
        const std::string place = fmt::format("{}, line {}", name, number);
        auto binding = binding_of(line, place);
        if (!binding) return binding.error();
        if (const Binding* other = find_binding(keymap.bindings_, binding->context, binding->chord))
            return fail("{}: {} is bound to {} already in the context '{}'", place, text_of(binding->chord),
                        other->command, name_of(binding->context));
        keymap.bindings_.push_back(*std::move(binding));
    }
    return keymap;
}

const Keymap& Keymap::workstation() {
    static const Keymap keymap = [] {
        auto parsed = parse(workstation_profile(), "workstation.keymap");
        IB_CHECK(parsed.has_value());
        return *std::move(parsed);
    }();
    return keymap;
}

const Command* Keymap::find(const std::vector<Context>& contexts, const Chord& chord) const {
    for (const Context context : contexts)
        if (const Binding* binding = find_binding(bindings_, context, chord)) return find_command(binding->command);
    // A key that happens to be held beside this one only matters where a binding names it.
    if (chord.held != 0) return find(contexts, Chord{chord.key, chord.modifiers, 0});
    return nullptr;
}

std::vector<Chord> Keymap::chords_of(std::string_view command) const {
    std::vector<Chord> chords;
    for (const Binding& binding : bindings_) {
        if (binding.command != command) continue;
        if (std::find(chords.begin(), chords.end(), binding.chord) == chords.end()) chords.push_back(binding.chord);
    }
    return chords;
}

std::string Keymap::keys_text(std::string_view command, std::string_view between) const {
    std::string text;
    for (const Chord& chord : chords_of(command)) {
        if (!text.empty()) text += between;
        text += text_of(chord);
    }
    return text;
}

}  // namespace inbetween
