pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-cpp)  # target PkgConfig::YAML
