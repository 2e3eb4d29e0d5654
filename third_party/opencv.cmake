find_package(OpenCV 4.6 REQUIRED COMPONENTS core imgproc video tracking calib3d features2d objdetect dnn OPTIONAL_COMPONENTS videoio)
add_library(inbetween_opencv INTERFACE)
target_link_libraries(inbetween_opencv INTERFACE opencv_core opencv_imgproc opencv_video opencv_tracking opencv_calib3d opencv_features2d
                      opencv_objdetect opencv_dnn)
target_include_directories(inbetween_opencv SYSTEM INTERFACE ${OpenCV_INCLUDE_DIRS})
