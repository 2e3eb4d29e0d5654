#version 330 core
// A decoded picture's planes as red, green and blue. Chroma is blended between its samples, which lie in the middle of
// the luma samples they stand for.

uniform sampler2D plane_y;
uniform sampler2D plane_u;
uniform sampler2D plane_v;
uniform mat3 rgb_from_yuv;
uniform vec3 offset;
uniform vec2 chroma_scale;  // share of the chroma planes that the picture covers
uniform int is_gray;

in vec2 place;
out vec4 colour;

void main() {
    float y = texture(plane_y, place).r;
    vec2 chroma = offset.yz;
    if (is_gray == 0) chroma = vec2(texture(plane_u, place * chroma_scale).r, texture(plane_v, place * chroma_scale).r);
    colour = vec4(clamp(rgb_from_yuv * (vec3(y, chroma) - offset), 0.0, 1.0), 1.0);
}
