#ifndef KNOWN_H
#define KNOWN_H

#include <stdint.h>
#include <sys/stat.h>

/* What the store knows already, read from standard input (WIRE.md, "Known"). */
void known_read(void);

/* Whether a chunk needs not be sent, by the first 8 bytes of its hash. From then on it needs not. */
int known_chunk(uint64_t prefix);

/* Whether any files were told. */
int known_files(void);

/* The position of the record of the file at `path`, which is as it was when the store last read it; else -1. */
int64_t known_file(const char *path, const struct stat *now);

/* What `known_file` compares, to be handed in next time: six little-endian numbers, the last one 0. */
enum { KNOWN_FILE_BYTES = 48 };
void known_describe(const char *path, const struct stat *now, uint8_t record[KNOWN_FILE_BYTES]);

#endif
