import fc from "fast-check";
import type { Domain } from "../../hdl/netlist/index.ts";
import type { Clock } from "../engine.ts";

/** What one step adds to a module. The first is what shrinking tends to. */
const stepKinds = [
  "const",
  "input",
  "output",
  "not",
  "and",
  "or",
  "xor",
  "add",
  "sub",
  "mul",
  "divu",
  "divs",
  "remu",
  "rems",
  "eq",
  "ltu",
  "lts",
  "shl",
  "shru",
  "shrs",
  "mux",
  "case",
  "cat",
  "slice",
  "zext",
  "sext",
  "reduce",
  "cross",
  "reg",
  "holdingReg",
  "delayLine",
  "memory",
  "memWrite",
  "memRead",
  "memReadSync",
  "instance",
  "property",
  "falseLoop",
  "fields",
] as const;
export type StepKind = (typeof stepKinds)[number];

/** One step; its choices are taken modulo what there is to choose from, and come round again when they run out. */
export interface Step {
  readonly kind: StepKind;
  readonly width: number;
  readonly choices: readonly number[];
}

export interface ModuleRecipe {
  /** Which of the design's domains the module has. */
  readonly domains: readonly number[];
  /** Widths of the inputs that are there before the first step. */
  readonly inputs: readonly number[];
  readonly steps: readonly Step[];
  /** Seed of the order of the nodes; 0 leaves them as they were made. */
  readonly order: number;
}

/** All choices that a random design is made from: small independent numbers, so that shrinking them shrinks the design. */
export interface Recipe {
  readonly domains: readonly (Pick<Domain, "edge" | "reset" | "polarity"> & Clock)[];
  /** Children before parents; the last is the top. */
  readonly modules: readonly ModuleRecipe[];
}

/** Steps that everything else needs, and the rare ones that deserve more. */
const often: StepKind[] = [
  "input",
  "output",
  "output",
  "reg",
  "reg",
  "memory",
  "memory",
  "memReadSync",
  "property",
  "property",
  "instance",
  "instance",
  "instance",
  "instance",
];

/** 1 to 130 bits, mostly about the sizes of machine words; now and then far more. */
const widths = fc.oneof(
  { arbitrary: fc.constantFrom(1, 8, 16, 31, 32, 33, 63, 64, 65, 127, 128, 129, 130), weight: 15 },
  { arbitrary: fc.integer({ min: 1, max: 130 }), weight: 10 },
  { arbitrary: fc.integer({ min: 1, max: 6 }), weight: 5 },
  { arbitrary: fc.constantFrom(192, 256, 257, 1024), weight: 1 },
);

const steps: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...stepKinds, ...often),
  width: widths,
  choices: fc.array(fc.nat(65_535), { minLength: 0, maxLength: 12, size: "max" }),
});

const modules = (maxLength: number, step = steps): fc.Arbitrary<ModuleRecipe> =>
  fc.record({
    domains: fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }),
    inputs: fc.array(widths, { minLength: 1, maxLength: 4 }),
    steps: fc.array(step, { minLength: 1, maxLength, size: "max" }),
    order: fc.oneof(fc.constant(0), fc.nat(65_535)),
  });

const domains = fc.array(
  fc
    .record({
      edge: fc.constantFrom("rising", "falling"),
      reset: fc.constantFrom("sync", "async", "none"),
      polarity: fc.constantFrom("high", "low"),
      period: fc.constantFrom(10, 4, 6, 15),
      phase: fc.nat(14),
    })
    .map((domain) => ({ ...domain, phase: domain.phase % domain.period })),
  { minLength: 1, maxLength: 3 },
);

/** Recipes of up to four modules. Without bias to short arrays, which would leave few designs of any size. */
export const recipes: fc.Arbitrary<Recipe> = fc.noBias(
  fc.record({
    domains,
    modules: fc
      .tuple(fc.array(modules(12), { maxLength: 3, size: "max" }), modules(28))
      .map(([children, top]) => [...children, top]),
  }),
);

const laneWidths = fc.oneof(
  { arbitrary: fc.constantFrom(1, 1, 8, 16, 32, 64), weight: 4 },
  { arbitrary: fc.integer({ min: 1, max: 64 }), weight: 1 },
);

/** What elements of arrays consist of: registers, many of which hold, and what can be computed in lanes. */
const laneSteps: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(
    { arbitrary: fc.constantFrom<StepKind>("reg", "holdingReg", "output", "input"), weight: 2 },
    { arbitrary: fc.constantFrom<StepKind>("mux", "mux", "add", "mul", "eq", "ltu", "lts", "sext", "zext"), weight: 2 },
    {
      arbitrary: fc.constantFrom<StepKind>("not", "and", "or", "xor", "sub", "case", "cat", "slice", "reduce"),
      weight: 1,
    },
    { arbitrary: fc.constantFrom<StepKind>("shl", "shru", "shrs", "const", "divu", "memory", "memRead"), weight: 1 },
  ),
  width: laneWidths,
  choices: fc.array(fc.nat(65_535), { minLength: 0, maxLength: 12, size: "max" }),
});

const arraySteps: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(
    { arbitrary: fc.constant<StepKind>("instance"), weight: 2 },
    { arbitrary: fc.constantFrom<StepKind>("reg", "delayLine", "input", "output", "mux", "add"), weight: 3 },
  ),
  width: laneWidths,
  choices: fc.array(fc.nat(65_535), { minLength: 0, maxLength: 12, size: "max" }),
});

/** Recipes of arrays: one or two small elements, maybe an array of them as the element of another, and the top. */
export const arrayRecipes: fc.Arbitrary<Recipe> = fc.noBias(
  fc.record({
    domains,
    modules: fc
      .tuple(
        fc.array(modules(14, laneSteps), { minLength: 1, maxLength: 2 }),
        fc.array(modules(8, arraySteps), { maxLength: 1 }),
        modules(16, arraySteps),
      )
      .map(([elements, arrays, top]) => [...elements, ...arrays, top]),
  }),
);
