import type { NodeId } from "../../hdl/netlist/index.ts";
import type { Action } from "../plan/action.ts";
import type { Stop } from "../plan/kernel.ts";
import { Op } from "../wasm/opcodes.ts";
import type { BranchMask } from "./branch-mask.ts";
import { widened } from "./element-size.ts";
import { clamped, rangeOf } from "./index-lanes.ts";
import { Control } from "./layout.ts";
import { storeNumbers } from "./limb-call.ts";
import { gather, placeOf } from "./memory.ts";
import type { LaneValues } from "./values.ts";
import type { Vector } from "./vector-code.ts";

/**
 * Writes an action in the lanes of a mask, in all where there is none. The next values of `waiting` state are put aside.
 */
export function writeAction(
  values: LaneValues,
  action: Action | Stop,
  mask: BranchMask | null,
  waiting: ReadonlySet<NodeId>,
): void {
  const { code, to } = values;
  switch (action.kind) {
    case "observe":
      show(values, action.node);
      return;
    case "property":
    case "cover":
      note(values, action.rank);
      return;
    case "stop":
      to.pushAny(to.load(Control.failures));
      to.branch(() => {
        code.i32(1);
        code.op(Op.return);
      });
      return;
    case "next": {
      const place = nextPlace(values, action.register, waiting);
      if (mask) mask.store(action.value, place);
      else values.store(action.value, place);
      return;
    }
    case "read":
      read(values, action.node, waiting);
      return;
    case "write":
      throw new RangeError("memories are written after all else");
  }
}

/** Where the next value of state is stored. */
export function nextPlace({ lanes }: LaneValues, id: NodeId, waiting: ReadonlySet<NodeId>): number {
  return waiting.has(id) ? lanes.places.vectors(id) : (lanes.layout.addresses[id] ?? -1);
}

/** Writes a value's words, lane after lane. */
function show(values: LaneValues, id: NodeId): void {
  const address = values.lanes.places.words(id);
  const { limbs } = values.shape(id);
  if (limbs > 1) storeNumbers(values, id, (lane) => address + 4 * limbs * lane);
  else
    values.inElement(id, 32, "zero").forEach((vector, i) => {
      values.to.store(address + 16 * i, vector);
    });
}

function note(values: LaneValues, rank: number): void {
  const { to } = values;
  const { plan, layout } = values.lanes;
  const check = plan.checks[rank];
  const place = layout.checks[rank] ?? -1;
  if (!check) return;
  const [enable, condition] = [values.bit(check.enable), values.bit(check.condition)];
  const sampled = outsideReset(values, check.domain, enable);
  if (check.kind === "cover") {
    const hits = widened(values.to, [to.and(sampled, condition)], values.maskElement, 32, true);
    // A mask counts as −1.
    hits.forEach((hit, i) => {
      to.store(place + 16 * i, to.subtract(32, to.load(place + 16 * i), hit));
    });
    return;
  }
  const failed = to.andNot(to.andNot(sampled, condition), to.load(Control.ignored));
  to.store(place, failed);
  to.store(Control.failures, to.or(to.load(Control.failures), failed));
}

/** A mask without the lanes in which a domain is in reset. */
function outsideReset(values: LaneValues, domain: number, mask: Vector): Vector {
  const { plan, layout } = values.lanes;
  const place = layout.resets[domain]?.masks.get(values.maskElement);
  if (place === undefined || plan.flat.module.domains[domain]?.reset === "none") return mask;
  return values.to.andNot(mask, values.to.load(place));
}

/** Nothing is done where no lane reads. */
function read(values: LaneValues, id: NodeId, waiting: ReadonlySet<NodeId>): void {
  const { to } = values;
  const node = values.node(id);
  if (node.kind !== "memRead" || !node.sync) return;
  const depth = values.lanes.plan.memories[node.memory]?.depth ?? 0;
  const place = placeOf(values, node.memory);
  const { element, parts } = place.shape;
  const indices = clamped(values, node.address, depth);
  const rows = rangeOf(values, node.address, depth);
  const masks = values.masks(node.sync.enable, element);
  const address = nextPlace(values, id, waiting);
  const load = (): void => {
    gather(values, place, indices, rows).forEach((word, i) => {
      to.store(address + 16 * i, to.select(masks[i % parts] ?? -1, word, to.load(address + 16 * i)));
    });
  };
  to.pushAny(values.bit(node.sync.enable));
  to.branch(load);
}
