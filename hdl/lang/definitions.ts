import { contentOf, type Design, DesignError, type Domain, type Module } from "../netlist/index.ts";
import type { ModuleCore } from "./core.ts";

/**
 * The definitions of one design while it is elaborated. A body runs once for each module object and kind of clock;
 * modules that come out equal in structure and names are one definition, whatever generator calls made them.
 */
export class Definitions {
  readonly modules: Module[] = [];
  /** Definitions by their size: few are equal in that, and the content is looked at only where some are. */
  private readonly bySize = new Map<string, { readonly module: Module; readonly index: number; content?: string }[]>();
  private readonly byCore = new Map<ModuleCore, Map<string, number>>();
  private readonly names = new Set<string>();
  private readonly open = new Set<ModuleCore>();

  /** The index of a module's definition under a clock, elaborated by `build` when it is not known yet. */
  index(core: ModuleCore, clock: Domain, path: string, build: () => Module): number {
    const key = `${clock.edge} ${clock.reset} ${clock.polarity}`;
    const known = this.byCore.get(core)?.get(key);
    if (known !== undefined) return known;
    if (this.open.has(core))
      throw new DesignError(
        `[${path}] module ${core.moduleName} contains itself; end the recursion with a parameter that shrinks`,
      );
    this.open.add(core);
    try {
      const index = this.add(build());
      const clocks = this.byCore.get(core) ?? new Map<string, number>();
      this.byCore.set(core, clocks.set(key, index));
      return index;
    } finally {
      this.open.delete(core);
    }
  }

  design(top: number): Design {
    return { modules: this.modules, top };
  }

  private add(module: Module): number {
    const { nodes, names, instances, ports } = module;
    const size = `${module.name} ${nodes.length} ${names.length} ${instances.length} ${ports.length}`;
    const alike = this.bySize.get(size) ?? [];
    if (alike.length > 0) {
      const content = contentOf(module);
      for (const known of alike) known.content ??= contentOf(known.module);
      const equal = alike.find((known) => known.content === content);
      if (equal) return equal.index;
    }
    let { name } = module;
    for (let number = 2; this.names.has(name); number++) name = `${module.name}_${number}`;
    this.names.add(name);
    const index = this.modules.push({ ...module, name }) - 1;
    this.bySize.set(size, [...alike, { module, index }]);
    return index;
  }
}
