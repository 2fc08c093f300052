#ifndef SHA256_ARM_H
#define SHA256_ARM_H

#include <arm_neon.h>
#include <sys/auxv.h>

/* A part of sha256.c, whose constants K it takes: what ARM's processors have for it. */

static int has_sha_instructions(void) { return (getauxval(AT_HWCAP) & HWCAP_SHA2) != 0; }

/*
 * The instructions do four rounds at a time, on the state as two vectors, ABCD and EFGH. The message schedule is kept in
 * a ring of four vectors of four words.
 */
__attribute__((target("+crypto"))) static void compress_arm(uint32_t state[8], const uint8_t *data, size_t blocks) {
  uint32x4_t abcd = vld1q_u32(state), efgh = vld1q_u32(state + 4);
  for (; blocks > 0; blocks--, data += 64) {
    const uint32x4_t abcd_before = abcd, efgh_before = efgh;
    uint32x4_t w[4];
    for (int i = 0; i < 4; i++) w[i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(data + 16 * i)));
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
      uint32x4_t *now = &w[i & 3];
      if (i >= 4) *now = vsha256su1q_u32(vsha256su0q_u32(*now, w[(i + 1) & 3]), w[(i + 2) & 3], w[(i + 3) & 3]);
      const uint32x4_t sum = vaddq_u32(*now, vld1q_u32(K + 4 * i)), abcd_now = abcd;
      abcd = vsha256hq_u32(abcd, efgh, sum);
      efgh = vsha256h2q_u32(efgh, abcd_now, sum);
    }
    abcd = vaddq_u32(abcd, abcd_before);
    efgh = vaddq_u32(efgh, efgh_before);
  }
  vst1q_u32(state, abcd);
  vst1q_u32(state + 4, efgh);
}

#endif
