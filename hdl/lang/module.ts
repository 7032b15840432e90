import {
  checkCrossings,
  checkLoops,
  type Module as Definition,
  type Design,
  DesignError,
  type Domain,
  deepFreeze,
  validate,
} from "../netlist/index.ts";
import {
  Builder,
  type BuiltInstance,
  currentBuilder,
  fail,
  rejectBareConditions,
  requireBuilder,
  withBuilder,
} from "./builder.ts";
import { expressionsFor, signalsOf } from "./connection.ts";
import { constant } from "./constant.ts";
import { definitionName, type ModuleCore } from "./core.ts";
import { Definitions } from "./definitions.ts";
import { type DomainOptions, implicitDomain } from "./domain.ts";
import type { Expression } from "./expression.ts";
import { finishModule } from "./finish.ts";
import { type Ports, portLeaves } from "./ports.ts";
import { resolveAssignments } from "./resolve.ts";
import { captureSite } from "./site.ts";
import { checkType, type None, type Type } from "./type.ts";
import type { Dynamic } from "./width.ts";

/** Whether a type flows forwards alone; one of which nothing is known is taken to. */
type OnlyForward<T extends Type> = 0 extends 1 & T["~bwd"] ? true : T["~bwd"] extends None ? true : false;
type Backs<P extends Ports> = {
  readonly [K in keyof P as OnlyForward<P[K]> extends true ? never : K]: P[K]["~bwd"];
};
type Forwards<P extends Ports> = { readonly [K in keyof P]: P[K]["~fwd"] };

/** What flows into a module: its inputs, and what flows backwards through its outputs. */
export type Reads<I extends Ports, O extends Ports> = Forwards<I> & Backs<O>;
/** What flows out of a module: its outputs, and what flows backwards through its inputs. */
export type Drives<I extends Ports, O extends Ports> = Forwards<O> & Backs<I>;

/** A module: call it in another module's body to instantiate it. Every input is required. */
export interface Module<I extends Ports, O extends Ports> {
  (io: Reads<I, O>): Drives<I, O>;
  readonly moduleName: string;
  readonly ports: { readonly in: I; readonly out: O };
  readonly "~core": ModuleCore;
}

// biome-ignore lint/suspicious/noExplicitAny: ports unknown to the checker, as for a list of modules of all kinds
export type AnyModule = Module<any, any>;

export interface ModuleSpec<I extends Ports, O extends Ports> {
  /** What the generator was called with; only names the definition. */
  readonly params?: Readonly<Record<string, unknown>>;
  readonly in: I;
  readonly out: O;
}

/**
 * Describes a module: a function from everything that flows in to everything that flows out. The body runs when the
 * module is elaborated, once for all its instances.
 */
export function module<I extends Ports, O extends Ports>(
  name: string,
  spec: ModuleSpec<I, O>,
  body: (io: Reads<I, O>) => Drives<I, O>,
): Module<I, O> {
  return makeModule("module", name, spec, spec.params ?? {}, body, null);
}

/**
 * A module that is written elsewhere, in Verilog: only its ports and parameters are known here. `model`, a body like
 * any module's, stands for it in simulation; the emitted Verilog instantiates the name with the parameters alone.
 */
export function blackBox<I extends Ports, O extends Ports>(
  name: string,
  spec: { readonly parameters?: Readonly<Record<string, number | string>>; readonly in: I; readonly out: O },
  model?: (io: Reads<I, O>) => Drives<I, O>,
): Module<I, O> {
  return makeModule("blackBox", name, spec, {}, model ?? null, { parameters: spec.parameters ?? {} });
}

/** An instance whose inputs are bound later, for topologies that go round: read `out`, then assign `in` once. */
export interface Instance<I extends Ports, O extends Ports> {
  readonly out: Drives<I, O>;
  get in(): unknown;
  set in(io: Reads<I, O>);
}

/** Instantiates a module before its inputs are known. Every instance's `in` must be assigned once. */
export function inst<I extends Ports, O extends Ports>(
  of: Module<I, O>,
  options: { readonly name?: string } = {},
): Instance<I, O> {
  const { built, out } = instantiate("inst", of["~core"], options.name ?? null);
  return {
    out,
    get in() {
      return fail("", ".in of an instance is read", ".in can only be assigned; read .out");
    },
    set in(io) {
      bind("", of["~core"], built, io);
    },
  };
}

/**
 * Elaborates a module and everything below it into a frozen netlist. Throws a DesignError for anything that is not
 * hardware: undriven wires, loops, crossings, mismatches that only this call can see.
 *
 * A module that another copy of the language made (a global command line and a local package, sources and a build) is
 * elaborated by that copy.
 */
export function elaborate(top: AnyModule, options: { readonly clock?: DomainOptions } = {}): Design {
  if (!ownCores.has(top["~core"])) return elaborateElsewhere(top["~core"], options);
  if (currentBuilder())
    fail("elaborate", "elaborate is called inside a module's body", "call the module to instantiate it");
  const definitions = new Definitions();
  const outer = active;
  active = definitions;
  try {
    const core = top["~core"];
    const index = define(core, { ...implicitDomain, ...options.clock }, core.moduleName);
    const design = definitions.design(index);
    validate(design);
    checkLoops(design);
    checkCrossings(design);
    return deepFreeze(design);
  } finally {
    active = outer;
  }
}

let active: Definitions | null = null;
/** The modules that this copy of the language made. */
const ownCores = new WeakSet<ModuleCore>();

function elaborateElsewhere(core: ModuleCore, options: { readonly clock?: DomainOptions }): Design {
  try {
    return core.elaborate(options);
  } catch (error) {
    if (error instanceof Error && error.name === "DesignError") throw new DesignError(error.message, { cause: error });
    throw error;
  }
}

function makeModule<I extends Ports, O extends Ports>(
  callee: string,
  name: string,
  { in: inputs, out: outputs }: { readonly in: I; readonly out: O },
  params: Readonly<Record<string, unknown>>,
  body: ((io: Reads<I, O>) => Drives<I, O>) | null,
  box: ModuleCore["blackBox"],
): Module<I, O> {
  for (const [side, ports] of [["input", inputs] as const, ["output", outputs] as const])
    for (const [key, type] of Object.entries(ports)) checkType(type, `the ${side} ${key} of module ${name}`);
  const core: ModuleCore = {
    moduleName: name,
    definitionName: definitionName(name, params),
    inputs,
    outputs,
    leaves: portLeaves(inputs, outputs),
    body,
    blackBox: box,
    site: captureSite(callee),
    elaborate: (options) => elaborate(made, options),
  };
  ownCores.add(core);
  const instantiateHere = (io: Reads<I, O>): Drives<I, O> => {
    const { built, out } = instantiate("", core, null);
    bind("", core, built, io);
    return out;
  };
  const made = Object.assign(instantiateHere, {
    moduleName: name,
    ports: { in: inputs, out: outputs },
    "~core": core,
  });
  return made;
}

function define(core: ModuleCore, clock: Domain, path: string): number {
  const definitions = active;
  if (!definitions) throw new DesignError(`${core.moduleName} is instantiated outside elaborate`);
  return definitions.index(core, clock, path, () => build(core, clock, path));
}

function build(core: ModuleCore, clock: Domain, path: string): Definition {
  const builder = new Builder(core.moduleName, path, { ...clock, name: implicitDomain.name });
  return withBuilder(builder, () => {
    const inputs = new Map<string, Expression>();
    for (const leaf of core.leaves) {
      if (leaf.direction === "out") continue;
      const site = core.site && { ...core.site, source: core.site.property(leaf.key) };
      const { name: port, width, format } = leaf;
      inputs.set(port, builder.add({ operation: { kind: "input", name: port }, width, site, format }));
    }
    const io = signalsOf(core, "in", (name) => inputs.get(name));
    const returned = core.body ? core.body(io) : null;
    const outputs = core.body ? outputsOf(core, returned) : undefinedOutputs(core);
    rejectBareConditions(builder, core.site, signalNames(core, builder));
    resolveAssignments(builder);
    const blackBox = core.blackBox && { parameters: core.blackBox.parameters, modelled: core.body !== null };
    return finishModule({
      builder,
      name: core.definitionName,
      leaves: core.leaves,
      inputs,
      outputs,
      blackBox,
      site: core.site,
    });
  });
}

function signalNames(core: ModuleCore, builder: Builder): Set<string> {
  const names = new Set([...Object.keys(core.inputs), ...Object.keys(core.outputs)]);
  for (const { site } of builder.expressions) if (site?.name) names.add(site.name);
  return names;
}

function outputsOf(core: ModuleCore, returned: unknown): Map<string, Expression> {
  if (typeof returned !== "object" || returned === null)
    return fail(
      "module",
      `the body of ${core.moduleName} returns ${String(returned)}`,
      "return an object with every output",
    );
  return expressionsFor("module", core, "out", returned, "the output", core.site);
}

function undefinedOutputs(core: ModuleCore): Map<string, Expression> {
  const outputs = core.leaves.filter((leaf) => leaf.direction === "out");
  return new Map(outputs.map((leaf) => [leaf.name, constant("blackBox", 0, leaf.width, false, "an output")]));
}

function instantiate(
  callee: string,
  core: ModuleCore,
  givenName: string | null,
): { built: BuiltInstance; out: Dynamic } {
  const builder = requireBuilder(callee === "" ? core.moduleName : callee);
  const site = captureSite(callee);
  const clock = builder.domains[builder.domain] ?? implicitDomain;
  const name = givenName ?? site?.name ?? site?.enclosing ?? core.moduleName;
  const definition = define(core, clock, `${builder.path}.${name}`);
  const child = active?.modules[definition];
  if (!child) throw new RangeError(`module ${core.moduleName} has no definition`);
  const domains = child.domains.map((domain, i) => (i === 0 ? builder.domain : builder.domainIndex(domain)));
  const outputs = new Map<string, Expression>();
  const built: BuiltInstance = {
    owner: builder,
    definition,
    site,
    givenName,
    module: child,
    inputs: null,
    domains,
    outputs,
  };
  builder.instances.push(built);
  for (const leaf of core.leaves) {
    if (leaf.direction === "in") continue;
    const { name: port, width, format } = leaf;
    outputs.set(port, builder.add({ operation: { kind: "instOut", instance: built, port }, width, site, format }));
  }
  return { built, out: signalsOf(core, "out", (leaf) => outputs.get(leaf)) };
}

function bind(callee: string, core: ModuleCore, built: BuiltInstance, io: unknown): void {
  const builder = requireBuilder(core.moduleName);
  if (built.inputs) fail(callee, `the inputs of an instance of ${core.moduleName} are bound twice`, "assign .in once");
  if (built.owner !== builder)
    fail(callee, `an instance of ${core.moduleName} is bound in another module`, "bind it in the body that made it");
  built.inputs = expressionsFor(callee, core, "in", io, `${core.moduleName}'s input`);
}
