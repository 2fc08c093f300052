#include "entry.h"

#include <errno.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "fail.h"
#include "known.h"
#include "output.h"

enum { RECORD_LIMIT = 1024 * 1024 };

struct record {
  uint8_t bytes[RECORD_LIMIT];
  size_t length;
};

static void put_number(struct record *to, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; i++) to->bytes[to->length++] = (uint8_t)(value >> (8 * i));
}

static void put_bytes(struct record *to, const void *from, size_t length, int length_bytes) {
  if (to->length + 8 + length > sizeof to->bytes) {
    errno = E2BIG;
    fail("describe", "an entry with that many attributes");
  }
  put_number(to, length, length_bytes);
  memcpy(to->bytes + to->length, from, length);
  to->length += length;
}

/* `file` is open, or -1. */
static void put_attributes(struct record *to, const char *path, int file) {
  static char names[65536], value[65536];
  /* Mostly there are none: asked first, as the kernel allocates as much as it is offered. */
  ssize_t length = file < 0 ? llistxattr(path, NULL, 0) : flistxattr(file, NULL, 0);
  if (length > 0) length = llistxattr(path, names, sizeof names);
  if (length < 0) length = 0; /* A file system without them. */
  for (ssize_t at = 0; at < length; at += (ssize_t)strlen(names + at) + 1) {
    ssize_t size = lgetxattr(path, names + at, value, sizeof value);
    if (size < 0) continue;
    put_bytes(to, names + at, strlen(names + at), 2);
    put_bytes(to, value, (size_t)size, 4);
  }
}

/* Files with several names, by device and inode: the path that came first. */
static struct link {
  dev_t device;
  ino_t inode;
  char *path;
  struct link *next;
} *links[65536];

const char *entry_first_path(const struct stat *now) {
  for (struct link *link = links[now->st_ino % 65536]; link; link = link->next) {
    if (link->inode == now->st_ino && link->device == now->st_dev) return link->path;
  }
  return NULL;
}

void entry_keep_path(const struct stat *now, const char *path) {
  if (now->st_nlink < 2 || S_ISDIR(now->st_mode)) return;
  struct link **bucket = &links[now->st_ino % 65536];
  struct link *link = allocate(sizeof *link);
  *link = (struct link){now->st_dev, now->st_ino, strdup(path), *bucket};
  *bucket = link;
}

char entry_type(const struct stat *now) {
  switch (now->st_mode & S_IFMT) {
    case S_IFDIR: return 'd';
    case S_IFREG: return 'f';
    case S_IFLNK: return 'l';
    case S_IFIFO: return 'p';
    case S_IFCHR: return 'c';
    case S_IFBLK: return 'b';
    default: return 0;
  }
}

void entry_put(const char *path, const struct stat *now, char type, const char *target, int file) {
  static struct record record;
  if (type != 'h') entry_keep_path(now, path);
  record.length = 0;
  put_number(&record, (uint8_t)type, 1);
  put_number(&record, now->st_mode & 07777, 2);
  put_number(&record, now->st_uid, 4);
  put_number(&record, now->st_gid, 4);
  put_number(&record, (uint64_t)now->st_mtim.tv_sec, 8);
  put_number(&record, (uint64_t)now->st_mtim.tv_nsec, 4);
  put_number(&record, type == 'f' ? (uint64_t)now->st_size : 0, 8);
  put_number(&record, major(now->st_rdev), 4);
  put_number(&record, minor(now->st_rdev), 4);
  known_describe(path, now, record.bytes + record.length);
  record.length += KNOWN_FILE_BYTES;
  put_bytes(&record, path, strlen(path), 2);
  put_bytes(&record, target, strlen(target), 2);
  if (type != 'h') put_attributes(&record, *path ? path : ".", file);
  output_record('E', record.bytes, record.length);
}
