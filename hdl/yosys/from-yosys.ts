import {
  checkLoops,
  type Design,
  DesignError,
  deepFreeze,
  type Module,
  removeDead,
  validate,
} from "../netlist/index.ts";
import type { ImportedModule } from "./instance-import.ts";
import type { JsonInput } from "./json-stream.ts";
import { finishModule } from "./module-finish.ts";
import { ModuleImport } from "./module-import.ts";
import { childrenFirst, topModule } from "./module-order.ts";
import { readYosysJson } from "./read-yosys.ts";
import { UndefinedTally } from "./undefined-tally.ts";
import type { YosysModule } from "./yosys-netlist.ts";

export interface YosysImportOptions {
  /** The top module; by default the one that Yosys marked, or the only one that no other instantiates. */
  readonly top?: string;
  /**
   * The input port that clocks the implicit domain 0, by its rising edge if it is used at both; by default the edge that
   * most registers have.
   */
  readonly clock?: string;
}

export interface YosysImport {
  readonly design: Design;
  /** One line each, such as how many undefined bits are read as 0. */
  readonly warnings: readonly string[];
  /** Clock inputs of the top, which are domains of the design instead of ports, and the names of the domains. */
  readonly clocks: readonly {
    readonly port: string;
    readonly rising: string | null;
    readonly falling: string | null;
  }[];
}

/** The most instances, and nodes in all of them together, that a design may elaborate to, and how deep they may nest. */
const mostInstances = 2 ** 20;
const mostNodes = 2 ** 27;
const mostDepth = 250;

/**
 * Reads a netlist of word-level (or gate-level) cells that Yosys wrote with `write_json` after `proc` and, where there
 * are memories, `memory -nomap`: https://yosyshq.readthedocs.io, "Internal cell library". Modules stay modules.
 *
 * Clock inputs become domains without reset, named after the port (`<port>_falling` for its falling edge). Resets are
 * ordinary inputs: an asynchronous one acts on the register's output at once and on what it loads, exact for pulses that
 * last over an edge. Registers and memories without `init` are undefined at power-on. `$ff` cells, which `clk2fflogic`
 * makes, are registers of a domain `clock` that steps at every cycle. Undefined bits (x) are 0, and so are division by
 * zero and reads out of range.
 *
 * Throws a DesignError that names the module, the cell and its source, and what to do in Yosys, for latches, tristate,
 * gated and derived clocks, black boxes and unknown cells, for nets with no or several drivers, and for a file that is
 * damaged (with its line).
 */
export async function fromYosys(json: JsonInput, options: YosysImportOptions = {}): Promise<YosysImport> {
  const file = await readYosysJson(json);
  const top = topModule(file, options.top);
  const tally = new UndefinedTally();
  const done = new Map<string, ImportedModule>();
  const modules: Module[] = [];
  const names = new Set<string>();
  for (const module of childrenFirst(file, top)) {
    const build = new ModuleImport(module, done, tally);
    build.run();
    const isTop = module === top;
    const firstDomain = isTop ? chooseDomain(build, options.clock) : 0;
    const imported = finishModule(build, { name: freeName(module, names), index: modules.length, firstDomain });
    checkSize(module, imported);
    done.set(module.name, imported);
    modules.push(imported.module);
  }
  const all: Design = { modules, top: modules.length - 1 };
  validate(all);
  const design = removeDead(all, { keepNames: true });
  checkLoops(design);
  const warning = tally.warning();
  return {
    design: deepFreeze(design),
    warnings: warning === null ? [] : [warning],
    clocks: clocksOf(done.get(top.name), design),
  };
}

/** The module's name in Verilog, numbered where several specialisations share it. */
function freeName(module: YosysModule, names: Set<string>): string {
  let name = module.title;
  for (let n = 2; names.has(name); n++) name = `${module.title}_${n}`;
  names.add(name);
  return name;
}

function checkSize(module: YosysModule, { instances, nodes, depth }: ImportedModule): void {
  const what = `${module.title.slice(0, 200)}: the hierarchy below it`;
  if (depth > mostDepth) throw new DesignError(`${what} nests ${depth} deep, at most ${mostDepth} can be; flatten it`);
  if (instances > mostInstances)
    throw new DesignError(
      `${what} has ${instances} instances, at most ${mostInstances} can be elaborated; make it smaller`,
    );
  if (nodes > mostNodes)
    throw new DesignError(`${what} has ${nodes} nodes, at most ${mostNodes} can be elaborated; make it smaller`);
}

function chooseDomain({ domains, module }: ModuleImport, clock: string | undefined): number {
  const { all } = domains;
  const candidates = [...all.keys()].filter((id) => clock === undefined || all[id]?.port === clock);
  if (clock !== undefined && candidates.length === 0) {
    const ports = [...new Set(all.map(({ port }) => port))].filter((port) => port !== null);
    const known = ports.length === 0 ? "none" : ports.join(", ");
    throw new DesignError(`${module.title}: input ${clock} clocks nothing; its clocks are: ${known}`);
  }
  if (clock !== undefined) return candidates.find((id) => all[id]?.edge === "rising") ?? candidates[0] ?? 0;
  const count = (id: number): number => all[id]?.registers ?? 0;
  return candidates.reduce((best, id) => (count(id) > count(best) ? id : best), candidates[0] ?? 0);
}

function clocksOf(top: ImportedModule | undefined, design: Design): YosysImport["clocks"] {
  const names = design.modules[design.top]?.domains ?? [];
  const clocks = new Map<string, { port: string; rising: string | null; falling: string | null }>();
  top?.domains.forEach(({ port, edge }, index) => {
    if (port === null) return;
    const clock = clocks.get(port) ?? { port, rising: null, falling: null };
    clock[edge] = names[index]?.name ?? null;
    clocks.set(port, clock);
  });
  return [...clocks.values()];
}
