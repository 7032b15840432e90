import type { NodeId } from "../../hdl/netlist/index.ts";
import type { Plan } from "../plan/plan.ts";
import { unknownName } from "../unknown-name.ts";
import { ConstantPool } from "./constant-pool.ts";
import { laneEdgeModule, laneSettleModule } from "./edge-module.ts";
import { layOutLanes } from "./layout.ts";
import { Places } from "./places.ts";
import type { Lanes } from "./shape.ts";
import type { LanePlan } from "./values.ts";

/** After so many signals asked for one by one, all are kept: compiling anew for each would take longer. */
const mostSingly = 8;

/** The code of a design in so many lanes, which all blocks share, each on a memory of its own. */
export class LaneProgram implements LanePlan {
  readonly plan: Plan;
  readonly layout: LanePlan["layout"];
  readonly places: Places;
  readonly constants: ConstantPool;
  /** Tells checkpoints of one design in so many lanes from those of another. */
  readonly fingerprint: number;
  readonly #observed = new Set<NodeId>();
  #edges: WebAssembly.Module | null = null;
  #settle: WebAssembly.Module | null = null;
  #asked = 0;

  /** The plan has no lanes of its own. */
  constructor(planned: Plan, lanes: Lanes) {
    this.plan = planned;
    this.layout = layOutLanes(this.plan, lanes);
    this.places = new Places(this.plan.nodes, lanes, this.layout.rest);
    this.constants = new ConstantPool(this.layout.constants);
    this.fingerprint = fingerprintOf(this.plan, lanes);
  }

  /** The node of a signal by its path. */
  find(path: string): NodeId {
    const { signals } = this.plan;
    const node = signals.get(path);
    if (node === undefined) throw unknownName("signal", path, signals.keys());
    return node;
  }

  /** Whether the node's value is in memory without any evaluation. */
  isStored(node: NodeId): boolean {
    return (this.layout.addresses[node] ?? -1) >= 0;
  }

  isObserved(node: NodeId): boolean {
    return this.#observed.has(node) || this.layout.pins.has(node);
  }

  /** Shows a node's value from the next `settle` on. */
  observe(node: NodeId): void {
    if (this.isObserved(node)) return;
    this.#observed.add(node);
    this.#settle = null;
  }

  /** Like `observe`, for a node that nobody spoke of before. */
  observeLate(node: NodeId): void {
    if (this.isObserved(node)) return;
    this.observe(node);
    if (++this.#asked > mostSingly) for (const other of this.plan.signals.values()) this.observe(other);
  }

  /** What takes edges. */
  get edges(): WebAssembly.Module {
    this.#edges ??= new WebAssembly.Module(laneEdgeModule(this));
    return this.#edges;
  }

  /** What brings all that is observed up to date; another one whenever more is. */
  get settle(): WebAssembly.Module {
    this.#settle ??= new WebAssembly.Module(laneSettleModule(this, this.#observed));
    return this.#settle;
  }
}

/** FNV-1a of all that the layout of a checkpoint follows from. */
function fingerprintOf({ nodes, memories, flat }: Plan, lanes: Lanes): number {
  let hash = 0x811c9dc5;
  const mix = (text: string): void => {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  };
  mix(`${lanes};`);
  for (const { name, direction, width } of flat.module.ports) if (direction === "in") mix(`${name} ${width};`);
  for (const id of flat.states) mix(`${flat.statePath(id)} ${nodes[id]?.width};`);
  for (const { name, width, depth } of memories) mix(`${name} ${width} ${depth};`);
  return hash >>> 0;
}
