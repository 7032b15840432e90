import type { NodeId } from "../../hdl/netlist/index.ts";
import type { Compilation } from "./compilation.ts";
import { instantiate } from "./instantiate.ts";
import { nowhere } from "./program.ts";

/** After so many signals asked for one by one, all are kept: compiling anew for each would take longer. */
const mostSingly = 8;

/**
 * The code that brings observed wires up to date. Inputs and state are in memory anyway; what else is asked for is
 * compiled in when it is first needed, without touching state.
 */
export class SignalCode {
  readonly #compilation: Compilation;
  readonly #memory: WebAssembly.Memory;
  readonly #observed = new Set<NodeId>();
  /** State that is copied so that the vector that it is in is one row of words. */
  readonly #copied: ReadonlySet<NodeId>;
  #asked = 0;
  #settle: (() => void) | null = null;

  constructor(compilation: Compilation, memory: WebAssembly.Memory) {
    this.#compilation = compilation;
    this.#memory = memory;
    this.#copied = new Set(compilation.program.copied);
  }

  /** The address of the words of the node's value after `settle`. */
  address(node: NodeId): number {
    const { addresses, homes } = this.#compilation.program;
    return (this.isStored(node) ? addresses[node] : homes[node]) ?? nowhere;
  }

  /** Whether the node's value is in memory, as whole words, without any evaluation. */
  isStored(node: NodeId): boolean {
    const { addresses, laneBytes } = this.#compilation.program;
    return addresses[node] !== nowhere && laneBytes[node] === 0 && !this.#copied.has(node);
  }

  /** Whether the node is a register in lanes: its value is in memory too, but not as whole words. */
  isLane(node: NodeId): boolean {
    return this.#compilation.program.laneBytes[node] !== 0;
  }

  /** Keeps a node's value from the next `settle` on. Says whether that is news. */
  observe(node: NodeId): boolean {
    if (this.isStored(node) || this.#observed.has(node)) return false;
    this.#observed.add(node);
    this.#settle = null;
    return true;
  }

  /** Like `observe`, for a node that nobody spoke of before. */
  observeLate(node: NodeId): boolean {
    const news = this.observe(node);
    if (news && ++this.#asked > mostSingly)
      for (const other of this.#compilation.program.signals)
        if (!this.isLane(other) || this.isLane(node)) this.observe(other);
    return news;
  }

  settle(): void {
    this.#settle ??= this.#compile();
    this.#settle();
  }

  #compile(): () => void {
    if (this.#observed.size === 0) return () => {};
    const settle = instantiate(this.#compilation.settle(this.#observed), this.#memory, "settle");
    return () => {
      settle();
    };
  }
}
