#include "app/gl/screen.h"

#include <epoxy/gl.h>

namespace inbetween {

void begin_screen(unsigned framebuffer, Size size, float red, float green, float blue) {
    glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
    glViewport(0, 0, size.width, size.height);
    glDisable(GL_SCISSOR_TEST);
    glClearColor(red, green, blue, 1);
    glClear(GL_COLOR_BUFFER_BIT);
}

Result<Done> check_gl() {
    const int version = epoxy_gl_version();
    if (version >= 33) return Done{};
    return fail("the workstation needs OpenGL 3.3; this display offers {}.{}", version / 10, version % 10);
}

}  // namespace inbetween
