import type { ActivityChoice } from "../engine.ts";
import type { Compilation } from "./compilation.ts";
import { copyBanks } from "./initial-state.ts";
import { instantiate } from "./instantiate.ts";

/** Where more than this share of all operations is evaluated, finding out which of them need be takes longer. */
const mostEvaluated = 0.5;
/** Edges after which the share is looked at for the first time, and from then on. */
const firstLook = 4_000;
const nextLook = 40_000;

/** Operations of edges. */
export interface Activity {
  /** Those that were evaluated. */
  readonly evaluated: number;
  /** Those that there would have been had no part slept. */
  readonly whole: number;
}

/**
 * Takes edges. The code for it is compiled when the first one is taken; where parts sleep, and turn out to do so too
 * little, by code in which none does from there on.
 */
export class Edges {
  readonly #compilation: Compilation;
  readonly #memory: WebAssembly.Memory;
  /** Not 0 where all parts are to be woken; null where nothing sleeps. */
  readonly #wake: Uint32Array | null;
  #run: ((cycles: number) => number) | null = null;
  /** Edges until the activity is looked at. */
  #left: number;
  #before: Activity = { evaluated: 0, whole: 0 };

  constructor(compilation: Compilation, memory: WebAssembly.Memory, wanted: ActivityChoice = "auto") {
    this.#compilation = compilation;
    this.#memory = memory;
    const { activity } = compilation.program;
    this.#wake = activity && new Uint32Array(memory.buffer, activity.wake, 1);
    this.#left = activity && wanted === "auto" ? firstLook : Number.POSITIVE_INFINITY;
    this.wakeAll();
  }

  /** See `edgeModule`: so many edges of the implicit domain, or fewer where a property fails; how many. */
  take(cycles: number): number {
    this.#run ??= this.#compile(this.#compilation.edges());
    const ran = this.#run(cycles);
    this.#left -= ran;
    if (this.#left <= 0) this.#look();
    return ran;
  }

  /** Has all be evaluated at the next edge: not all that changed is told by a comparison. */
  wakeAll(): void {
    if (this.#wake) this.#wake[0] = 1;
  }

  /** Null where nothing sleeps. */
  activity(): Activity | null {
    const { activity } = this.#compilation.program;
    if (!activity) return null;
    const view = new DataView(this.#memory.buffer);
    const count = (address: number): number => Number(view.getBigUint64(address, true));
    return { evaluated: count(activity.evaluated), whole: count(activity.whole) };
  }

  #look(): void {
    this.#left = nextLook;
    const now = this.activity();
    if (!now) return;
    const { evaluated, whole } = this.#before;
    this.#before = now;
    if (now.evaluated - evaluated <= mostEvaluated * (now.whole - whole)) return;
    this.#left = Number.POSITIVE_INFINITY;
    this.#run = this.#compile(this.#compilation.wholeEdges());
    // State that one code stores in place may go through the next bank in the other.
    copyBanks(this.#compilation.program, this.#memory.buffer);
  }

  #compile(bytes: Uint8Array<ArrayBuffer>): (cycles: number) => number {
    const run = instantiate(bytes, this.#memory, "run");
    return (cycles) => Number(run(cycles));
  }
}
