/** The byte before every instruction of the 128-bit SIMD proposal; what follows it is an unsigned LEB128. */
export const simdPrefix = 0xfd;

/** Vector instructions without immediates, as the binary format numbers them after the prefix. */
export const Simd = {
  splat8: 0x0f,
  splat16: 0x10,
  splat32: 0x11,
  equal8: 0x23,
  greaterSigned8: 0x27,
  greaterUnsigned8: 0x28,
  equal16: 0x2d,
  greaterSigned16: 0x31,
  greaterUnsigned16: 0x32,
  equal32: 0x37,
  greaterSigned32: 0x3b,
  greaterUnsigned32: 0x3c,
  not: 0x4d,
  and: 0x4e,
  /** First operand and not the second. */
  andNot: 0x4f,
  or: 0x50,
  xor: 0x51,
  /** Bits of the first operand where the third has ones, else of the second. */
  bitSelect: 0x52,
  anyTrue: 0x53,
  allTrue8: 0x63,
  negate8: 0x61,
  countOnes8: 0x62,
  bitMask8: 0x64,
  narrowSigned16To8: 0x65,
  narrowUnsigned16To8: 0x66,
  add8: 0x6e,
  subtract8: 0x71,
  minimumUnsigned8: 0x77,
  narrowSigned32To16: 0x85,
  narrowUnsigned32To16: 0x86,
  extendLowSigned8To16: 0x87,
  extendHighSigned8To16: 0x88,
  extendLowUnsigned8To16: 0x89,
  extendHighUnsigned8To16: 0x8a,
  shiftRightSigned8: 0x6c,
  shiftLeft16: 0x8b,
  shiftRightSigned16: 0x8c,
  shiftRightUnsigned16: 0x8d,
  add16: 0x8e,
  subtract16: 0x91,
  multiply16: 0x95,
  minimumUnsigned16: 0x97,
  extendLowSigned16To32: 0xa7,
  extendHighSigned16To32: 0xa8,
  extendLowUnsigned16To32: 0xa9,
  extendHighUnsigned16To32: 0xaa,
  shiftLeft32: 0xab,
  shiftRightSigned32: 0xac,
  shiftRightUnsigned32: 0xad,
  add32: 0xae,
  subtract32: 0xb1,
  multiply32: 0xb5,
  minimumUnsigned32: 0xb7,
  multiplyLowUnsigned32To64: 0xde,
  multiplyHighUnsigned32To64: 0xdf,
} as const;

/** Loads and stores of vectors: opcode after the prefix and the natural alignment as a power of two. */
export const SimdAccess = {
  load128: { opcode: 0x00, align: 4 },
  store128: { opcode: 0x0b, align: 4 },
} as const;
export type SimdAccess = (typeof SimdAccess)[keyof typeof SimdAccess];

/** Moves between one lane of a vector and memory or a scalar; the lane is an immediate. */
export const SimdLane = {
  extract8: 0x16,
  extract16: 0x19,
  extract32: 0x1b,
  replace32: 0x1c,
  load8: { opcode: 0x54, align: 0 },
  load16: { opcode: 0x55, align: 1 },
  load32: { opcode: 0x56, align: 2 },
  store8: { opcode: 0x58, align: 0 },
  store16: { opcode: 0x59, align: 1 },
  store32: { opcode: 0x5a, align: 2 },
} as const;
