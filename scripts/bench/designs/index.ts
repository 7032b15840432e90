import type { AnyModule, Design } from "../../../hdl/index.ts";
import { InputError } from "../../../testbench/input-error.ts";
import { peArrayDrive } from "./pe-array-drive.ts";
import { picorv32 } from "./picorv32.ts";
import { plain, type Subject } from "./subject.ts";

/** A family of subjects that differ in size: `pe-array` with 16 is `pe-array-16`. */
interface Family {
  readonly name: string;
  /** The sizes that are measured where nothing else is asked for. */
  readonly sizes: readonly number[];
  readonly most: number;
  readonly of: (size: number) => Omit<Subject, "name">;
}

const families: readonly Family[] = [
  {
    name: "pe-array",
    sizes: [8, 16, 32, 64],
    most: 128,
    of: (size) => ({
      ...plain,
      title: `PE array ${size} × ${size}`,
      cells: size * size,
      design: async () => elaborated((await import("./pe-array.ts")).PeArrayBench(size)),
      bare: {
        design: async () => elaborated((await import("./pe-array.ts")).peArray(size)),
        testbench: async (engine) => {
          const { PeArrayTestbench } = await import("./pe-array-testbench.ts");
          return new PeArrayTestbench(engine, size);
        },
        drive: (port) => peArrayDrive(size, port),
      },
    }),
  },
  {
    name: "adder-chains",
    sizes: [16],
    most: 128,
    of: (size) => ({
      ...plain,
      title: `adder chains ${size} × ${size}`,
      cells: size * size,
      design: async () => elaborated((await import("./adder-chains.ts")).AdderChainsBench(size)),
    }),
  },
  {
    name: "matmul",
    sizes: [16],
    most: 128,
    of: (size) => ({
      ...plain,
      title: `matmul engine ${size} × ${size}`,
      design: async () => elaborated((await import("./matmul.ts")).MatmulBench(size)),
    }),
  },
  {
    name: "fifo",
    sizes: [64],
    most: 4096,
    of: (size) => ({
      ...plain,
      title: `pipeline of ${size} FIFOs`,
      design: async () => elaborated((await import("./fifo-pipeline.ts")).FifoPipelineBench(size)),
    }),
  },
  {
    name: "crossbar",
    sizes: [8],
    most: 10,
    of: (size) => ({
      ...plain,
      title: `crossbar ${size} × ${size}`,
      design: async () => elaborated((await import("./crossbar.ts")).CrossbarBench(size)),
    }),
  },
];

async function elaborated(module: AnyModule): Promise<Design> {
  const { elaborate } = await import("../../../hdl/index.ts");
  return elaborate(module);
}

/** Subjects of one size. */
const lone: Readonly<Record<string, Omit<Subject, "name">>> = {
  sha256: { ...plain, title: "SHA-256 core", design: async () => elaborated((await import("./hash.ts")).HashBench) },
  picorv32,
};

/** The names of all subjects that are measured where nothing else is asked for. */
export const subjectNames: readonly string[] = [
  ...families.flatMap(({ name, sizes }) => sizes.map((size) => `${name}-${size}`)),
  ...Object.keys(lone),
];

/**
 * The subject of a name such as `pe-array-16`, of any size that its family has.
 * @throws InputError for a name that is none
 */
export function subjectNamed(name: string): Subject {
  const one = Object.hasOwn(lone, name) ? lone[name] : undefined;
  if (one) return { name, ...one };
  const [, familyName, digits] = name.match(/^(.+)-(\d{1,4})$/) ?? [];
  const family = families.find((one) => one.name === familyName);
  const size = Number(digits);
  if (!family || size < 2 || size > family.most)
    throw new InputError(
      `--only ${name}: there is no such design; name some of ${subjectNames.join(", ")}, or another size of these`,
    );
  return { name, ...family.of(size) };
}
