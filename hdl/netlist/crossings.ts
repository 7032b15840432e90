import { type Crossings, sampledBy, trace } from "./crossing-summary.ts";
import { type Design, DesignError, type DomainId, definition } from "./design.ts";
import { clockName, definitionPaths, formatLine } from "./label.ts";
import { summariesOf } from "./summary.ts";

/**
 * Checks that no register, synchronous memory read or memory write of one clock domain samples a value that depends,
 * within the cycle, on state of another domain, unless the value has passed a `cross` node. Instances are looked through
 * in both directions, each with the domains that it is connected to. An asynchronous memory read depends on its address
 * and on the domains that write the memory; a synchronous one on its own domain alone. The top's inputs are free.
 *
 * Throws a DesignError that names both registers, their clocks and lines.
 */
export function checkCrossings(design: Design): void {
  if (design.modules.every((module) => module.domains.length <= 1)) return;
  const summaries = summariesOf(design);
  const known: Crossings[] = [];
  design.modules.forEach((module, index) => {
    known.push(
      sampledBy(design, index, summaries, known, (sampler, operand, domain, foreign) => {
        const from = trace(design, index, operand, foreign, summaries, known);
        const clock = (of: DomainId): string => clockName(module, of);
        const path = definitionPaths(design)[index] ?? definition(design, index).name;
        throw new DesignError(
          `clock domain crossing in ${path}: ${from.label} (clock ${clock(foreign)}, ${formatLine(from.source)}) reaches ${sampler.label} (clock ${clock(domain)}, ${formatLine(sampler.source)}) without a synchroniser; use a synchroniser from hdl/lib, or cross(...) where it is known to be safe`,
        );
      }),
    );
  });
}
