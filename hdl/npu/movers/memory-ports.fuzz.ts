import type { PortAdd, PortWrite, TileMemories } from "./tile-memories.fuzz.ts";

/** A stream that a unit sends, whose `ready` the testbench drives. */
interface Sent<Bits> {
  readonly valid: number;
  ready: number;
  readonly bits: Bits;
}

/** The streams on which a part of the load unit writes into the memories of its tile. */
export interface MemoryPorts {
  readonly write: Sent<PortWrite>;
  readonly add: Sent<PortAdd>;
  readonly parameter?: Sent<{ readonly scale: number; readonly address: number; readonly row: readonly number[] }>;
  readonly entry?: Sent<{ readonly address: number; readonly entry: number }>;
}

/**
 * Lets memories take what is offered in this cycle, where `chance` lets them: like those of a tile they are ready only for
 * what is there. Returns how many rows and entries they took.
 */
export function takeWrites(memories: TileMemories, ports: MemoryPorts, chance: () => boolean): number {
  let taken = 0;
  const take = <Bits>(port: Sent<Bits> | undefined, into: (bits: Bits) => void): void => {
    if (!port) return;
    // What is offered must not depend on ready.
    port.ready = 0;
    port.ready = Number(port.valid && chance());
    if (!port.ready) return;
    into(port.bits);
    taken++;
  };
  take(ports.write, (row) => memories.writeRow(row));
  take(ports.add, (row) => memories.addRow(row));
  take(ports.parameter, ({ scale, address, row }) => memories.setParameter(scale ? "scale" : "bias", address, row));
  take(ports.entry, ({ address, entry }) => {
    memories.table[address] = entry;
  });
  return taken;
}
