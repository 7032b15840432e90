import type { Random } from "../../bench/random.ts";
import type { ErrorRange } from "./expectation.ts";
import { rowsOf, type Transfer, type TransferPadding } from "./transfer.ts";

/** Where random transfers read and write: two regions of a megabyte that do not touch. */
const sources = 0x100000;
const destinations = 0x400000;
const regionBytes = 2 ** 20;

const pick = <const T>(random: Random, items: readonly [T, ...T[]]): T => items[random.below(items.length)] ?? items[0];

/** An address in a region, often close to a page's end, where bursts are cut. */
function place(random: Random, region: number): number {
  const page = region + 2 ** 19 + 4096 * random.below(8);
  return random.bool(0.4) ? page + 4096 - random.below(80) : page + random.below(4096);
}

function lengthOf(random: Random): number {
  return pick(random, [
    () => 1 + random.below(20),
    () => 1 + random.below(300),
    () => 16 * (1 + random.below(20)),
    () => 1 + random.below(9000),
  ])();
}

/**
 * A transfer of any kind, with what tends to go wrong: short and long rows, no multiple of anything, across pages, up
 * to three dimensions, strides that are negative, zero or shorter than a row, padding, rows or counts of zero.
 */
export function randomTransfer(random: Random): Transfer {
  const common = { onError: pick(random, ["end", "continue"]), interrupt: random.bool() } as const;
  if (random.bool(0.2)) return { ...randomWindows(random), ...common };
  const dimensions = random.below(4);
  const turns = () => (random.bool(0.02) ? 0 : 1 + random.below(5));
  const counts = [0, 1, 2].map((i) => (i < dimensions ? turns() : 1));
  const rows = counts.reduce((product, count) => product * Math.max(1, count), 1);
  const length = random.bool(0.02) ? 0 : Math.max(1, Math.floor(lengthOf(random) / Math.ceil(rows / 4)));
  const stride = () =>
    pick(random, [
      () => length,
      () => length + random.below(64),
      () => -(length + random.below(64)),
      () => 16 * random.below(64),
      () => random.below(4000) - 2000,
    ])();
  const sourceStrides = [stride(), stride() * 3, stride() * 7];
  const destinationStrides = [stride(), stride() * 3, stride() * 7];
  const [source, destination] = [place(random, sources), place(random, destinations)];
  return { source, destination, length, counts, sourceStrides, destinationStrides, padding: null, ...common };
}

/** Windows that slide over a picture with zeros around it, as those of a convolution do. */
function randomWindows(random: Random): Omit<Transfer, "onError" | "interrupt"> {
  const channels = 1 + random.below(20);
  const [height, width] = [1 + random.below(8), 1 + random.below(8)];
  const [kernelHeight, kernelWidth] = [1 + random.below(4), 1 + random.below(4)];
  const border = [0, 1, 2, 3].map(() => random.below(4));
  const [above = 0, below = 0, before = 0, after = 0] = border;
  const stride = 1 + random.below(3);
  const across = Math.floor(Math.max(0, before + width + after - kernelWidth) / stride) + 1;
  const down = Math.floor(Math.max(0, above + height + below - kernelHeight) / stride) + 1;
  const pitch = width * channels + random.below(40);
  const length = kernelWidth * channels;
  const padding: TransferPadding = {
    top: above,
    bottom: above + height,
    left: before * channels,
    right: (before + width) * channels,
    down: [1, 0, stride],
    across: [false, true, false],
  };
  return {
    source: place(random, sources) - above * pitch - before * channels,
    destination: place(random, destinations),
    length,
    counts: [kernelHeight, across, down],
    sourceStrides: [pitch, stride * channels, stride * pitch],
    destinationStrides: [length, kernelHeight * length, across * kernelHeight * length],
    padding,
  };
}

/** A few bytes that a transfer reads or writes, for the memory to answer with an error; null for one that moves nothing. */
export function randomError(random: Random, transfer: Transfer, addressBits: number): ErrorRange | null {
  const rows = [...rowsOf(transfer, addressBits)];
  const on = pick(random, ["read", "write"]);
  const row = rows[rows.length === 0 ? 0 : random.below(rows.length)];
  if (!row) return null;
  const { source, destination, data, length } = row;
  if (on === "read" && data === 0) return null;
  const address = on === "read" ? source + random.below(data) : destination + random.below(length);
  return { on, address, bytes: pick(random, [1, 1 + random.below(200)]) };
}

/** All that random transfers may read or write. */
export const randomRegions: readonly (readonly [address: number, bytes: number])[] = [
  [sources, regionBytes],
  [destinations, regionBytes],
];
