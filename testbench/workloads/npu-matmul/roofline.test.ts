import { expect, test } from "vitest";
import { arrayBound, roofline } from "./roofline.ts";

const tile = { side: 16, tiles: 1, channelBytes: 16 };

test("512 × 512 × 512 to int32 on one tile is bound by its array", () => {
  expect(roofline({ m: 512, k: 512, n: 512 }, 4, 0, tile)).toEqual({
    compute: 524_288,
    read: 16_384,
    write: 65_536,
    binding: "compute",
    cycles: 524_288,
  });
});

test("a fully connected layer of one row is bound by the reads of its weights on a wide enough array", () => {
  const bounds = roofline({ m: 1, k: 1024, n: 1024 }, 1, 8192, { ...tile, side: 64 });
  expect([bounds.binding, bounds.cycles]).toEqual(["read", Math.ceil((1024 + 1024 * 1024 + 8192) / 32)]);
});

test("sums of one product each are bound by their writes, and tiles share all bounds", () => {
  expect(roofline({ m: 256, k: 1, n: 256 }, 4, 0, tile).binding).toBe("write");
  expect(roofline({ m: 256, k: 1, n: 256 }, 4, 0, { ...tile, tiles: 4 }).cycles).toBe(4096);
});

test("an array's own bound: weights load behind rows, sums leave behind the next ones", () => {
  expect(arrayBound("ws", { m: 256, k: 128, n: 256 }, 32)).toBe(8286);
  expect(arrayBound("ws", { m: 1, k: 512, n: 512 }, 16)).toBe(1023 * 16 + 1 + 46);
  expect(arrayBound("os", { m: 64, k: 100, n: 32 }, 16)).toBe(7 * 100 + 100 + 46);
});
