#ifndef SHA256_H
#define SHA256_H

#include <stddef.h>
#include <stdint.h>

/* SHA-256 (FIPS 180-4) of one message, with the processor's own instructions where it has them. */
void sha256(const uint8_t *message, size_t length, uint8_t digest[32]);

/* The same of messages of one length that lie end to end, in less time than one by one. */
void sha256_each(const uint8_t *messages, size_t count, size_t length, uint8_t (*digests)[32]);

#endif
