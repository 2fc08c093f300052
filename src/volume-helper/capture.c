#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "content.h"
#include "entry.h"
#include "fail.h"
#include "known.h"
#include "output.h"

struct name {
  char *text;
  /* As `readdir` tells it, DT_UNKNOWN where it can't. */
  unsigned char kind;
};

static int by_name(const void *a, const void *b) { return strcmp(((const struct name *)a)->text, ((const struct name *)b)->text); }

static int trust_times;

static void walk(const char *path, unsigned char kind);

static void walk_directory(const char *path) {
  DIR *directory = opendir(*path ? path : ".");
  if (!directory && errno == ENOENT) return; /* Gone while a live volume is read. */
  if (!directory) fail("open", path);
  size_t count = 0, room = 64;
  struct name *names = allocate(room * sizeof *names);
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    if (count == room && !(names = realloc(names, (room *= 2) * sizeof *names))) fail("allocate", "memory");
    names[count++] = (struct name){strdup(entry->d_name), entry->d_type};
  }
  closedir(directory);
  qsort(names, count, sizeof *names, by_name);
  for (size_t i = 0; i < count; i++) {
    char *child = NULL;
    if (asprintf(&child, *path ? "%s/%s" : "%s%s", path, names[i].text) < 0) fail("allocate", "memory");
    walk(child, names[i].kind);
    free(child);
    free(names[i].text);
  }
  free(names);
}

/* A regular file that is not empty; closes it. */
static void put_file(int file, const char *path, const struct stat *now) {
  uint64_t size = (uint64_t)now->st_size;
  content_before(path, size);
  entry_put(path, now, 'f', "", file);
  content_add(file, path, size);
  close(file);
}

/* -1 when it is gone, or is another thing by now. Never waits for a fifo. */
static int open_file(const char *path) {
  int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
  int file = open(path, flags | O_NOATIME);
  if (file < 0 && errno == EPERM) file = open(path, flags);
  if (file < 0 && errno != ENOENT && errno != ELOOP && errno != ENXIO) fail("open", path);
  return file;
}

static void walk_file(const char *path, const struct stat *now) {
  int64_t position = trust_times ? known_file(path, now) : -1;
  if (position >= 0) {
    uint8_t told[4];
    for (int i = 0; i < 4; i++) told[i] = (uint8_t)(position >> (8 * i));
    entry_keep_path(now, path);
    output_record('U', told, sizeof told);
    return;
  }
  int file = open_file(path);
  if (file >= 0) put_file(file, path, now);
}

/* 1 when it was a file of one name, not empty, and has been told: opened at once, it is looked up once instead of thrice. */
static int walk_new_file(const char *path) {
  struct stat now;
  int file = open_file(path);
  if (file < 0) return 0;
  if (fstat(file, &now)) fail("look at", path);
  if (!S_ISREG(now.st_mode) || now.st_nlink != 1 || now.st_size == 0) {
    close(file);
    return 0;
  }
  put_file(file, path, &now);
  return 1;
}

static void walk(const char *path, unsigned char kind) {
  if (kind == DT_REG && !known_files() && walk_new_file(path)) return;
  struct stat now;
  if (lstat(*path ? path : ".", &now)) {
    if (errno == ENOENT) return; /* Gone while a live volume is read. */
    fail("look at", path);
  }
  char type = entry_type(&now);
  if (!type) return; /* Sockets belong to a running process and can't be kept. */
  const char *first = type != 'd' && now.st_nlink > 1 ? entry_first_path(&now) : NULL;
  if (first) {
    entry_put(path, &now, 'h', first, -1);
    return;
  }
  if (type == 'f' && now.st_size > 0) {
    walk_file(path, &now);
    return;
  }
  char target[4097] = "";
  if (type == 'l' && readlink(path, target, sizeof target - 1) < 0) {
    if (errno == ENOENT || errno == EINVAL) return;
    fail("read", path);
  }
  entry_put(path, &now, type, target, -1);
  if (type == 'd') walk_directory(path);
}

/*
 * Whether an unchanged ctime means unchanged content. Stores through a shared mapping set the time only when they meet a
 * page that has been written back since, hence the syncfs; and only on file systems that are known to do so.
 */
static int times_tell(void) {
  int root = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  struct statfs system;
  if (root < 0 || fstatfs(root, &system)) fail("look at", "the volume");
  int synced = syncfs(root) == 0;
  close(root);
  switch (system.f_type) {
    case EXT4_SUPER_MAGIC:
    case XFS_SUPER_MAGIC:
    case BTRFS_SUPER_MAGIC:
    case F2FS_SUPER_MAGIC: return synced;
    default: return 0;
  }
}

void capture(const char *directory) {
  if (chdir(directory)) fail("enter", directory);
  known_read();
  trust_times = times_tell();
  output_start();
  struct timespec started;
  clock_gettime(CLOCK_REALTIME, &started);
  uint8_t begin[8];
  for (int i = 0; i < 8; i++) begin[i] = (uint8_t)((uint64_t)started.tv_sec >> (8 * i));
  output_record('B', begin, sizeof begin);
  walk("", DT_DIR);
  content_end();
  output_record('D', "", 0);
  output_end();
}
