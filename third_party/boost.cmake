find_package(Boost REQUIRED)  # target Boost::headers
