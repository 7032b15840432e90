/** Limbs of 32 bits in a value of `width` bits. */
export function limbCount(width: number): number {
  return Math.ceil(width / 32);
}

/** Bytes of a value in memory: 4 up to 32 bits, 8 up to 64, and whole pairs of limbs beyond. */
export function slotBytes(width: number): number {
  return width <= 32 ? 4 : Math.ceil(width / 64) * 8;
}

/** Bytes of a memory's word: 1, 2, 4 or 8 where that suffices, else whole limbs. */
export function wordBytes(width: number): number {
  if (width <= 8) return 1;
  if (width <= 16) return 2;
  if (width <= 32) return 4;
  return width <= 64 ? 8 : limbCount(width) * 4;
}

/** The next address from `address` up that is a multiple of `alignment`. */
export function aligned(address: number, alignment: number): number {
  return Math.ceil(address / alignment) * alignment;
}
