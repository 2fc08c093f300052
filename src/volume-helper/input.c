#include "input.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "fail.h"

static uint8_t held[256 * 1024];
static size_t held_at, held_length;

void input_read(void *to, size_t bytes, const char *what) {
  uint8_t *target = to;
  while (bytes > 0) {
    if (held_at == held_length) {
      ssize_t count = read(STDIN_FILENO, held, sizeof held);
      if (count == 0) errno = EPIPE;
      if (count <= 0) fail("read", what);
      held_at = 0;
      held_length = (size_t)count;
    }
    size_t part = held_length - held_at < bytes ? held_length - held_at : bytes;
    memcpy(target, held + held_at, part);
    held_at += part;
    target += part;
    bytes -= part;
  }
}

uint64_t get_number(const uint8_t *at, int bytes) {
  uint64_t value = 0;
  for (int i = bytes - 1; i >= 0; i--) value = value << 8 | at[i];
  return value;
}
