#ifndef HASHING_H
#define HASHING_H

#include <stdint.h>

/* Reading and hashing large files: blocks of them side by side, by threads that start with the first that has several. */

/* What takes a chunk and its SHA-256; the bytes are its own only until it returns. */
typedef void take_chunk(const uint8_t *bytes, uint32_t length, const uint8_t hash[32]);

/*
 * Hands so many bytes of a file to `take`, in order and on the caller's thread, as chunks of that length and a shorter
 * last one; zeros for what the file lacks by now. A chunk is 8 KiB, 1 MiB or a power of two between.
 */
void hashing_chunks(int file, const char *path, uint64_t size, uint32_t chunk, take_chunk *take);

/* Ends the threads; another `hashing_chunks` starts them again. */
void hashing_end(void);

#endif
