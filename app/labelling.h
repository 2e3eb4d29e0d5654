#pragma once

#include "app/session.h"

namespace inbetween {

/// Seconds within which a second digit joins the first to a label's two-digit hotkey.
inline constexpr double digit_pause_secs = 0.6;

/// Takes in a digit of a label's hotkey. A digit that is a hotkey and begins no longer one acts at once, else the next
/// digit or the end of the pause decides. 0 alone is hotkey 10.
void press_digit(Session& session, int digit);

/// Lets a lone first digit act once its pause is over. Session::pump calls it.
/// returns: seconds until it wants to be called again; infinity when no digit waits.
double settle_digits(Session& session);

/// Gives the label to what is being worked on: the selected segment or the one being marked (action labels), the
/// selected track (track labels), and to whatever is made next.
void give_label(Session& session, const Label& label);

/// The label that a hotkey names now: among action labels first while a segment is marked or selected, else among track
/// labels first. Null when there is none.
const Label* label_of_hotkey(const Session& session, int hotkey);

}  // namespace inbetween
