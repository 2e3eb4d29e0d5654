#version 330 core
// Covers the target with one triangle. Row 0 of the target is the picture's top row, so that the texture made here
// lies as one uploaded from memory does.

void main() {
    vec2 corner = vec2((gl_VertexID & 1) * 2, (gl_VertexID >> 1) * 2);
    gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}
