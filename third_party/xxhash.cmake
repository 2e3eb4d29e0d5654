pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)  # target PkgConfig::XXHASH
