import {
  type CounterName,
  type Csr,
  type CsrField,
  type CsrName,
  counterOffset,
  csrs,
} from "../../hdl/npu/tile/index.ts";
import type { Process } from "../bench/process.ts";
import type { Host } from "../models/host.ts";

/** The fields of a register that was read: numbers, or the names of their values. */
export interface RegisterValue {
  number(field: string): number;
  name(field: string): string;
}

/** The control and status registers and the counters of one tile, as the host reaches them. */
export class TileRegisters {
  private readonly base: number;

  constructor(
    private readonly host: Host,
    readonly node: number,
  ) {
    this.base = node * 2 ** 24;
  }

  *read(name: CsrName): Process<RegisterValue> {
    const word = yield* this.host.read(this.base + csrs[name].offset);
    return registerValue(name, csrs[name], word);
  }

  /** Writes a register; fields that are not given are 0. Throws a RangeError for a name that it does not have. */
  *write(name: CsrName, values: Readonly<Record<string, number>>): Process {
    const word = Object.entries(values).reduce(
      (sum, [field, value]) => sum + value * 2 ** fieldOf(name, csrs[name], field).low,
      0,
    );
    yield* this.host.write(this.base + csrs[name].offset, word);
  }

  /** A counter's 64 bits, as far as a number can hold them. */
  *counter(name: CounterName): Process<number> {
    const low = yield* this.host.read(this.base + counterOffset(name));
    const high = yield* this.host.read(this.base + counterOffset(name) + 4);
    return high * 2 ** 32 + low;
  }
}

function registerValue(name: string, register: Csr, word: number): RegisterValue {
  const number = (field: string) => {
    const { low, width } = fieldOf(name, register, field);
    return Math.floor(word / 2 ** low) % 2 ** width;
  };
  return { number, name: (field) => fieldOf(name, register, field).values?.[number(field)] ?? `${number(field)}` };
}

function fieldOf(name: string, { fields }: Csr, field: string): CsrField {
  const found = fields.find((one) => one.name === field);
  if (!found) throw new RangeError(`the register ${name} has no field ${field}`);
  return found;
}
