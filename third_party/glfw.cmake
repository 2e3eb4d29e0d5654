find_package(glfw3 3.3 REQUIRED)  # target glfw
