/** The level at which a reset resets. */
export type ActiveLevel = "high" | "low";

/** What stands before `rst` or `reset` in one word: asynchronous, system, power-on, bus and port resets. */
const prefixes = new Set(
  [
    "",
    "a",
    "s",
    "p",
    "h",
    "w",
    "r",
    "m",
    "c",
    "d",
    "g",
    "i",
    "ar",
    "as",
    "sys",
    "wr",
    "rd",
    "por",
    "ext",
    "ap",
  ].flatMap((prefix) => [prefix, `n${prefix}`, `${prefix}n`]),
);

/** Words of signals about a reset that are none. */
const notResets = new Set([
  "preset",
  "done",
  "busy",
  "req",
  "request",
  "ack",
  "cause",
  "status",
  "vector",
  "en",
  "enable",
]);

/**
 * Whether an input of this name is a reset, by custom, and at which level it is active: `rst`, `reset_i`, `arst` and
 * `wb_rst` are active high, `rst_n`, `resetn`, `nreset`, `rst_ni`, `aresetn` and `rstb` low. Null for all others, such
 * as `first`, `burst` and `preset`.
 */
export function resetLevel(name: string): ActiveLevel | null {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== "");
  if (words.some((word) => notResets.has(word))) return null;
  for (const [i, word] of words.entries()) {
    const [found, prefix = "", end = ""] = word.match(/^([a-z]*?)(?:rst|reset)(n|b|ni|l|)$/) ?? [];
    if (found === undefined || !prefixes.has(prefix)) continue;
    const around = [words[i - 1], words[i + 1]].some(
      (near) => near !== undefined && /^(n|b|ni|nb|bar|low)$/.test(near),
    );
    return end !== "" || around || /^n|n$/.test(prefix) ? "low" : "high";
  }
  return null;
}
