import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { closest } from "fastest-levenshtein";
import { blocks, buildBlock } from "../hdl/catalogue/index.ts";
import type { AnyModule, Block, Design } from "../hdl/index.ts";
import { elaborate } from "../hdl/lang/index.ts";
import { DesignError } from "../hdl/netlist/index.ts";
import { InputError } from "../testbench/input-error.ts";
import { importUserFile, unlessStuck, userFileError } from "./user-file.ts";

/** What is asked for on the command line, elaborated. */
export interface ChosenDesign {
  readonly design: Design;
  /** The block's or the export's name. */
  readonly name: string;
}

const sourceFile = /\.[cm]?[jt]sx?$/i;

/**
 * Elaborates a block of the catalogue (`PeArray`) or a module that a user's file exports (`./my-block.ts#MyBlock`; the
 * export can be left out where there is one module alone). An exported function is called with one object of the values
 * and returns the module.
 * @throws InputError for a block, file, export or value that is none; DesignError for a design error
 */
export async function chooseDesign(target: string, values: Readonly<Record<string, number>>): Promise<ChosenDesign> {
  const hash = isFile(target) ? -1 : target.lastIndexOf("#");
  const path = hash < 0 ? target : target.slice(0, hash);
  const exportName = hash < 0 ? null : target.slice(hash + 1);
  if (hash >= 0 || sourceFile.test(path) || /[\\/]/.test(path)) return fromFile(path, exportName, values);
  const block = blocks.find(({ name }) => name === target);
  if (!block) throw new InputError(unknownBlock(target));
  return { design: elaborate(built(block, values)), name: block.name };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function built(block: Block, values: Readonly<Record<string, number>>): AnyModule {
  try {
    return buildBlock(block, values);
  } catch (error) {
    if (error instanceof DesignError || error instanceof RangeError)
      throw new InputError(`--set: ${error.message}`, { cause: error });
    throw error;
  }
}

function unknownBlock(target: string): string {
  const lower = target.toLowerCase();
  const names = blocks.map(({ name }) => name);
  const nearest = names.find((name) => name.toLowerCase() === lower) ?? closest(target, names);
  return `there is no block ${target}; did you mean ${nearest}? systole list shows all; a file is given as ./file.ts#Export`;
}

async function fromFile(
  path: string,
  exportName: string | null,
  values: Readonly<Record<string, number>>,
): Promise<ChosenDesign> {
  if (!sourceFile.test(path)) throw new InputError(`${path}: give a .ts, .js or .mjs file that exports a module`);
  if (!isFile(path))
    throw new InputError(`${path}: ${existsSync(path) ? "not a file" : "no such file"}; check the path`);
  const full = resolve(path);
  const exports = await importUserFile(full);
  const name = exportName ?? onlyModule(path, exports);
  if (!(name in exports)) throw new InputError(unknownExport(path, name, exports));
  const exported = exports[name];
  const given = new GivenValues(values);
  try {
    const made = isModule(exported) ? exported : await unlessStuck(full, generated(`${path}#${name}`, exported, given));
    if (!("elaborate" in made["~core"]))
      throw new InputError(
        `${path}: imports a systole of another version than this one; install the same version there`,
      );
    const design = elaborate(made);
    given.rejectUnread(`${path}#${name}`, isModule(exported));
    return { design, name };
  } catch (error) {
    throw userFileError(full, error);
  }
}

/** The export that is meant where none is named. */
function onlyModule(path: string, exports: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(exports);
  const modules = entries.filter(([, value]) => isModule(value)).map(([name]) => name);
  const functions = entries
    .filter(([, value]) => typeof value === "function" && !isModule(value))
    .map(([name]) => name);
  const [only, ...more] = modules.length > 0 ? modules : functions;
  if (only === undefined)
    throw new InputError(`${path}: exports no module; export one: export const MyBlock = module("MyBlock", …)`);
  if (more.length > 0)
    throw new InputError(
      `${path}: exports ${[...modules, ...functions].join(", ")}; name one of them: ${path}#${only}`,
    );
  return only;
}

async function generated(what: string, exported: unknown, values: GivenValues): Promise<AnyModule> {
  if (typeof exported !== "function")
    throw new InputError(`${what} is ${kindOf(exported)}, not a module; export what module(…) returns`);
  if (exported.length > 1)
    throw new InputError(
      `${what} takes ${exported.length} parameters; a generator is called with one object, as ({ rows, cols }) => …`,
    );
  const made: unknown = await exported(values.object);
  if (!isModule(made))
    throw new InputError(`${what} returned ${kindOf(made)}, not a module; return what module(…) returns`);
  return made;
}

/** The values of `--set`, which remember what a generator asked them for. */
class GivenValues {
  private readonly read = new Set<string>();
  readonly object: Readonly<Record<string, number>>;

  constructor(private readonly values: Readonly<Record<string, number>>) {
    this.object = new Proxy(
      { ...values },
      {
        get: (target, key) => {
          if (typeof key === "string") this.read.add(key);
          return Reflect.get(target, key);
        },
      },
    );
  }

  /** @throws InputError where a value was given that nobody asked for */
  rejectUnread(what: string, isPlain: boolean): void {
    const unread = Object.keys(this.values).find((name) => !this.read.has(name));
    if (unread === undefined) return;
    if (isPlain) throw new InputError(`--set ${unread}: ${what} is a module without parameters; leave --set out`);
    const known = [...this.read].join(", ");
    throw new InputError(
      `--set ${unread}: ${what} does not read ${unread}; it reads ${known === "" ? "nothing" : known}`,
    );
  }
}

function isModule(value: unknown): value is AnyModule {
  if (typeof value !== "function" || !("~core" in value)) return false;
  return typeof value["~core"] === "object" && value["~core"] !== null;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function unknownExport(path: string, name: string, exports: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(exports);
  if (names.length === 0) return `${path}: exports nothing; export what module(…) returns`;
  return `${path}: does not export ${name}; did you mean ${closest(name, names)}? It exports ${names.join(", ")}`;
}
