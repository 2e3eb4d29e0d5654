find_package(SQLite3 REQUIRED)  # target SQLite::SQLite3
