import picomatch from "picomatch";
import { WaveError } from "./wave-error.ts";

/** Says whether a signal of this name, inside scopes of these names from the top down, is meant. */
export type PathMatcher = (scopes: readonly string[], name: string) => boolean;

/**
 * A test of dotted signal paths against a glob. `*` stands for any part of one segment, `**` for any number of
 * segments, `?` for one character, `{a,b}` for either. Brackets are ordinary characters: `array.pe[0][1].*` and
 * `array.pe[*][1].**` mean what they look like. A path matches as it stands or without its first segment (the top),
 * and a signal's own name, `enq.bits`, also matches as one segment.
 * @throws WaveError for an empty pattern or one of more than 4,096 characters
 */
export function pathGlob(pattern: string): PathMatcher {
  if (pattern === "") throw new WaveError("an empty signal pattern selects nothing; write ** for all signals");
  if (pattern.length > longest)
    throw new WaveError(`a signal pattern of ${pattern.length} characters; at most ${longest} are understood`);
  const matches = picomatch(segments(literally(pattern)), {
    dot: true,
    nonegate: true,
    noextglob: true,
    strictSlashes: true,
    windows: false,
  });
  return (scopes, name) => {
    const scope = scopes.map(segments);
    const own = [segments(name), name.replaceAll("/", slash)];
    return [scope, scope.slice(1)].some((path) => own.some((last) => matches([...path, last].join("/"))));
  };
}

const longest = 4096;
const slash = "\u0001";

function segments(path: string): string {
  return path.replaceAll("/", slash).replaceAll(".", "/");
}

function literally(pattern: string): string {
  return pattern.replace(/[[\]()\\!+@|^$]/g, "\\$&");
}
