#ifndef CONTENT_H
#define CONTENT_H

#include <stdint.h>

/* What files hold, as chunks: put among the records in the order that WIRE.md asks for. */

/* Before the entry of a file that is not empty: ends the group of small files where this one begins another. */
void content_before(const char *path, uint64_t size);

/* After it: reads so many bytes, zeros for what the file lacks by now. */
void content_add(int file, const char *path, uint64_t size);

/* After the last file. */
void content_end(void);

#endif
