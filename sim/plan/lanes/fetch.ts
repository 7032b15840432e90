import type { ElementBytes } from "./lane-group.ts";

/** One element that is put in its place alone. */
export interface Patch {
  readonly lane: number;
  readonly address: number;
}

/** How the elements of one vector register come together from memory. */
export interface Fetch {
  /** Sixteen bytes from an address on, one element in every place, or two times sixteen bytes to pick from. */
  readonly kind: "load" | "splat" | "shuffle";
  /** Where the base is. */
  readonly addresses: readonly number[];
  /** For a shuffle, the bytes to pick from both. */
  readonly picks: readonly number[];
  readonly patches: readonly Patch[];
}

/** The cost of one patch, where a plain load costs 1. */
const patchCost = 1.5;

/** The cost of a fetch in plain loads. */
export function fetchCost({ kind, patches }: Fetch): number {
  return (kind === "shuffle" ? 4 : 1) + patches.length * patchCost;
}

/**
 * The cheapest way to fetch elements of `bytes` bytes from addresses, one for each place of a vector register; −1 where
 * any value will do.
 */
export function fetchOf(addresses: readonly number[], bytes: ElementBytes): Fetch {
  const [first = -1] = addresses;
  if (first >= 0 && addresses.every((address, lane) => address === first + lane * bytes))
    return { kind: "load", addresses: [first], picks: [], patches: [] };
  const bases = votes(addresses, (address, lane) => address - lane * bytes);
  const same = votes(addresses, (address) => address);
  const based = patched("load", bases, addresses, (lane) => bases + lane * bytes);
  const splat = patched("splat", same, addresses, () => same);
  const plain = fetchCost(splat) < fetchCost(based) ? splat : based;
  const shuffled = plain.patches.length > 2 ? shuffle(addresses, bytes) : null;
  return shuffled && fetchCost(shuffled) < fetchCost(plain) ? shuffled : plain;
}

/** The most frequent of what the lanes ask for. */
function votes(addresses: readonly number[], of: (address: number, lane: number) => number): number {
  const asked: number[] = [];
  let best = 0;
  let most = 0;
  for (let lane = 0; lane < addresses.length; lane++) {
    const address = addresses[lane] ?? -1;
    const one = address < 0 ? -1 : of(address, lane);
    if (one < 0) continue;
    let count = 1;
    // At most sixteen: looking through them is quicker than a table.
    for (const other of asked) if (other === one) count++;
    asked.push(one);
    if (count > most) {
      best = one;
      most = count;
    }
  }
  return best;
}

function patched(
  kind: "load" | "splat",
  base: number,
  addresses: readonly number[],
  has: (lane: number) => number,
): Fetch {
  const patches: Patch[] = [];
  for (let lane = 0; lane < addresses.length; lane++) {
    const address = addresses[lane] ?? -1;
    if (address >= 0 && address !== has(lane)) patches.push({ lane, address });
  }
  return { kind, addresses: [base], picks: [], patches };
}

/** Two loads with all elements in them, and which bytes to pick; null where they are too far apart. */
function shuffle(addresses: readonly number[], bytes: ElementBytes): Fetch | null {
  const wanted = addresses.filter((address) => address >= 0);
  const first = Math.min(...wanted);
  const beyond = wanted.filter((address) => address + bytes > first + 16);
  const second = beyond.length > 0 ? Math.min(...beyond) : first;
  const picks = addresses.flatMap((address) => {
    const at = address < 0 ? 0 : address + bytes <= first + 16 ? address - first : 16 + address - second;
    return Array.from({ length: bytes }, (_, byte) => at + byte);
  });
  if (picks.some((pick) => pick < 0 || pick > 31)) return null;
  return { kind: "shuffle", addresses: [first, second], picks, patches: [] };
}
