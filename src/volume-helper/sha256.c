#include "sha256.h"

#include <string.h>

static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static const uint32_t INITIAL[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static uint32_t rotate(uint32_t x, int n) { return (x >> n) | (x << (32 - n)); }

static uint32_t big_endian(const uint8_t *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void compress_one(uint32_t state[8], const uint8_t *data, size_t blocks) {
  for (; blocks > 0; blocks--, data += 64) {
    uint32_t w[64], s[8];
    for (int t = 0; t < 16; t++) w[t] = big_endian(data + 4 * t);
    for (int t = 16; t < 64; t++) {
      uint32_t a = w[t - 15], b = w[t - 2];
      w[t] = w[t - 16] + w[t - 7] + (rotate(a, 7) ^ rotate(a, 18) ^ (a >> 3)) + (rotate(b, 17) ^ rotate(b, 19) ^ (b >> 10));
    }
    memcpy(s, state, sizeof s);
    for (int t = 0; t < 64; t++) {
      uint32_t e = s[4], a = s[0];
      uint32_t t1 = s[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & s[5]) ^ (~e & s[6])) + K[t] + w[t];
      uint32_t t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
      memmove(s + 1, s, 7 * sizeof *s);
      s[4] += t1;
      s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++) state[i] += s[i];
  }
}

/* Takes `blocks` blocks of each of `count` messages, one or two, that begin `stride` bytes apart. */
typedef void compress_messages(uint32_t (*states)[8], size_t count, const uint8_t *data, size_t stride, size_t blocks);

static void compress_portable(uint32_t (*states)[8], size_t count, const uint8_t *data, size_t stride, size_t blocks) {
  for (size_t m = 0; m < count; m++) compress_one(states[m], data + m * stride, blocks);
}

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

static int has_sha_instructions(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSE4_1)) return 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & (1u << 29));
}

#define WITH_SHA_INSTRUCTIONS __attribute__((target("sha,sse4.1,ssse3")))

/*
 * The instructions keep the state as two vectors, ABEF and CDGH, and do two rounds at a time. The message schedule is
 * kept in a ring of four vectors of four words. Each step waits for the one before: a second message fills the gaps.
 */
WITH_SHA_INSTRUCTIONS __attribute__((always_inline)) static inline void compress_side_by_side(
    uint32_t (*states)[8], const size_t count, const uint8_t *data, size_t stride, size_t blocks) {
  const __m128i byte_order = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  __m128i abef[2], cdgh[2];
  for (size_t m = 0; m < count; m++) {
    __m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)states[m]), 0xb1);
    __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(states[m] + 4)), 0x1b);
    abef[m] = _mm_alignr_epi8(abcd, efgh, 8);
    cdgh[m] = _mm_blend_epi16(efgh, abcd, 0xf0);
  }
  for (; blocks > 0; blocks--, data += 64) {
    __m128i abef_before[2], cdgh_before[2], w[2][4];
    for (size_t m = 0; m < count; m++) {
      abef_before[m] = abef[m];
      cdgh_before[m] = cdgh[m];
      for (size_t i = 0; i < 4; i++) {
        w[m][i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(data + m * stride + 16 * i)), byte_order);
      }
    }
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
#pragma GCC unroll 2
      for (size_t m = 0; m < count; m++) {
        __m128i *now = &w[m][i & 3];
        if (i >= 4) {
          /* w[t] from w[t-16], w[t-15], w[t-7] and w[t-2], four at once */
          __m128i partial = _mm_sha256msg1_epu32(*now, w[m][(i + 1) & 3]);
          __m128i seven = _mm_alignr_epi8(w[m][(i + 3) & 3], w[m][(i + 2) & 3], 4);
          *now = _mm_sha256msg2_epu32(_mm_add_epi32(partial, seven), w[m][(i + 3) & 3]);
        }
        __m128i sum = _mm_add_epi32(*now, _mm_loadu_si128((const __m128i *)(K + 4 * i)));
        cdgh[m] = _mm_sha256rnds2_epu32(cdgh[m], abef[m], sum);
        abef[m] = _mm_sha256rnds2_epu32(abef[m], cdgh[m], _mm_shuffle_epi32(sum, 0x0e));
      }
    }
    for (size_t m = 0; m < count; m++) {
      abef[m] = _mm_add_epi32(abef[m], abef_before[m]);
      cdgh[m] = _mm_add_epi32(cdgh[m], cdgh_before[m]);
    }
  }
  for (size_t m = 0; m < count; m++) {
    __m128i feba = _mm_shuffle_epi32(abef[m], 0x1b);
    __m128i dchg = _mm_shuffle_epi32(cdgh[m], 0xb1);
    _mm_storeu_si128((__m128i *)states[m], _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128((__m128i *)(states[m] + 4), _mm_alignr_epi8(dchg, feba, 8));
  }
}

WITH_SHA_INSTRUCTIONS static void compress_sha(uint32_t (*states)[8], size_t count, const uint8_t *data, size_t stride, size_t blocks) {
  if (count == 2) compress_side_by_side(states, 2, data, stride, blocks);
  else compress_side_by_side(states, 1, data, stride, blocks);
}
#elif defined(__aarch64__)
#include "sha256-arm.h"

static void compress_sha(uint32_t (*states)[8], size_t count, const uint8_t *data, size_t stride, size_t blocks) {
  for (size_t m = 0; m < count; m++) compress_arm(states[m], data + m * stride, blocks);
}
#else
static int has_sha_instructions(void) { return 0; }
static compress_messages *const compress_sha = compress_portable;
#endif

/* One message, or two of one length that lie end to end. */
static void digest_messages(const uint8_t *messages, size_t count, size_t length, uint8_t (*digests)[32]) {
  static _Atomic int fast = -1;
  if (fast < 0) fast = has_sha_instructions();
  compress_messages *compress = fast ? compress_sha : compress_portable;
  uint32_t states[2][8];
  uint8_t tails[2][128] = {{0}};
  size_t whole = length / 64, rest = length - whole * 64, tail_length = rest < 56 ? 64 : 128;
  for (size_t m = 0; m < count; m++) {
    memcpy(states[m], INITIAL, sizeof INITIAL);
    memcpy(tails[m], messages + m * length + whole * 64, rest);
    tails[m][rest] = 0x80;
    for (int i = 0; i < 8; i++) tails[m][tail_length - 1 - i] = (uint8_t)((uint64_t)length * 8 >> (8 * i));
  }
  compress(states, count, messages, length, whole);
  compress(states, count, tails[0], sizeof tails[0], tail_length / 64);
  for (size_t m = 0; m < count; m++) {
    for (int i = 0; i < 32; i++) digests[m][i] = (uint8_t)(states[m][i / 4] >> (24 - 8 * (i % 4)));
  }
}

void sha256_each(const uint8_t *messages, size_t count, size_t length, uint8_t (*digests)[32]) {
  for (size_t m = 0; m < count; m += 2) digest_messages(messages + m * length, count - m < 2 ? 1 : 2, length, digests + m);
}

void sha256(const uint8_t *message, size_t length, uint8_t digest[32]) { digest_messages(message, 1, length, (uint8_t(*)[32])digest); }
