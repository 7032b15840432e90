import {
  AccumulatorAdd,
  AccumulatorData,
  AccumulatorRow,
  Accumulators,
  Bool,
  inst,
  module,
  type NpuConfig,
  ParameterWrite,
  RowAccess,
  Scratchpad,
  ScratchpadAddress,
  ScratchpadData,
  ScratchpadWrite,
  Stream,
  TableWrite,
  UInt,
  VectorCommand,
  VectorUnit,
} from "../../../hdl/index.ts";

/**
 * The part of a compute tile that vector instructions use: the vector unit between scratchpad and accumulators, with a
 * port for each memory beside it.
 *
 * - `command`, `done`, `tag`, `fault`, `busy`: the vector unit's, which goes before the other ports at the memories.
 * - `write`, `read`, `data`: the scratchpad. `add`, `sums`, `sumData`: the accumulators.
 */
export const VectorSlice = (config: NpuConfig) =>
  module(
    "VectorSlice",
    {
      in: {
        command: Stream(VectorCommand),
        write: Stream(ScratchpadWrite(config)),
        read: Stream(ScratchpadAddress(config)),
        add: Stream(AccumulatorAdd(config)),
        sums: Stream(AccumulatorRow(config)),
        bias: ParameterWrite(config),
        scale: ParameterWrite(config),
        table: TableWrite,
      },
      out: {
        data: ScratchpadData(config),
        sumData: AccumulatorData(config),
        done: Bool,
        tag: UInt(4),
        fault: Bool,
        busy: Bool,
      },
    },
    ({ command, write, read, add, sums, bias, scale, table }) => {
      const unit = inst(VectorUnit(config));
      const scratchpad = inst(Scratchpad(config, 3, 2));
      const accumulators = inst(Accumulators(config, 2, 3));
      const { scratchpadRead, accumulatorRead } = unit.out;
      scratchpad.in = { read: [...scratchpadRead, read], write: [unit.out.write, write] };
      accumulators.in = { add: [unit.out.add, add], read: [...accumulatorRead, sums] };
      const reads = scratchpad.out;
      const held = accumulators.out;
      unit.in = {
        command,
        bias,
        scale,
        table,
        cancel: Bool.lit(0),
        access: RowAccess(config).lit({ valid: 0, write: 0, memory: "lut", row: 0, data: 0 }),
        scratchpadRead: reads.read.slice(0, 2),
        scratchpadData: reads.data.slice(0, 2),
        accumulatorRead: held.read.slice(0, 2),
        accumulatorData: held.data.slice(0, 2),
        write: element(reads.write, 0),
        add: element(held.add, 0),
      };
      return {
        command: unit.out.command,
        write: element(reads.write, 1),
        read: element(reads.read, 2),
        data: element(reads.data, 2),
        add: element(held.add, 1),
        sums: element(held.read, 2),
        sumData: element(held.data, 2),
        done: unit.out.done,
        tag: unit.out.tag,
        fault: unit.out.fault,
        busy: unit.out.busy,
      };
    },
  );

function element<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`there is no element ${index} of ${list.length}`);
  return found;
}
