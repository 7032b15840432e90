import { DesignError, formatSource, type Source } from "../netlist/index.ts";
import type { Builder, BuiltMemory, BuiltWrite } from "./builder.ts";
import { alwaysOne, type Expression } from "./expression.ts";

/** A memory's write port: writes that never happen in the same cycle share one. */
export interface WritePort {
  readonly domain: number;
  readonly enable: Expression;
  readonly address: Expression;
  readonly data: Expression;
  readonly mask: Expression | null;
  readonly source: Source | null;
}

/**
 * Spreads a memory's writes over its ports: a write in an arm that excludes all writes of a port shares it. Throws a
 * DesignError when that takes more ports than the memory has.
 */
export function writePortsOf(builder: Builder, memory: BuiltMemory): WritePort[] {
  const ports: BuiltWrite[][] = [];
  for (const write of memory.writes) {
    const shared = ports.find((port) => port.every((other) => exclusive(write, other)));
    if (shared) shared.push(write);
    else ports.push([write]);
  }
  const [first] = ports[memory.writePorts - 1] ?? [];
  const [excess] = ports[memory.writePorts] ?? [];
  if (first && excess)
    throw new DesignError(
      `[${builder.path}] memory port clash: ${memory.givenName ?? memory.site?.name ?? "the memory"} (${formatSource(memory.site?.source)}) has ${memory.writePorts} write port${memory.writePorts === 1 ? "" : "s"} but the writes at ${formatSource(first.site?.source)} and ${formatSource(excess.site?.source)} may happen in the same cycle; put them in arms that exclude each other, or declare the memory with writePorts: ${ports.length}`,
    );
  return ports.map((port) => portOf(builder, memory, port));
}

function exclusive(a: BuiltWrite, b: BuiltWrite): boolean {
  const sameKind = a.domain === b.domain && a.mask?.width === b.mask?.width;
  return sameKind && a.block.arms.some((x) => b.block.arms.some((y) => x.of === y.of && x.arm !== y.arm));
}

function portOf(builder: Builder, memory: BuiltMemory, writes: readonly BuiltWrite[]): WritePort {
  const [first, ...others] = writes;
  if (!first) throw new RangeError("a write port without a write");
  const bit = (kind: "or", a: Expression, b: Expression) => {
    const operation = { kind, a, b };
    return builder.add({ operation, width: 1, site: memory.site, format: { kind: "bool" }, intermediate: true });
  };
  const choose = (select: Expression, a: Expression, b: Expression) => {
    if (a === b) return a;
    const operation = { kind: "mux", select, a, b } as const;
    return builder.add({ operation, width: a.width, site: memory.site, format: a.format, intermediate: true });
  };
  let port: WritePort = {
    domain: first.domain,
    enable: first.block.guard ?? alwaysOne,
    address: first.address,
    data: first.data,
    mask: first.mask,
    source: first.site?.source ?? null,
  };
  for (const write of others) {
    const guard = write.block.guard ?? alwaysOne;
    port = {
      ...port,
      enable: bit("or", port.enable, guard),
      address: choose(guard, write.address, port.address),
      data: choose(guard, write.data, port.data),
      mask: write.mask && port.mask ? choose(guard, write.mask, port.mask) : null,
    };
  }
  return port;
}
