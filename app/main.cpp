#include <string>
#include <vector>

#include "app/cli/cli.h"
#ifdef INBETWEEN_GUI
#include "app/gui.h"
#endif

int main(int argc, char** argv) {
    inbetween::cli::Workstation workstation;
#ifdef INBETWEEN_GUI
    workstation.run = inbetween::run_workstation;
    workstation.draw = inbetween::draw_picture;
#endif
    return inbetween::cli::run_program(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc), workstation);
}
