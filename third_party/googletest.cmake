find_package(GTest REQUIRED)  # targets GTest::gtest_main, GTest::gmock
