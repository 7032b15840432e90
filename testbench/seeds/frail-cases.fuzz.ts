import { seedCase } from "./seed-case.ts";

/** Fails for odd seeds, ends its thread for 6, and cannot hand over its result for 8. */
export const frail = seedCase(import.meta.url, "frail", (seed): unknown => {
  if (seed % 2 === 1) throw new RangeError(`odd ${seed}`);
  if (seed === 6) process.exit(3);
  return seed === 8 ? () => seed : seed;
});

/** Exported under another name than it says. */
export const misnamed = seedCase(import.meta.url, "elsewhere", (seed) => seed);

/** Never ends for any seed but 1. */
export const endless = seedCase(import.meta.url, "endless", (seed) =>
  seed === 1 ? seed : new Promise<never>(() => {}),
);
