#include "attributes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/xattr.h>

#include "fail.h"
#include "input.h"

/* Labels that the machine's policy gives by itself, and may not let others give. */
static int is_policy(const char *name) { return !strncmp(name, "security.", 9) && strcmp(name, "security.capability"); }

/* Whether the told attributes have that one. */
static int is_told(const char *name, const uint8_t *told, size_t length) {
  for (size_t at = 0; at + 2 <= length;) {
    size_t name_length = get_number(told + at, 2), value_length = get_number(told + at + 2 + name_length, 4);
    if (strlen(name) == name_length && !memcmp(name, told + at + 2, name_length)) return 1;
    at += 2 + name_length + 4 + value_length;
  }
  return 0;
}

static void remove_others(const char *path, const uint8_t *told, size_t length) {
  char names[65536];
  /* Mostly there are none: asked first, as the kernel allocates as much as it is offered. */
  ssize_t listed = llistxattr(path, NULL, 0) > 0 ? llistxattr(path, names, sizeof names) : 0;
  for (ssize_t at = 0; at < listed; at += (ssize_t)strlen(names + at) + 1) {
    const char *name = names + at;
    if (is_told(name, told, length) || is_policy(name)) continue;
    if (lremovexattr(path, name) && errno != ENODATA) fail("remove an attribute of", path);
  }
}

void set_attributes(const char *path, const uint8_t *told, size_t length, int replace) {
  if (replace) remove_others(path, told, length);
  for (size_t at = 0; at < length;) {
    size_t name_length = length - at >= 2 ? get_number(told + at, 2) : length;
    if (at + 2 + name_length + 4 > length) fail_damaged("an attribute is cut off");
    size_t value_length = get_number(told + at + 2 + name_length, 4);
    const uint8_t *value = told + at + 2 + name_length + 4;
    if (value + value_length > told + length) fail_damaged("an attribute is cut off");
    char *name = strndup((const char *)told + at + 2, name_length);
    /* A file system without attributes has none to lose. */
    if (lsetxattr(path, name, value, value_length, 0) && errno != EOPNOTSUPP && !is_policy(name)) fail("set an attribute of", path);
    free(name);
    at += 2 + name_length + 4 + value_length;
  }
}
