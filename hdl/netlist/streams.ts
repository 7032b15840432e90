import type { Module, Port } from "./design.ts";

/** A ready/valid stream among a module's ports. */
export interface StreamPorts {
  /** What its ports begin with: `enq` for `enq.valid`. */
  readonly name: string;
  /** In: the module is its sink. */
  readonly direction: "in" | "out";
  /** Indices into `Module.ports`. */
  readonly valid: number;
  readonly ready: number;
}

/**
 * The streams among a module's ports, in their order: wherever `valid` and something in `bits` go one way, and `ready`
 * goes the other, under one name. Nothing else in the netlist is called so.
 */
export function streamsOf(module: Module): StreamPorts[] {
  const byName = new Map(module.ports.map((port, index) => [port.name, { port, index }]));
  const streams: StreamPorts[] = [];
  for (const [index, { name: port, direction, width }] of module.ports.entries()) {
    const [, name] = /^(.+)\.valid$/.exec(port) ?? [];
    if (name === undefined || width !== 1) continue;
    const ready = byName.get(`${name}.ready`);
    if (ready?.port.width !== 1 || ready.port.direction === direction) continue;
    const carries = (other: Port) => other.direction === direction && /^\.bits\b/.test(other.name.slice(name.length));
    if (!module.ports.some((other) => other.name.startsWith(name) && carries(other))) continue;
    streams.push({ name, direction, valid: index, ready: ready.index });
  }
  return streams;
}
