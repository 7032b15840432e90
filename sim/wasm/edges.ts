import type { ActivityChoice } from "../engine.ts";
import type { Compilation } from "./compilation.ts";
import { copyBanks } from "./initial-state.ts";
import { instantiate } from "./instantiate.ts";

/** Where more than this share of all operations is evaluated, finding out which of them need be takes longer. */
const mostEvaluated = 0.5;
/** Edges after which the share is looked at for the first time, and from then on. */
const firstLook = 4_000;
const nextLook = 40_000;
/** Edges at which nothing sleeps before it is tried again, the first time; then twice as many, and so on. */
const firstRest = 400_000;

type Run = (cycles: number) => number;

/** Operations of edges. */
export interface Activity {
  /** Those that were evaluated. */
  readonly evaluated: number;
  /** Those that there would have been had no part slept. */
  readonly whole: number;
}

/**
 * Takes edges. The code for it is compiled when the first one is taken. Where parts sleep, and turn out to do so too
 * little, code in which none does takes over for a while.
 */
export class Edges {
  readonly #compilation: Compilation;
  readonly #memory: WebAssembly.Memory;
  /** Not 0 where all parts are to be woken; null where nothing sleeps. */
  readonly #wake: Uint32Array | null;
  /** Of both kinds, what takes edges now. */
  #run: Run | null = null;
  #sleeping: Run | null = null;
  #whole: Run | null = null;
  /** Edges until the activity is looked at, or until parts may sleep again. */
  #left: number;
  #rest = firstRest;
  #before: Activity = { evaluated: 0, whole: 0 };

  constructor(compilation: Compilation, memory: WebAssembly.Memory, wanted: ActivityChoice = "auto") {
    this.#compilation = compilation;
    this.#memory = memory;
    const { activity } = compilation.program;
    this.#wake = activity && new Uint32Array(memory.buffer, activity.wake, 1);
    this.#left = activity && wanted === "auto" ? firstLook : Number.POSITIVE_INFINITY;
    this.wakeAll();
  }

  /** See `edgeModule`: so many edges of the implicit domain, or fewer, but at least one unless a property fails; how many. */
  take(cycles: number): number {
    const run = this.#run ?? this.#start();
    const ran = run(Math.min(cycles, this.#left));
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

  #start(): Run {
    this.#sleeping ??= this.#compile(this.#compilation.edges());
    this.#run = this.#sleeping;
    return this.#sleeping;
  }

  #look(): void {
    const now = this.activity();
    if (!now) return;
    const before = this.#before;
    this.#before = now;
    if (this.#run === this.#whole) {
      this.#start();
      this.#left = firstLook;
      this.wakeAll();
    } else if (now.evaluated - before.evaluated <= mostEvaluated * (now.whole - before.whole)) {
      this.#left = nextLook;
      return;
    } else {
      this.#whole ??= this.#compile(this.#compilation.wholeEdges());
      this.#run = this.#whole;
      this.#left = this.#rest;
      this.#rest *= 2;
    }
    // State that one code stores in place may go through the next bank in the other.
    copyBanks(this.#compilation.program, this.#memory.buffer);
  }

  #compile(bytes: Uint8Array<ArrayBuffer>): Run {
    const run = instantiate(bytes, this.#memory, "run");
    return (cycles) => Number(run(cycles));
  }
}
