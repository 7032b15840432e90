import { fail } from "./builder.ts";
import { UIntSignal } from "./number.ts";
import { Signal } from "./signal.ts";
import { mux } from "./state.ts";
import { clog2, type Dynamic } from "./width.ts";

/**
 * The element of an array whose number `index` holds; the last one for an index beyond the end. `index` is
 * `clog2(items.length)` bits wide. Built as a tree of multiplexers of that depth.
 */
export function select<S>(items: readonly S[], index: UIntSignal<Dynamic>): S {
  const bits = clog2(Math.max(1, items.length));
  const [first] = items;
  if (first === undefined) return fail("select", "select from an empty array", "give at least one element");
  if (!(index instanceof Signal) || !(index instanceof UIntSignal) || index["~expression"].width !== bits)
    return fail("select", `the index into ${items.length} elements is not ${bits} bits wide`, `use a UInt(${bits})`);
  let level = [...items];
  for (let bit = 0; level.length > 1; bit++) {
    const odd = index.bit(bit);
    const next: S[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [low, high] = [level[i], level[i + 1]];
      if (low === undefined) continue;
      next.push(high === undefined ? low : chooseBetween(odd, high, low));
    }
    level = next;
  }
  return level[0] ?? first;
}

function chooseBetween<S>(odd: UIntSignal<1>, high: S, low: NoInfer<S>): S {
  return mux<S>(odd, high, low);
}
