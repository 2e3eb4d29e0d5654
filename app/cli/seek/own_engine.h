#pragma once

#include "app/cli/seek/seeker.h"

namespace inbetween::seek {

/// This program's engine, as the workstation uses it.
Engine own_engine();

}  // namespace inbetween::seek
