find_package(fmt REQUIRED)  # target fmt::fmt
