import type { NodeId } from "../../hdl/netlist/index.ts";
import type { Plan } from "../plan/plan.ts";
import { instantiate } from "./instantiate.ts";
import { settleModule } from "./settle-module.ts";

/** After so many signals asked for one by one, all are kept: compiling anew for each would take longer. */
const mostSingly = 8;

/**
 * The code that brings observed wires up to date. Inputs and state are in memory anyway; what else is asked for is
 * compiled in when it is first needed, without touching state.
 */
export class SignalCode {
  readonly #plan: Plan;
  readonly #memory: WebAssembly.Memory;
  readonly #observed = new Set<NodeId>();
  #asked = 0;
  #settle: (() => void) | null = null;

  constructor(plan: Plan, memory: WebAssembly.Memory) {
    this.#plan = plan;
    this.#memory = memory;
  }

  /** The address of the words of the node's value after `settle`. */
  address(node: NodeId): number {
    const { addresses, homes } = this.#plan.layout;
    return this.isStored(node) ? (addresses[node] ?? -1) : homes.of(node);
  }

  /** Whether the node's value is in memory, as whole words, without any evaluation. */
  isStored(node: NodeId): boolean {
    const { addresses, laneBytes } = this.#plan.layout;
    return (addresses[node] ?? -1) >= 0 && laneBytes[node] === 0;
  }

  /** Whether the node is a register in lanes: its value is in memory too, but not as whole words. */
  isLane(node: NodeId): boolean {
    return this.#plan.layout.laneBytes[node] !== 0 && this.#plan.nodes[node]?.kind === "reg";
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
      for (const other of this.#plan.signals.values())
        if (!this.isLane(other) || this.isLane(node)) this.observe(other);
    return news;
  }

  settle(): void {
    this.#settle ??= this.#compile();
    this.#settle();
  }

  #compile(): () => void {
    if (this.#observed.size === 0) return () => {};
    const bytes = settleModule(this.#plan, this.#observed);
    this.#plan.layout.homes.writeConstants(this.#memory.buffer);
    const settle = instantiate(bytes, this.#memory, "settle");
    return () => {
      settle();
    };
  }
}
