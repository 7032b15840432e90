import type { Node, NodeId } from "../../../hdl/netlist/index.ts";
import type { LaneRoot } from "../../plan/lanes/lane-group.ts";

/** A register takes a new value only while this is so. */
export interface Condition {
  readonly select: NodeId;
  /** What `select` must be. */
  readonly value: boolean;
}

/** A register's next value: it holds unless all conditions are met. */
export interface GuardedRoot {
  readonly root: LaneRoot;
  readonly conditions: readonly Condition[];
  readonly value: NodeId;
}

/** Takes off the muxes around a register's next value that keep the value it has. */
export function guarded(nodes: readonly Node[], root: LaneRoot): GuardedRoot {
  const conditions: Condition[] = [];
  let value = root.next;
  for (let node = nodes[value]; node?.kind === "mux"; node = nodes[value]) {
    if (node.b === root.origin) conditions.push({ select: node.select, value: true });
    else if (node.a === root.origin) conditions.push({ select: node.select, value: false });
    else break;
    value = node.b === root.origin ? node.a : node.b;
  }
  return { root, conditions, value };
}
