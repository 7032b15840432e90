import type { Random } from "../../testbench/bench/random.ts";

const SIDE = 28;
/** How far a pixel of the unit matrix may move: turns, slants and stretches of up to about 9 degrees or 15 %. */
const WARP = 0.15;
/** How far the image may shift either way, in pixels. */
const SHIFT = 1;

/**
 * Writes a randomly warped copy of one 28 × 28 image into `target`: a random affine map about the centre, bilinear
 * between pixels, paper (0) outside. It needs no sine or cosine, so that every machine computes the same bits.
 */
export function distort(random: Random, source: Float64Array, target: Float64Array): void {
  const spread = (limit: number) => (2 * random.unit() - 1) * limit;
  const xx = 1 + spread(WARP);
  const xy = spread(WARP);
  const yx = spread(WARP);
  const yy = 1 + spread(WARP);
  const centre = (SIDE - 1) / 2;
  const shiftX = centre + spread(SHIFT);
  const shiftY = centre + spread(SHIFT);
  const at = (x: number, y: number) => (x >= 0 && x < SIDE && y >= 0 && y < SIDE ? (source[y * SIDE + x] ?? 0) : 0);
  for (let row = 0; row < SIDE; row++) {
    for (let col = 0; col < SIDE; col++) {
      const x = xx * (col - centre) + xy * (row - centre) + shiftX;
      const y = yx * (col - centre) + yy * (row - centre) + shiftY;
      const left = Math.floor(x);
      const top = Math.floor(y);
      const right = x - left;
      const down = y - top;
      target[row * SIDE + col] =
        (1 - down) * ((1 - right) * at(left, top) + right * at(left + 1, top)) +
        down * ((1 - right) * at(left, top + 1) + right * at(left + 1, top + 1));
    }
  }
}
