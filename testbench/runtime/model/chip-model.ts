import type { ChipNode, NpuConfig } from "../../../hdl/index.ts";
import { SparseMemory } from "../../models/sparse-memory.ts";
import type { Instruction } from "../instruction.ts";
import { DramLog } from "./dram-log.ts";
import { ProgramError } from "./program-error.ts";
import { placeOf, type Step } from "./step.ts";
import { type Surroundings, TileModel } from "./tile-model.ts";

/** The program of a node. */
export interface NodeProgram {
  readonly node: number;
  readonly program: readonly Instruction[];
}

/**
 * The whole chip by its instructions: tiles, the DRAM, and the rows that they send each other. It is what programs are
 * checked against: for their results, for a deadlock, and for accesses whose order is left to chance.
 */
export class ChipModel {
  readonly dram = new SparseMemory();
  private readonly tiles: readonly TileModel[];
  private readonly around: Surroundings;

  constructor(config: NpuConfig, nodes: readonly ChipNode[]) {
    this.around = { dram: this.dram, tiles: nodes.length, dramLog: new DramLog() };
    this.tiles = nodes.map(({ id, kind }, number) => new TileModel(config, number, id, kind, this.around));
  }

  tile(node: number): TileModel {
    const tile = this.tiles.find((one) => one.node === node);
    if (!tile) throw new RangeError(`the chip has no node ${node}`);
    return tile;
  }

  /**
   * Runs programs side by side to the halt of each.
   * @throws ProgramError for what the hardware would refuse, for a deadlock and for a race
   */
  run(programs: readonly NodeProgram[]): void {
    this.around.dramLog = new DramLog();
    const running = programs.map(({ node, program }) => {
      const tile = this.tile(node);
      tile.start(program);
      return tile;
    });
    for (let moved = true; moved; ) {
      moved = false;
      for (const tile of running) moved = tile.advance() || moved;
      for (const tile of running) moved = this.send(tile, running) || moved;
    }
    const stuck = running.filter(({ done }) => !done);
    if (stuck.length > 0) throw new ProgramError(`deadlock: ${stuck.map(({ waits }) => waits).join(" | ")}`);
  }

  /** Carries out a tile's SEND if all its destinations have granted it; whether it was. */
  private send(tile: TileModel, running: readonly TileModel[]): boolean {
    const send = tile.exchange("send");
    if (!send) return false;
    const { operands } = send;
    const [node, mask, tag] = ["node", "mask", "tag"].map((name) => operands.number(name));
    const matches = ({ node: id }: TileModel) => (id | (mask ?? 0)) === ((node ?? 0) | (mask ?? 0));
    const destinations = this.tiles.filter(matches);
    if (destinations.length === 0) throw new ProgramError(`${placeOf(send)}: there is no such node`);
    const pairs: { to: TileModel; receive: Step }[] = [];
    for (const to of destinations) {
      const receive = running.includes(to) ? to.exchange("receive") : null;
      if (!receive || receive.operands.number("node") !== tile.node || receive.operands.number("tag") !== tag)
        return false;
      pairs.push({ to, receive });
    }
    tile.beginExchange(send);
    for (const { to, receive } of pairs) to.beginExchange(receive);
    const known = send.before.slice();
    const from = tile.packetRows(send);
    const { side } = tile.memory;
    let rows: Int8Array | Int32Array = new Int8Array(0);
    tile.endExchange(
      send,
      pairs.map(({ receive }) => receive.before),
      () => {
        rows = tile.memory[from.memory].slice(from.from * side, (from.from + from.rows) * side);
      },
    );
    for (const { to, receive } of pairs) {
      const into = to.packetRows(receive);
      if (into.rows !== from.rows || into.memory !== from.memory)
        throw new ProgramError(`${placeOf(receive)} does not take what ${placeOf(send)} sends`);
      to.endExchange(receive, [known], () => {
        const target = to.memory[into.memory];
        const accumulates = receive.operands.has("accumulate");
        for (let i = 0; i < rows.length; i++) {
          const at = into.from * side + i;
          target[at] = (accumulates ? (target[at] ?? 0) : 0) + (rows[i] ?? 0);
        }
      });
    }
    return true;
  }
}
