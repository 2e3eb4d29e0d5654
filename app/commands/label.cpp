#include "app/labelling.h"

#include "app/commands/areas.h"
#include "app/commands/common.h"

namespace inbetween::commands {
namespace {

template <int digit>
void press(Session& session) {
    press_digit(session, digit);
}

constexpr std::string_view help =
    "A digit of a label's number: of the selected track and of new ones, or of the segment being worked on; two digits "
    "within 0.6 s for 10 and over, 0 alone for 10.";

template <int digit>
constexpr Command digit_command(std::string_view id, std::string_view title) {
    return {.id = id, .title = title, .help = help, .context = Context::Global, .run = press<digit>, .enabled = always};
}

constexpr Command table[] = {
    digit_command<1>("label.digit.1", "Label 1"), digit_command<2>("label.digit.2", "Label 2"),
    digit_command<3>("label.digit.3", "Label 3"), digit_command<4>("label.digit.4", "Label 4"),
    digit_command<5>("label.digit.5", "Label 5"), digit_command<6>("label.digit.6", "Label 6"),
    digit_command<7>("label.digit.7", "Label 7"), digit_command<8>("label.digit.8", "Label 8"),
    digit_command<9>("label.digit.9", "Label 9"), digit_command<0>("label.digit.0", "Label 10"),
};

}  // namespace

std::span<const Command> label() { return table; }

}  // namespace inbetween::commands
