import { DesignError } from "../netlist/index.ts";
import type { YosysModule } from "./yosys-netlist.ts";

type Modules = ReadonlyMap<string, YosysModule>;

/** The top module: the one of that name, else the marked one, else the only one that no other instantiates. */
export function topModule(modules: Modules, wanted?: string): YosysModule {
  const own = [...modules.values()].filter((module) => !module.blackBox);
  const listed = own
    .slice(0, 20)
    .map((module) => module.title.slice(0, 100))
    .join(", ");
  if (own.length === 0) throw new DesignError("the Yosys netlist has no module; read some Verilog first");
  if (wanted !== undefined) {
    const named = modules.get(wanted) ?? own.find((module) => module.title === wanted);
    if (!named) throw new DesignError(`the Yosys netlist has no module ${wanted}; it has ${listed}`);
    if (named.blackBox) throw new DesignError(`module ${wanted} is a black box without contents; read its Verilog`);
    return named;
  }
  const marked = own.filter((module) => module.top);
  const used = new Set(own.flatMap((module) => [...module.cells.values()].map((cell) => cell.type)));
  const candidates = marked.length > 0 ? marked : own.filter((module) => !used.has(module.name));
  const [only] = candidates;
  if (!only) throw new DesignError(`every module of the Yosys netlist is used by another; name the top (${listed})`);
  if (candidates.length > 1)
    throw new DesignError(`the Yosys netlist has several modules at the top; name one of them (${listed})`);
  return only;
}

/**
 * The modules below and at the top, each after those that it instantiates. Throws a DesignError for a module that
 * contains itself and for an instance of a black box.
 */
export function childrenFirst(modules: Modules, top: YosysModule): YosysModule[] {
  const ordered: YosysModule[] = [];
  const state = new Map<YosysModule, "open" | "done">([[top, "open"]]);
  const stack = [{ module: top, children: childrenOf(modules, top) }];
  for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
    const child = frame.children.pop();
    if (!child) {
      state.set(frame.module, "done");
      ordered.push(frame.module);
      stack.pop();
    } else if (state.get(child) === "open") {
      const path = stack.slice(-5).map(({ module }) => module.title.slice(0, 100));
      throw new DesignError(
        `module ${path.join(" > ")} contains ${child.title.slice(0, 100)}, and so itself; break the circle`,
      );
    } else if (!state.has(child)) {
      state.set(child, "open");
      stack.push({ module: child, children: childrenOf(modules, child) });
    }
  }
  return ordered;
}

function childrenOf(modules: Modules, module: YosysModule): YosysModule[] {
  const children = new Set<YosysModule>();
  for (const cell of module.cells.values()) {
    const child = modules.get(cell.type);
    if (!child) continue;
    if (child.blackBox)
      throw new DesignError(
        `${module.title}: cell ${cell.name} is an instance of the black box ${child.title}, which has no contents; read its Verilog`,
      );
    children.add(child);
  }
  return [...children];
}
