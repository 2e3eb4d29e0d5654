#version 330 core
// Covers the target with one triangle. Row 0 of the target is the picture's top row, so that the texture made here
// lies as one uploaded from memory does.

uniform vec3 decoded_x;  // decoded place = dot(this, vec3(upright place, 1)), all as shares 0..1
uniform vec3 decoded_y;

out vec2 place;  // in the decoded planes

void main() {
    vec2 corner = vec2((gl_VertexID & 1) * 2, (gl_VertexID >> 1) * 2);
    vec3 upright = vec3(corner, 1.0);
    place = vec2(dot(decoded_x, upright), dot(decoded_y, upright));
    gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}
