import {
  type Check,
  type Design,
  definition,
  type Flat,
  flatten,
  hierarchy,
  type Memory,
  mapWrites,
  mayHaveWordCycles,
  type Node,
  type NodeId,
  type Scope,
  splitFalseLoops,
} from "../../hdl/netlist/index.ts";
import { type EngineOptions, SimulationError } from "../engine.ts";
import { type Schedule, schedule } from "../schedule.ts";
import { type PartSizes, partSizes } from "./activity/part-sizes.ts";
import type { Homes } from "./homes.ts";
import { findLanes, type Lanes, noLanes } from "./lanes/lanes.ts";
import { wireNodes } from "./lanes/wire-groups.ts";
import { type Layout, layOut } from "./layout.ts";
import { type Ranges, rangesOf } from "./ranges.ts";
import { signalNodes, signalsByPath } from "./signals.ts";
import { simplified } from "./simplified.ts";

/** A property with the path of its instance. Those of lower rank, in the order of the hierarchy, are reported first. */
export interface PlannedCheck extends Check {
  readonly path: string;
  /** Its index among the checks of `flat`. */
  readonly place: number;
}

/** All that code is generated from. Node ids are those of `flat`'s module. */
export interface Plan {
  readonly design: Design;
  readonly flat: Flat;
  /**
   * With constants and copies seen through, and inputs in place of what is combinational in lanes; nodes beyond those of
   * `flat` came of splitting words that go round.
   */
  readonly nodes: readonly Node[];
  readonly ranges: Ranges;
  readonly memories: readonly Memory[];
  /** By rank. */
  readonly checks: readonly PlannedCheck[];
  /** Every signal's full path and the node that has its value; put together when first asked for. */
  readonly signals: ReadonlyMap<string, NodeId>;
  /** The node that has the value of a node of `flat`. */
  readonly standIn: (id: NodeId) => NodeId;
  readonly schedule: Schedule;
  readonly lanes: Lanes;
  /** How finely kernels are divided into parts that sleep while nothing changes for them; null where they are not. */
  readonly activity: PartSizes | null;
  readonly layout: Layout;
}

type PlanOptions = Pick<EngineOptions, "clocks" | "lanes" | "activity">;

/**
 * Flattens a design and decides where everything lives. Throws a SimulationError for a design without a clock or with a
 * black box without a model, and the DesignErrors of `flatten` and `splitFalseLoops`.
 */
export function plan(
  design: Design,
  { clocks, lanes: wanted = "auto", activity: wantedActivity = "auto" }: PlanOptions = {},
): Plan {
  const top = definition(design, design.top);
  if (top.domains.length === 0) throw new SimulationError(`${top.name} has no clock domain to simulate`);
  const planned = schedule(top.domains, clocks);
  const flat = flatten(design);
  const [box] = flat.unmodelled;
  if (box !== undefined)
    throw new SimulationError(
      `the black box ${box === "" ? top.name : box} has no model to simulate; give blackBox() a body as its model`,
    );

  const {
    nodes: simple,
    standIn,
    order,
  } = simplified((mayHaveWordCycles(design) ? splitFalseLoops(flat.module) : flat.module).nodes);
  const to = (id: NodeId): NodeId => standIn[id] ?? id;
  const memories = flat.module.memories.map((memory) => mapWrites(memory, to));
  const checks = ranked(design, flat).map((check) => ({
    ...check,
    condition: to(check.condition),
    enable: to(check.enable),
  }));
  const lanes = wanted === "off" ? noLanes : findLanes(design, flat, simple, to, wanted);
  const nodes = withWiresAtHand(simple, lanes);
  const named = namedNodes(design, flat, to);
  let signals: ReadonlyMap<string, NodeId> | null = null;
  const activity = partSizes({ nodes, memories, checks, lanes }, wantedActivity);
  const contents = { design, flat, nodes, memories, checks, named, lanes, activity: activity !== null };
  return {
    design,
    flat,
    nodes,
    ranges: rangesOf(simple, order),
    memories,
    checks,
    get signals() {
      signals ??= signalsByPath(design, signalNodes(design, flat, to));
      return signals;
    },
    standIn: to,
    schedule: planned,
    lanes,
    activity,
    layout: layOut({ ...contents, moments: planned.moments.length }),
  };
}

/** The same plan with other places for values of wires. */
export function withHomes(planned: Plan, homes: Homes): Plan {
  const {
    design,
    flat,
    nodes,
    ranges,
    memories,
    checks,
    standIn,
    schedule: moments,
    lanes,
    activity,
    layout,
  } = planned;
  return {
    ...{ design, flat, nodes, ranges, memories, checks, standIn, schedule: moments, lanes, activity },
    get signals() {
      return planned.signals;
    },
    layout: { ...layout, homes },
  };
}

/** To all else, a combinational value that is computed in lanes is at hand like an input. */
function withWiresAtHand(nodes: readonly Node[], { wires }: Lanes): readonly Node[] {
  if (wires.length === 0) return nodes;
  const result = [...nodes];
  for (const id of wires.flatMap(wireNodes)) result[id] = { kind: "input", width: nodes[id]?.width ?? 1, port: -1 };
  return result;
}

/** All checks in the order of the hierarchy: a module's before those of its instances, one instance after the other. */
function ranked(design: Design, { module, checkPaths }: Flat): PlannedCheck[] {
  const checks = module.checks.map((check, index) => ({ ...check, path: checkPaths[index] ?? "", place: index }));
  if (new Set(checkPaths).size <= 1) return checks;
  const ranks = new Map<string, number>();
  const visit = ({ path, children }: Scope): void => {
    if (!ranks.has(path)) ranks.set(path, ranks.size);
    children.forEach(visit);
  };
  visit(hierarchy(design));
  return checks.sort((a, b) => (ranks.get(a.path) ?? 0) - (ranks.get(b.path) ?? 0));
}

/** The nodes that names and ports of instances lead to. The top's outputs come first, so that a vector's are one view. */
function namedNodes(design: Design, flat: Flat, to: (id: NodeId) => NodeId): Set<NodeId> {
  const outputs = flat.module.ports.filter(({ direction }) => direction === "out");
  const named = new Set(outputs.map(({ node }) => to(node)));
  flat.groups.forEach(({ definition: index, lanes }, group) => {
    const { ports, nodes, names } = definition(design, index);
    const own = new Set([...names, ...ports].map(({ node }) => node));
    for (let lane = 0; lane < lanes; lane++)
      for (const id of own) named.add(to(flat.nodes[group]?.[lane * nodes.length + id] ?? -1));
  });
  return named;
}
