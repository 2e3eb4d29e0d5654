find_package(Protobuf REQUIRED)  # targets protobuf::libprotobuf-lite, protobuf::protoc
