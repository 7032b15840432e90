import { readFileSync } from "node:fs";
import type { Design } from "../../netlist/index.ts";
import { toVerilog, type Verilog, verilogText } from "../index.ts";
import { ProofNetlist } from "./proof-netlist.fuzz.ts";
import { runScript } from "./yosys-run.fuzz.ts";

export interface Claim {
  readonly design: Design;
  /** The file beside this with module `reference`, its ports named as the design's with `_` for `.`, `[` and `]`. */
  readonly reference: string;
  readonly parameters?: Readonly<Record<string, number>>;
  /**
   * Registers of the top without power-on value that both sides have by the same name. They start equal, are proven to
   * stay so, and everything reads those of the reference in the proof: sound because as long as they are equal nobody
   * can tell, so that they are equal in the next cycle too. Equal arithmetic of both sides then has the same operands
   * and Yosys merges it, where a solver would have to find out that two multipliers agree.
   */
  readonly registers?: readonly string[];
  /** Outputs that mean something only while another output is 1, which the reference alone may have. */
  readonly onlyWhile?: Readonly<Record<string, string>>;
  /** How many cycles from power-on to look for a difference before giving up on induction. */
  readonly cycles?: number;
}

/**
 * - `proved`: from power-on on, for all inputs including the reset, in every cycle to come.
 * - `refuted`: in this cycle from power-on, the first of which is 1, they differ; `trace` has the inputs.
 * - `open`: no difference within `Claim.cycles`, but not inductive either.
 */
export type Verdict =
  | { readonly kind: "proved" }
  | { readonly kind: "refuted"; readonly cycle: number; readonly trace: string }
  | { readonly kind: "open"; readonly log: string };

/**
 * Whether the emitted Verilog of a design and the reference give equal outputs, by temporal induction in Yosys.
 *
 * Both start as they power on. Registers that start at any value do so apart from each other, except for those of
 * `Claim.registers`. What the reference's module `invariant` says of the state of both sides, which it names as
 * `\gate.…` and `\gold.…` among its inputs, is proven along with the outputs and helps the induction.
 */
export async function equivalence(claim: Claim): Promise<Verdict> {
  const verilog = toVerilog(claim.design, { sources: false });
  const reference = readFileSync(new URL(claim.reference, import.meta.url), "utf8");
  const probes = [...new Set([...reference.matchAll(/\\(g(?:ate|old)\.\S+)/g)].map(([, name = ""]) => name))];
  const registers = claim.registers ?? [];

  const flat = await runScript(
    [
      "read_verilog gate.v reference.v proof.v",
      "hierarchy -check -top proof",
      "proc",
      "memory_map",
      "flatten",
      "write_json flat.json",
    ],
    {
      "gate.v": verilogText(verilog),
      "reference.v": reference,
      "proof.v": proofText(claim, verilog, probes.length > 0),
    },
  );

  const apart = flat.files.get("flat.json") ?? "";
  const both = new ProofNetlist(apart);
  for (const name of registers.flatMap((register) => [`gate.${register}`, `gold.${register}`]))
    if (both.isInitialised(name)) throw new Error(`${name} has a power-on value: say in the invariant what it equals`);

  const shared = both.rewired([
    ...probes.map((name) => [`relation.${name}`, name] as const),
    ...registers.map((name) => [`gate.${name}`, `gold.${name}`] as const),
  ]);

  const cycles = claim.cycles ?? 8;
  const same = registers.map((name) => `\\gold.${name} \\gate.${name}`);
  const start = same.map((pair) => `-set-at 1 ${pair}`);
  const claims = ["differ 0", "holds 1", ...same].map((what) => `-prove ${what}`);
  const proof = await sat(shared, [`-tempinduct -maxsteps ${cycles}`, ...start, ...claims]);
  if (/^Induction step proven: SUCCESS!$/m.test(proof)) return { kind: "proved" };
  return (
    refutation(await sat(apart, [`-tempinduct-baseonly -maxsteps ${cycles}`, ...start, "-prove differ 0"])) ?? {
      kind: "open",
      log: proof,
    }
  );
}

/** The log of Yosys's solver on module `proof` of a netlist, equal arithmetic of both sides merged. */
async function sat(netlist: string, options: readonly string[]): Promise<string> {
  const script = [
    "read_json netlist.json",
    "hierarchy -top proof",
    "opt_expr -full",
    "wreduce t:$mul",
    "opt_merge t:$*dff* %n",
    `sat ${options.join(" ")} -show-inputs proof`,
  ];
  return (await runScript(script, { "netlist.json": netlist })).log;
}

function refutation(log: string): Verdict | null {
  const end = /^SAT temporal induction proof finished - model found for base case: FAIL!$/m.exec(log);
  if (!end) return null;
  const [, cycle = "0"] = [...log.slice(0, end.index).matchAll(/^\[base case (\d+)\]/gm)].at(-1) ?? [];
  return { kind: "refuted", cycle: Number(cycle), trace: log.slice(end.index) };
}

/** Both sides on the same inputs, and `differ`. */
function proofText({ design, parameters = {}, onlyWhile = {} }: Claim, verilog: Verilog, isRelated: boolean): string {
  const ports = design.modules[design.top]?.ports ?? [];
  const inputs: string[] = [];
  const wires: string[] = [];
  const gate: string[] = [];
  const gold: string[] = [];
  const differences: string[] = [];
  for (const { identifier, direction, width, role } of verilog.ports) {
    const named = role.kind === "port" ? plainName(ports[role.port]?.name ?? "") : role.kind;
    const range = `[${width - 1}:0]`;
    if (direction === "in") {
      inputs.push(`input wire ${range} in_${named}`);
      gate.push(`.${identifier}(in_${named})`);
      gold.push(`.${named}(in_${named})`);
    } else {
      wires.push(`wire ${range} gate_${named}, gold_${named};`);
      gate.push(`.${identifier}(gate_${named})`);
      gold.push(`.${named}(gold_${named})`);
      const condition = onlyWhile[named];
      differences.push(`(gate_${named} != gold_${named}${condition ? ` && gold_${condition}` : ""})`);
    }
  }
  for (const needed of ["clock", "reset"])
    if (!gold.some((connection) => connection.startsWith(`.${needed}(`))) {
      inputs.push(`input wire in_${needed}`);
      gold.push(`.${needed}(in_${needed})`);
    }
  for (const condition of new Set(Object.values(onlyWhile)))
    if (!gold.some((connection) => connection.startsWith(`.${condition}(`))) {
      wires.push(`wire gold_${condition};`);
      gold.push(`.${condition}(gold_${condition})`);
    }
  const overrides = Object.entries(parameters).map(([name, value]) => `.${name}(${value})`);
  return [
    `module proof(${inputs.join(", ")}, output wire differ, output wire holds);`,
    ...wires,
    `${verilog.top} gate(${gate.join(", ")});`,
    `reference ${overrides.length > 0 ? `#(${overrides.join(", ")}) ` : ""}gold(${gold.join(", ")});`,
    isRelated ? "invariant relation(.holds(holds));" : "assign holds = 1'b1;",
    `assign differ = ${differences.join(" || ")};`,
    "endmodule",
    "",
  ].join("\n");
}

/** `enq[0].bits` as `enq_0_bits`. */
function plainName(name: string): string {
  return name.replace(/[.[\]]+/g, "_").replace(/_$/, "");
}
