#version 330 core
// A decoded picture's samples as red, green and blue for a screen that shows sRGB. Chroma is blended between its
// samples, from where they stand.

uniform ivec3 decoded_x;         // decoded pixel = dot(this, ivec3(upright pixel, 1))
uniform ivec3 decoded_y;
uniform sampler2D first_plane;   // where the samples of each component are;
uniform sampler2D second_plane;  // several may lie in one plane
uniform sampler2D third_plane;
uniform vec4 channels[3];        // a component of a texel is its product with this
uniform int component_count;     // 1 or 3
uniform vec2 chroma_start;       // where the first sample of the second and third stands among the pixels,
uniform vec2 chroma_density;     // and how many of them there are a pixel
uniform mat3 colour_from_samples;
uniform vec3 offset;
uniform sampler3D cube;          // colours of the screen by colours of the picture
uniform int cube_side;           // 0: colours are shown as they are
uniform float cube_scale;
uniform bool is_linear;          // colours are proportional to light
uniform float gain;
uniform float lift;
uniform float power;

out vec4 colour;

// Blends the four samples nearest to a place. The hardware would do it with weights of its own precision.
float blended(sampler2D plane, vec4 channel, vec2 at) {
    ivec2 last = textureSize(plane, 0) - 1;
    vec2 below = floor(at);
    vec2 beyond = at - below;
    ivec2 near = clamp(ivec2(below), ivec2(0), last);
    ivec2 far = clamp(ivec2(below) + 1, ivec2(0), last);
    float top = mix(dot(texelFetch(plane, near, 0), channel),
                    dot(texelFetch(plane, ivec2(far.x, near.y), 0), channel), beyond.x);
    float bottom = mix(dot(texelFetch(plane, ivec2(near.x, far.y), 0), channel),
                       dot(texelFetch(plane, far, 0), channel), beyond.x);
    return mix(top, bottom, beyond.y);
}

vec3 entry(ivec3 at) { return texelFetch(cube, at, 0).rgb; }

// Blends the corners of the tetrahedron that the colour lies in: from the lowest corner along the axes in the order of
// how far it is beyond that one.
vec3 through_cube(vec3 c) {
    float last = float(cube_side - 1);
    vec3 at = clamp(c * cube_scale, 0.0, 1.0) * last;
    ivec3 below = min(ivec3(at), ivec3(cube_side - 2));
    vec3 beyond = at - vec3(below);
    float most = max(beyond.x, max(beyond.y, beyond.z));
    float least = min(beyond.x, min(beyond.y, beyond.z));
    float middle = beyond.x + beyond.y + beyond.z - most - least;
    ivec3 most_step = most == beyond.x ? ivec3(1, 0, 0) : most == beyond.y ? ivec3(0, 1, 0) : ivec3(0, 0, 1);
    ivec3 least_step = least == beyond.z ? ivec3(0, 0, 1) : least == beyond.y ? ivec3(0, 1, 0) : ivec3(1, 0, 0);
    ivec3 top = below + ivec3(1);
    return entry(below) * (1.0 - most) + entry(below + most_step) * (most - middle) +
           entry(top - least_step) * (middle - least) + entry(top) * least;
}

vec3 srgb_from_light(vec3 light) {
    return mix(1.055 * pow(light, vec3(1.0 / 2.4)) - 0.055, 12.92 * light, lessThanEqual(light, vec3(0.0031308)));
}

void main() {
    ivec3 upright = ivec3(gl_FragCoord.xy, 1);
    ivec2 pixel = ivec2(decoded_x.x * upright.x + decoded_x.y * upright.y + decoded_x.z,
                        decoded_y.x * upright.x + decoded_y.y * upright.y + decoded_y.z);
    vec3 samples = vec3(dot(texelFetch(first_plane, pixel, 0), channels[0]));
    if (component_count == 3) {
        vec2 at = (vec2(pixel) - chroma_start) * chroma_density;
        samples.y = blended(second_plane, channels[1], at);
        samples.z = blended(third_plane, channels[2], at);
    }
    vec3 c = colour_from_samples * samples + offset;
    if (cube_side > 0) c = through_cube(c);
    c = clamp(c, 0.0, 1.0);
    if (is_linear) c = srgb_from_light(c);
    c = clamp(c * gain + lift, 0.0, 1.0);
    if (power != 1.0) c = pow(c, vec3(power));
    colour = vec4(c, 1.0);
}
