#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "fail.h"
#include "known.h"
#include "output.h"
#include "sha256.h"

/* The store's choice of chunks (FORMAT.md, "Choice of chunks"). */
enum { SMALL = 16 * 1024, PAGE = 4096, GROUP_LIMIT = 128 * 1024, SAMPLE = 8192, PAGE_CHUNK = 8192, PLAIN_CHUNK = 128 * 1024, PACKED_CHUNK = 1024 * 1024 };
enum { FRAME_TARGET = 256 * 1024, FRAME_LIMIT = 1024 * 1024, RECORD_LIMIT = 1024 * 1024, CHUNK_BYTES = 37, CHUNK_BATCH = 512 };

static uint8_t *frame;
static uint32_t frame_length, frame_chunks;

/* Chunks of the file at hand that have not been told yet: 36 bytes each, and one that says whether it is new. */
static uint8_t batch[CHUNK_BATCH * CHUNK_BYTES];
static size_t batch_length;

static void end_batch(void) {
  if (batch_length) output_record('C', batch, batch_length);
  batch_length = 0;
}

static void end_frame(void) {
  if (!frame_chunks) return;
  end_batch();
  output_frame(frame, frame_length, frame_chunks);
  frame = NULL;
  frame_length = frame_chunks = 0;
}

/* Hashes a chunk, puts it into the frame when it is new, and describes it in 37 bytes. */
static void keep_chunk(const uint8_t *bytes, uint32_t length, uint8_t *entry) {
  sha256(bytes, length, entry);
  uint64_t prefix = 0;
  for (int i = 7; i >= 0; i--) prefix = prefix << 8 | entry[i];
  int known = known_chunk(prefix);
  if (!known && (frame_length >= FRAME_TARGET || frame_length + length > FRAME_LIMIT)) end_frame();
  for (int i = 0; i < 4; i++) entry[32 + i] = (uint8_t)(length >> (8 * i));
  entry[36] = !known;
  if (!known) {
    if (!frame) frame = allocate(FRAME_LIMIT);
    memcpy(frame + frame_length, bytes, length);
    frame_length += length;
    frame_chunks++;
  }
}

static void add_chunk(const uint8_t *bytes, uint32_t length) {
  uint8_t entry[CHUNK_BYTES];
  keep_chunk(bytes, length, entry);
  memcpy(batch + batch_length, entry, sizeof entry);
  batch_length += sizeof entry;
  if (batch_length == sizeof batch) end_batch();
}

/* Small files that will be one chunk together (FORMAT.md, "Choice of chunks"). */
static uint8_t group[GROUP_LIMIT];
static uint32_t group_length;

static void end_group(void) {
  if (!group_length) return;
  uint8_t entry[CHUNK_BYTES];
  keep_chunk(group, group_length, entry);
  output_record('G', entry, sizeof entry);
  group_length = 0;
}

static int is_small(uint64_t size) { return size > 0 && size < SMALL && size % PAGE; }

/* FNV-1a, 32 bits: one path in 32 begins a group. */
static int begins_group(const char *path) {
  uint32_t hash = 0x811c9dc5u;
  for (; *path; path++) hash = (hash ^ (uint8_t)*path) * 0x01000193u;
  return ((hash >> 16) & 31) == 0;
}

static double entropy(const uint8_t *bytes, size_t length) {
  uint32_t counts[256] = {0};
  double bits = 0;
  for (size_t i = 0; i < length; i++) counts[bytes[i]]++;
  for (int i = 0; i < 256; i++) {
    double share = (double)counts[i] / (double)length;
    if (counts[i]) bits -= share * log2(share);
  }
  return bits;
}

static uint32_t choose_chunk(uint64_t size, const uint8_t *sample) {
  if (size < SAMPLE) return PLAIN_CHUNK;
  if (entropy(sample, SAMPLE) > 7.9) return PACKED_CHUNK;
  return size % 4096 == 0 ? PAGE_CHUNK : PLAIN_CHUNK;
}

/* Fills `to`; what a file lacks that shrank meanwhile is zeros. */
static void read_block(int file, uint8_t *to, size_t bytes, const char *path) {
  while (bytes > 0) {
    ssize_t count = read(file, to, bytes);
    if (count < 0) fail("read", path);
    if (count == 0) {
      memset(to, 0, bytes);
      return;
    }
    to += count;
    bytes -= (size_t)count;
  }
}

static void read_small(int file, const char *path, uint32_t size) {
  uint8_t offset[4];
  for (int i = 0; i < 4; i++) offset[i] = (uint8_t)(group_length >> (8 * i));
  output_record('P', offset, sizeof offset);
  read_block(file, group + group_length, size, path);
  group_length += size;
}

static void read_large(int file, const char *path, uint64_t size) {
  static uint8_t block[PACKED_CHUNK];
  uint32_t chunk = 0;
  while (size > 0) {
    size_t have = size < sizeof block ? (size_t)size : sizeof block;
    read_block(file, block, have, path);
    if (!chunk) chunk = choose_chunk(size, block);
    for (size_t at = 0; at < have; at += chunk) add_chunk(block + at, (uint32_t)(have - at < chunk ? have - at : chunk));
    size -= have;
  }
  end_batch();
}

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

static const char *first_path(const struct stat *now) {
  for (struct link *link = links[now->st_ino % 65536]; link; link = link->next) {
    if (link->inode == now->st_ino && link->device == now->st_dev) return link->path;
  }
  return NULL;
}

static void keep_path(const struct stat *now, const char *path) {
  if (now->st_nlink < 2 || S_ISDIR(now->st_mode)) return;
  struct link **bucket = &links[now->st_ino % 65536];
  struct link *link = allocate(sizeof *link);
  *link = (struct link){now->st_dev, now->st_ino, strdup(path), *bucket};
  *bucket = link;
}

static char type_of(const struct stat *now) {
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

static void put_entry(const char *path, const struct stat *now, char type, const char *target, int file) {
  static struct record record;
  if (type != 'h') keep_path(now, path);
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
  if (is_small(size) && (group_length + size > GROUP_LIMIT || begins_group(path))) end_group();
  put_entry(path, now, 'f', "", file);
  if (is_small(size)) read_small(file, path, (uint32_t)size);
  else read_large(file, path, size);
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
    keep_path(now, path);
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
  char type = type_of(&now);
  if (!type) return; /* Sockets belong to a running process and can't be kept. */
  const char *first = type != 'd' && now.st_nlink > 1 ? first_path(&now) : NULL;
  if (first) {
    put_entry(path, &now, 'h', first, -1);
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
  put_entry(path, &now, type, target, -1);
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
  end_group();
  end_frame();
  output_record('D', "", 0);
  output_end();
}
