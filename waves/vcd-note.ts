import type { TraceFormat } from "./trace.ts";

/**
 * What a VCD cannot say about a signal, kept in `$comment`s that other readers skip: the name that the designer gave,
 * and how the value is shown. Fields are separated by single spaces:
 *
 *     $comment systole enum 0 ["Idle","Run"] $end        a table of labels, ahead of the first scope
 *     $comment systole scope "pe[2][3]" $end             the name of the scope just opened
 *     $comment systole signal sint "acts[3]" $end        the format and name of the variable just declared
 *     $comment systole signal enum:0 "state" $end
 */
export type VcdNote =
  | { readonly kind: "enum"; readonly table: number; readonly labels: readonly string[] }
  | { readonly kind: "scope"; readonly name: string }
  | { readonly kind: "signal"; readonly format: NotedFormat; readonly name: string };

export type NotedFormat = "bool" | "uint" | "sint" | { readonly table: number };

/** What is assumed of a variable without a note. */
export function defaultFormat(width: number): TraceFormat {
  return { kind: width === 1 ? "bool" : "uint" };
}

const mark = "systole";
/** Some readers hold a command in 4,096 bytes. */
const longest = 3500;

/** One line without its newline, or null where the note would be too long for other readers. */
export function noteLine(note: VcdNote): string | null {
  const line = `$comment ${[mark, ...fields(note)].join(" ")} $end`;
  return line.length > longest ? null : line;
}

function fields(note: VcdNote): string[] {
  switch (note.kind) {
    case "enum":
      return ["enum", String(note.table), quoted(note.labels)];
    case "scope":
      return ["scope", quoted(note.name)];
    case "signal": {
      const format = typeof note.format === "string" ? note.format : `enum:${note.format.table}`;
      return ["signal", format, quoted(note.name)];
    }
  }
}

/** JSON in printable ASCII without spaces or `$`. */
function quoted(value: string | readonly string[]): string {
  return JSON.stringify(value).replace(
    /[^!-#%-~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The note in the text between `$comment` and `$end`; null for any other comment. */
export function parseNote(comment: string): VcdNote | null {
  const [by, kind, first = "", second = "", ...more] = comment.trim().split(/\s+/);
  if (by !== mark || more.length > 0) return null;
  if (kind === "scope") {
    const name = parsed(first);
    return typeof name === "string" ? { kind, name } : null;
  }
  if (kind === "enum") {
    const labels = parsed(second);
    const isTable =
      /^\d{1,9}$/.test(first) && Array.isArray(labels) && labels.every((label) => typeof label === "string");
    return isTable ? { kind, table: Number(first), labels } : null;
  }
  if (kind === "signal") {
    const name = parsed(second);
    const format = parsedFormat(first);
    return typeof name === "string" && format !== null ? { kind, format, name } : null;
  }
  return null;
}

function parsedFormat(text: string): NotedFormat | null {
  if (text === "bool" || text === "uint" || text === "sint") return text;
  const table = /^enum:(\d{1,9})$/.exec(text)?.[1];
  return table === undefined ? null : { table: Number(table) };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
