/** What this needs of a netlist that Yosys wrote as JSON. */
interface YosysNetlist {
  readonly modules: Readonly<Record<string, YosysModule | undefined>>;
}
interface YosysModule {
  readonly cells: Readonly<Record<string, YosysCell>>;
  readonly netnames: Readonly<Record<string, YosysNet | undefined>>;
}
interface YosysNet {
  readonly bits: readonly YosysBit[];
  readonly attributes: Readonly<Record<string, string>>;
}
interface YosysCell {
  readonly connections: Record<string, readonly YosysBit[]>;
  readonly port_directions: Readonly<Record<string, string>>;
}
type YosysBit = number | string;

/** Module `proof` of a netlist that Yosys wrote as JSON: both sides, flat, as `gate.…` and `gold.…`. */
export class ProofNetlist {
  private readonly flat: YosysModule;

  constructor(private readonly json: string) {
    this.flat = proofOf(JSON.parse(json));
  }

  /**
   * The netlist in which every cell that read the first signal of a pair reads the second instead.
   * @throws Error for a signal that is not there, with those that are, and for a pair of unequal widths
   */
  rewired(pairs: readonly (readonly [string, string])[]): string {
    const netlist: YosysNetlist = JSON.parse(this.json);
    const instead = new Map<YosysBit, YosysBit>();
    for (const [read, other] of pairs) {
      const [from, to] = [this.bitsOf(read), this.bitsOf(other)];
      if (from.length !== to.length) throw new Error(`${read} has ${from.length} bits, ${other} has ${to.length}`);
      from.forEach((bit, i) => {
        instead.set(bit, to[i] ?? bit);
      });
    }
    const settled = (bit: YosysBit): YosysBit => {
      const next = instead.get(bit);
      return next === undefined || next === bit ? bit : settled(next);
    };
    for (const { connections, port_directions } of Object.values(proofOf(netlist).cells))
      for (const [port, bits] of Object.entries(connections))
        if (port_directions[port] === "input") connections[port] = bits.map(settled);
    return JSON.stringify(netlist);
  }

  /** Whether any bit of the signal has a value at power-on. */
  isInitialised(name: string): boolean {
    const bits = new Set(this.bitsOf(name));
    return Object.values(this.flat.netnames).some(
      (net) => net?.attributes.init !== undefined && net.bits.some((bit) => bits.has(bit)),
    );
  }

  private bitsOf(name: string): readonly YosysBit[] {
    const bits = this.flat.netnames[name]?.bits;
    if (bits) return bits;
    const known = Object.keys(this.flat.netnames).filter((other) => /^g(ate|old)\./.test(other));
    throw new Error(`there is no signal ${name} among ${known.join(" ")}`);
  }
}

function proofOf(netlist: YosysNetlist): YosysModule {
  const flat = netlist.modules.proof;
  if (!flat) throw new Error("there is no module proof in the netlist");
  return flat;
}
