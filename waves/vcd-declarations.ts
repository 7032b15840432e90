import type { TraceFormat } from "./trace.ts";
import { defaultFormat, parseNote, type VcdNote } from "./vcd-note.ts";
import type { WaveError } from "./wave-error.ts";

/** A variable of a VCD. */
export interface VcdSignal {
  /** Names of the scopes around it from the top down, and its own, as the designer wrote them where the file says. */
  readonly scopes: readonly string[];
  readonly name: string;
  /** The same as the VCD has them. */
  readonly vcdScopes: readonly string[];
  readonly vcdName: string;
  readonly width: number;
  /** `wire`, `reg`, `integer`, `real`, `string` and so on. */
  readonly type: string;
  readonly format: TraceFormat;
  /** The identifier code, shared by aliases. */
  readonly code: string;
}

/** What a VCD declares ahead of its value changes. */
export interface VcdDeclarations {
  /** As written, without spaces: `1ns`; null where the file does not say. */
  readonly timescale: string | null;
  readonly version: string | null;
  readonly signals: readonly VcdSignal[];
}

interface OpenScope {
  readonly vcdScopes: readonly string[];
  readonly scopes: readonly string[];
}

/** Reads the declarations of a VCD from commands, each the words from `$…` up to but without `$end`. */
export class DeclarationReader {
  private readonly signals: VcdSignal[] = [];
  private readonly stack: OpenScope[] = [];
  private readonly labels = new Map<number, readonly string[]>();
  private timescale: string | null = null;
  private version: string | null = null;

  constructor(private readonly fail: (what: string) => WaveError) {}

  /** Says whether this was `$enddefinitions`. */
  command(keyword: string, words: readonly string[]): boolean {
    if (keyword === "$enddefinitions") return true;
    if (keyword === "$scope") this.openScope(words);
    else if (keyword === "$upscope") this.closeScope();
    else if (keyword === "$var") this.variable(words);
    else if (keyword === "$timescale") this.timescale = words.join("");
    else if (keyword === "$version") this.version = words.join(" ");
    else if (keyword === "$comment") this.note(parseNote(words.join(" ")));
    return false;
  }

  declarations(): VcdDeclarations {
    return { timescale: this.timescale, version: this.version, signals: this.signals };
  }

  private openScope(words: readonly string[]): void {
    const name = words.slice(1).join(" ");
    const { scopes, vcdScopes } = this.inside();
    this.stack.push({ scopes: [...scopes, name], vcdScopes: [...vcdScopes, name] });
  }

  private inside(): OpenScope {
    return this.stack.at(-1) ?? { scopes: [], vcdScopes: [] };
  }

  private closeScope(): void {
    if (this.stack.pop() === undefined) throw this.fail("an $upscope closes a scope that is not open");
  }

  private variable(words: readonly string[]): void {
    const [type = "", size = "", code = "", ...reference] = words;
    const width = Number(size);
    if (reference.length === 0 || !/^\d{1,9}$/.test(size) || (width === 0 && type !== "string"))
      throw this.fail(
        `"$var ${words.join(" ").slice(0, 60)}" is not a variable: it needs a type, a width, a code and a name`,
      );
    if (!/^[!-~]{1,64}$/.test(code)) throw this.fail(`the identifier code of ${reference.join("")} is malformed`);
    const name = withoutRange(reference.join(""), width);
    this.signals.push({
      ...this.inside(),
      name,
      vcdName: name,
      width,
      type,
      format: defaultFormat(width),
      code,
    });
  }

  private note(note: VcdNote | null): void {
    if (note === null) return;
    if (note.kind === "enum") this.labels.set(note.table, note.labels);
    if (note.kind === "scope") {
      const scope = this.stack.pop();
      if (scope) this.stack.push({ ...scope, scopes: [...scope.scopes.slice(0, -1), note.name] });
    }
    if (note.kind === "signal") {
      const signal = this.signals.pop();
      if (signal) this.signals.push({ ...signal, name: note.name, format: this.noted(note, signal) });
    }
  }

  private noted({ format }: VcdNote & { kind: "signal" }, signal: VcdSignal): TraceFormat {
    if (typeof format === "string") return { kind: format };
    const labels = this.labels.get(format.table);
    return labels === undefined ? signal.format : { kind: "enum", labels };
  }
}

/** `count[7:0]` of 8 bits is `count`; `acts[3]` and a part select stay as they are. */
function withoutRange(reference: string, width: number): string {
  const [, name = "", left = "", right = ""] = /^(.+)\[(\d+):(\d+)\]$/.exec(reference) ?? [];
  return name !== "" && Math.abs(Number(left) - Number(right)) + 1 === width ? name : reference;
}

/** The dotted path below the top, as globs see it: `array.pe[0][1].held`. */
export function signalPath(signal: VcdSignal): string {
  return [...signal.scopes.slice(1), signal.name].join(".");
}
