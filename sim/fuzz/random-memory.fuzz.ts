import type { NodeId } from "../../hdl/netlist/index.ts";
import { type Choose, constantValue, type RandomModule } from "./random-module.fuzz.ts";

/** Adds a memory with a write port and, mostly, a read port, whose node is returned. */
export function addMemory(draft: RandomModule, name: string, width: number, choose: Choose): NodeId | null {
  const depth = [2, 1, 3, 4, 5, 7, 8, 12][choose(8)] ?? 2;
  const style = choose(3);
  const given = Array.from({ length: choose(depth + 1) }, (_, i) => constantValue(width, (count) => (i * 97) % count));
  const init = style === 0 ? given : style === 1 ? [constantValue(width, choose)] : null;
  const readUnderWrite = (["old", "new", "undefined"] as const)[choose(3)] ?? "old";
  draft.features.add(init ? "memory with init" : "memory without init");
  draft.writes.push([]);
  const domains = [choose(draft.domains.length), choose(draft.domains.length)];
  // No logic passes a word on at an edge to another clock.
  draft.writeDomains.push(readUnderWrite === "new" ? domains.slice(0, 1) : domains);
  const memory = draft.memory(name, width, depth, { init, readUnderWrite, writes: draft.writes.at(-1) ?? [] });
  const read = [addSyncRead, addRead][choose(3)];
  for (let ports = 1 + choose(2); ports > 0; ports--) addWrite(draft, memory, choose);
  return read ? read(draft, memory, choose) : null;
}

/** An asynchronous read port. Null where there is no such memory. */
export function addRead(draft: RandomModule, memory: number, choose: Choose): NodeId | null {
  const found = draft.memories[memory];
  if (!found) return null;
  draft.features.add("asynchronous read");
  const address = addressOf(draft, found.depth, choose);
  return draft.node({ kind: "memRead", width: found.width, memory, address, sync: null });
}

/** A synchronous read port, now and then at the address of a write port. Null where there is no such memory. */
export function addSyncRead(draft: RandomModule, memory: number, choose: Choose): NodeId | null {
  const found = draft.memories[memory];
  if (!found) return null;
  const { width, depth, readUnderWrite } = found;
  draft.features.add(`synchronous read, ${readUnderWrite} under write`);
  const any = choose(draft.domains.length);
  const domain = readUnderWrite === "new" ? (draft.writeDomains[memory]?.[0] ?? any) : any;
  const id = draft.node({ kind: "memRead", width, memory, address: 0, sync: { domain, enable: 0 } });
  const together = choose(2) === 0;
  draft.later(() => {
    const write = together ? draft.writes[memory]?.at(-1) : undefined;
    const address = draft.crossing(write?.address ?? addressOf(draft, depth, choose), domain);
    const enable = write && choose(2) === 0 ? draft.crossing(write.enable, domain) : draft.sampled(choose, 1, domain);
    draft.set(id, { address, sync: { domain, enable } });
  });
  return id;
}

/** A write port, half of them masked, now and then at the address of the port before. Nothing where there is no such memory. */
export function addWrite(draft: RandomModule, memory: number, choose: Choose): void {
  const found = draft.memories[memory];
  if (!found) return;
  const { width, depth } = found;
  const domains = draft.writeDomains[memory] ?? [];
  const domain = domains[choose(2) % domains.length] ?? 0;
  const divisors = Array.from({ length: width }, (_, i) => i + 1).filter((divisor) => width % divisor === 0);
  const lanes = choose(2) === 0 ? null : (divisors[choose(divisors.length)] ?? 1);
  const together = choose(2) === 0;
  draft.features.add(lanes === null ? "unmasked write" : "masked write");
  draft.later(() => {
    const own = addressOf(draft, depth, choose);
    const address = draft.crossing(together ? (draft.writes[memory]?.at(-1)?.address ?? own) : own, domain);
    const enable = draft.sampled(choose, 1, domain);
    const data = draft.sampled(choose, width, domain);
    const mask = lanes === null ? null : draft.sampled(choose, lanes, domain);
    draft.writes[memory]?.push({ domain, enable, address, data, mask, source: null });
    if ((draft.writes[memory]?.length ?? 0) > 1) draft.features.add("several write ports");
  });
}

/** Mostly just wide enough, so that both sides of the depth are met; now and then much too wide. */
function addressOf(draft: RandomModule, depth: number, choose: Choose): NodeId {
  const node = draft.pick(choose(65_536));
  if (choose(5) === 4) return node;
  return draft.fit(node, Math.max(1, Math.ceil(Math.log2(depth))) + (choose(4) === 3 ? 1 : 0), 0);
}
