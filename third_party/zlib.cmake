find_package(ZLIB REQUIRED)  # target ZLIB::ZLIB
