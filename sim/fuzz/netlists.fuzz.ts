import type fc from "fast-check";
import type { Check, Design, Domain, Module } from "../../hdl/netlist/index.ts";
import type { Clock } from "../engine.ts";
import { largeShapes, placeInstances, type Shapes, smallShapes } from "./instance-array.fuzz.ts";
import { addMemory, addRead, addSyncRead, addWrite } from "./random-memory.fuzz.ts";
import {
  type Choose,
  constantValue,
  type Finished,
  type Follow,
  RandomModule,
  type Reach,
} from "./random-module.fuzz.ts";
import { arrayRecipes, type ModuleRecipe, type Recipe, recipes, type Step } from "./recipe.fuzz.ts";
import { renumber, shuffledIds } from "./renumber.fuzz.ts";

/** A random design, the clocks to run it with, and what of the netlist's possibilities it makes use of. */
export interface RandomDesign {
  readonly design: Design;
  readonly clocks: Readonly<Record<string, Clock>>;
  readonly features: ReadonlySet<string>;
}

/** Bounds on what is made of a recipe. */
interface Extent {
  /** Nodes of a module with all instances below it, at most about. */
  readonly largest: number;
  readonly shapes: Shapes;
}

/** Valid designs of up to four modules on up to three levels, with up to three clock domains. */
export function netlists(): fc.Arbitrary<RandomDesign> {
  return recipes.map((recipe) => realise(recipe, { largest: 250, shapes: smallShapes }));
}

/** Valid designs of large arrays of small elements. */
export function arrayNetlists(): fc.Arbitrary<RandomDesign> {
  return arrayRecipes.map((recipe) => realise(recipe, { largest: 2500, shapes: largeShapes }));
}

/** The design that a recipe stands for. */
function realise(recipe: Recipe, extent: Extent): RandomDesign {
  const features = new Set<string>();
  const domains: Domain[] = recipe.domains.map(({ edge, reset, polarity }, index) => {
    features.add(`domain: ${edge} edge`).add(`domain: ${reset} reset`);
    return { name: index === 0 ? "clock" : `clock${index}`, edge, reset, polarity };
  });
  if (domains.length > 1) features.add("several domains");
  const finished: Finished[] = [];
  recipe.modules.forEach((module, index) => {
    const isTop = index === recipe.modules.length - 1;
    const chosen = [...new Set(module.domains.map((domain) => domain % domains.length))];
    const own = isTop ? domains : chosen.flatMap((domain) => domains[domain] ?? []);
    finished.push(build(module, index, isTop ? "Top" : `Child${index}`, own, finished, features, extent));
  });
  const modules = finished.map(({ module }) => module);
  const clocks = recipe.domains.map(({ period, phase }, index) => [domains[index]?.name, { period, phase }] as const);
  for (const module of modules) for (const node of module.nodes) features.add(nodeFeature(module, node));
  return { design: { modules, top: modules.length - 1 }, clocks: Object.fromEntries(clocks), features };
}

/** Kind and class of width, by the widest of result and operand. */
function nodeFeature({ nodes }: Module, node: Module["nodes"][number]): string {
  const width = "a" in node ? Math.max(node.width, nodes[node.a]?.width ?? 0) : node.width;
  const name = node.kind === "reduce" ? `reduce ${node.op}` : node.kind;
  return `${name}, ${width <= 32 ? "to 32" : width <= 64 ? "to 64" : "above 64"} bits`;
}

function build(
  recipe: ModuleRecipe,
  index: number,
  name: string,
  domains: readonly Domain[],
  below: readonly Finished[],
  features: Set<string>,
  { largest, shapes }: Extent,
): Finished {
  const draft = new RandomModule(name, domains, features);
  recipe.inputs.forEach((width, position) => {
    draft.input(`in${position}`, width);
  });
  let size = 0;
  let depth = 0;
  recipe.steps.forEach((step, position) => {
    const label = `s${position}`;
    const choose = chooser(step);
    if (step.kind === "instance") {
      const placed = instance(draft, label, below, largest - size, shapes, choose);
      size += placed.size;
      depth = Math.max(depth, placed.depth);
      return;
    }
    const id = takeStep(draft, step, label, choose);
    if (id !== null && choose(4) !== 3) draft.call(id, label);
    if (id !== null && choose(8) === 7) draft.call(id, `${label}_again`);
  });
  if (!draft.ports.some(({ direction }) => direction === "out")) draft.output("last", draft.pick(0));
  const finished = draft.finish();
  const outputs = new Map<number, Record<Follow, Reach>>();
  draft.ports.forEach(({ direction, node }, port) => {
    const through = draft.reach(node, "through crossings");
    const upTo = draft.reach(node, "up to crossings");
    if (direction === "out") outputs.set(port, { "through crossings": through, "up to crossings": upTo });
  });
  const module = recipe.order === 0 ? finished : renumber(finished, shuffledIds(finished, recipe.order));
  if (recipe.order !== 0) features.add("operands in any order");
  return { index, module, size: size + module.nodes.length, depth, outputs };
}

function chooser({ choices }: Step): Choose {
  let next = 0;
  return (count) => (choices[next++ % choices.length] ?? 0) % count;
}

/** Places an array of some definition whose domains can be connected; the size and levels that it adds. */
function instance(
  draft: RandomModule,
  label: string,
  below: readonly Finished[],
  room: number,
  shapes: Shapes,
  choose: Choose,
): { size: number; depth: number } {
  const alike = (a: Domain, b: Domain) => a.edge === b.edge && a.reset === b.reset && a.polarity === b.polarity;
  const connections = ({ module }: Finished): number[][] =>
    module.domains.map((domain) => draft.domains.flatMap((own, index) => (alike(own, domain) ? [index] : [])));
  const fitting = below.filter(
    (child) => child.depth < 2 && child.size <= room && connections(child).every((candidates) => candidates.length > 0),
  );
  const child = fitting[choose(Math.max(1, fitting.length))];
  if (!child) return { size: 0, depth: 0 };
  const domains = connections(child).map((candidates) => candidates[choose(candidates.length)] ?? 0);
  const before = draft.instances.length;
  placeInstances(draft, label, child, domains, Math.floor(room / child.size), shapes, choose);
  const count = draft.instances[before]?.dims.reduce((product, size) => product * size, 1) ?? 1;
  return { size: count * child.size, depth: child.depth + 1 };
}

/** Adds what the step asks for; the node that it made, where it made one that is to be named. */
function takeStep(draft: RandomModule, step: Step, label: string, choose: Choose): number | null {
  const { kind, width } = step;
  switch (kind) {
    case "const":
      return draft.constant(width, constantValue(width, choose));
    case "input":
      draft.input(label, width);
      return null;
    case "output":
      draft.output(label, draft.pick(choose(65_536)));
      return null;
    case "not":
    case "cross":
    case "reduce": {
      const a = draft.operand(choose, width);
      if (kind !== "reduce") return draft.node({ kind, width, a });
      return draft.node({ kind, width: 1, a, op: (["and", "or", "xor"] as const)[choose(3)] ?? "xor" });
    }
    case "eq":
    case "ltu":
    case "lts":
      return draft.anyCompare(kind, width, choose);
    case "shl":
    case "shru":
    case "shrs":
      return draft.anyShift(kind, width, choose);
    case "mux": {
      const select = draft.operand(choose, 1);
      const a = draft.operand(choose, width);
      return draft.node({ kind, width, select, a, b: draft.operand(choose, width) });
    }
    case "case":
      return draft.anyCase(width, choose);
    case "cat":
      return draft.anyCat(choose);
    case "slice": {
      const a = draft.pick(choose(65_536));
      const own = draft.width(a);
      const part = Math.min(width, own);
      return draft.node({ kind, width: part, a, low: choose(own - part + 1) });
    }
    case "zext":
    case "sext": {
      const a = draft.pick(choose(65_536));
      return draft.node({ kind, width: Math.max(width, draft.width(a)), a });
    }
    case "reg":
      return register(draft, label, width, choose);
    case "holdingReg":
      return holdingRegister(draft, label, width, choose);
    case "delayLine":
      return delayLine(draft, label, width, choose);
    case "memory":
      return addMemory(draft, label, width, choose);
    case "memWrite":
      addWrite(draft, choose(Math.max(1, draft.memories.length)), choose);
      return null;
    case "memRead":
      return addRead(draft, choose(Math.max(1, draft.memories.length)), choose);
    case "memReadSync":
      return addSyncRead(draft, choose(Math.max(1, draft.memories.length)), choose);
    case "property":
      property(draft, label, choose);
      return null;
    case "falseLoop":
      return draft.falseLoop(width, choose);
    case "fields":
      return draft.anyFields(Math.min(width, 130), choose);
    case "instance":
      return null;
    default:
      return draft.anyBinary(kind, width, choose);
  }
}

function register(draft: RandomModule, label: string, width: number, choose: Choose): number {
  const domain = choose(draft.domains.length);
  const init = choose(3) === 2 ? null : constantValue(width, choose);
  draft.features.add(init === null ? "register without init" : "register with init");
  const named = choose(4) !== 3;
  const id = draft.node({ kind: "reg", width, domain, next: draft.nodes.length, init });
  if (named) draft.call(id, `${label}_reg`, "reg");
  draft.later(() => draft.set(id, { next: draft.sampled(choose, width, domain) }));
  return id;
}

/** A register that holds its value unless one or two conditions are met. */
function holdingRegister(draft: RandomModule, label: string, width: number, choose: Choose): number {
  const domain = choose(draft.domains.length);
  const id = draft.node({ kind: "reg", width, domain, next: draft.nodes.length, init: null });
  draft.call(id, `${label}_reg`, "reg");
  draft.features.add("register that holds");
  draft.later(() => {
    let next = draft.sampled(choose, width, domain);
    for (let conditions = 1 + choose(2); conditions > 0; conditions--) {
      const select = draft.sampled(choose, 1, domain);
      const [a, b] = choose(3) === 2 ? [id, next] : [next, id];
      next = draft.node({ kind: "mux", width, select, a, b });
    }
    draft.set(id, { next });
  });
  return id;
}

/** A few registers that copy one another; the last of them. */
function delayLine(draft: RandomModule, label: string, width: number, choose: Choose): number {
  const domain = choose(draft.domains.length);
  draft.features.add("delay line");
  const first = draft.nodes.length;
  const length = 2 + choose(6);
  for (let id = first; id < first + length; id++) {
    draft.node({
      kind: "reg",
      width,
      domain,
      next: id - 1,
      init: choose(2) === 0 ? null : constantValue(width, choose),
    });
    draft.call(id, `${label}_delay${id - first}`, "reg");
  }
  draft.later(() => draft.set(first, { next: draft.sampled(choose, width, domain) }));
  return first + length - 1;
}

/** A cover of anything, or a check or assumption that some value is not a certain one, which it rarely is. */
function property(draft: RandomModule, label: string, choose: Choose): void {
  const kind: Check["kind"] = (["cover", "check", "assume"] as const)[choose(3)] ?? "cover";
  const domain = choose(draft.domains.length);
  draft.features.add(kind);
  draft.later(() => {
    const enable = draft.sampled(choose, 1, domain);
    const check = { kind, enable, domain, message: label, source: null };
    if (kind === "cover") return draft.checks.push({ ...check, condition: draft.sampled(choose, 1, domain) });
    const width = 4 + choose(5);
    const a = draft.sampled(choose, width, domain);
    const equal = draft.node({ kind: "eq", width: 1, a, b: draft.constant(width, 1 + choose(15)) });
    return draft.checks.push({ ...check, condition: draft.not(equal) });
  });
}
