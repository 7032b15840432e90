import type { Format } from "../netlist/index.ts";
import { type Half, leavesOf } from "./aggregate.ts";
import type { Shape, Type } from "./type.ts";

export type Ports = Record<string, Type>;

/** One leaf of a module's ports: how the designer reaches it and what the netlist calls it. */
export interface PortLeaf {
  /** The netlist's port name: `en`, `enq.valid`, `acts[3]`; `x_in` and `x_out` where one key is both. */
  readonly name: string;
  readonly side: "in" | "out";
  readonly key: string;
  /** Below the key: `.valid`, `[3]` or "". */
  readonly path: string;
  readonly half: Half;
  /** Seen from the module. A backward leaf of an input is an output. */
  readonly direction: "in" | "out";
  readonly width: number;
  readonly format: Format;
  readonly shape: Extract<Shape, { kind: "leaf" }>;
}

/** All leaves of a module's ports, inputs before outputs, in declaration order. */
export function portLeaves(inputs: Ports, outputs: Ports): PortLeaf[] {
  const side = (ports: Ports, own: "in" | "out", others: Ports) =>
    Object.entries(ports).flatMap(([key, type]) =>
      leavesOf(type["~shape"]).map((leaf): PortLeaf => {
        const direction = (own === "in") === (leaf.half === "forward") ? "in" : "out";
        const root = Object.hasOwn(others, key) ? `${key}_${own}` : key;
        const { path, half, width, format, shape } = leaf;
        return { name: root + path, side: own, key, path, half, direction, width, format, shape };
      }),
    );
  return [...side(inputs, "in", outputs), ...side(outputs, "out", inputs)];
}
