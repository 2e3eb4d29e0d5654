find_package(CLI11 REQUIRED)  # target CLI11::CLI11
