#include "stretch.h"

#include <string.h>
#include <unistd.h>

#include "fail.h"

void stretch_read(int file, uint64_t from, uint8_t *to, size_t bytes, const char *path) {
  while (bytes > 0) {
    ssize_t count = pread(file, to, bytes, (off_t)from);
    if (count < 0) fail("read", path);
    if (count == 0) {
      memset(to, 0, bytes);
      return;
    }
    from += (uint64_t)count;
    to += count;
    bytes -= (size_t)count;
  }
}
