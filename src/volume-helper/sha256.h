#ifndef SHA256_H
#define SHA256_H

#include <stddef.h>
#include <stdint.h>

/* SHA-256 (FIPS 180-4) of one message, with the processor's own instructions where it has them. */
void sha256(const uint8_t *message, size_t length, uint8_t digest[32]);

#endif
