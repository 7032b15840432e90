import fc from "fast-check";
import { netlists } from "../../sim/fuzz/netlists.fuzz.ts";
import { arbitraryHostileName } from "../../waves/hostile-name.fuzz.ts";
import type { Design, Format, Module, Source } from "../netlist/index.ts";

/** A random netlist of which every name, label, message and source file is hostile text, unique where it must be. */
export function hostileDesign(): fc.Arbitrary<Design> {
  const words = fc.array(fc.oneof(arbitraryHostileName, fc.constantFrom(...troublesome)), {
    minLength: 60,
    maxLength: 60,
  });
  return fc.tuple(netlists(), words).map(([{ design }, texts]) => renamed(design, texts));
}

const troublesome = [
  ...["clock", "reset", "Clock", "CLOCK", "always", "assign", "posedge", "logic", "register", "value_add"],
  ...["b0_Top", "$display", "endmodule;", "a\nendmodule", "*/ endmodule /*", "`endif", "\\x", "\u2028", "q\r"],
];

function renamed(design: Design, texts: readonly string[]): Design {
  let next = 0;
  const text = () => texts[next++ % texts.length] ?? "";
  const distinct = () => {
    const taken = new Set<string>();
    return () => {
      let name = text();
      while (taken.has(name)) name += `${taken.size}`;
      taken.add(name);
      return name;
    };
  };
  const moduleName = distinct();
  const source = (of: Source | null): Source | null => of && { ...of, file: text() };
  const format = (of: Format): Format =>
    of.kind === "uint" && next % 3 === 0 ? { kind: "enum", labels: [text(), text(), text()] } : of;

  const modules = design.modules.map((module): Module => {
    const name = distinct();
    const names = new Map<string, string>();
    const renamedAs = (old: string) => {
      const known = names.get(old);
      if (known !== undefined) return known;
      const fresh = name();
      names.set(old, fresh);
      return fresh;
    };
    return {
      ...module,
      name: moduleName(),
      domains: module.domains.map((domain) => ({ ...domain, name: renamedAs(domain.name) })),
      ports: module.ports.map((port) => ({ ...port, name: renamedAs(port.name) })),
      instances: module.instances.map((one) => ({ ...one, name: renamedAs(one.name), source: source(one.source) })),
      memories: module.memories.map((one) => ({ ...one, name: renamedAs(one.name), source: source(one.source) })),
      checks: module.checks.map((one) => ({ ...one, message: text(), source: source(one.source) })),
      names: module.names.map((one) => ({
        ...one,
        name: renamedAs(one.name),
        format: format(one.format),
        source: source(one.source) ?? { file: text(), line: 1, column: 1 },
      })),
      sources: module.sources.map((one) => ({ ...one, file: text() })),
      source: source(module.source) ?? { file: text(), line: 1, column: 1 },
    };
  });
  return { modules, top: design.top };
}
