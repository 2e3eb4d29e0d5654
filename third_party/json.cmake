find_package(nlohmann_json REQUIRED)  # target nlohmann_json::nlohmann_json
