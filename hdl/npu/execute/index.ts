/** The execute unit: GEMMs from the scratchpad through the array into the accumulators. */
export { ArrayFeeder } from "./array-feeder.ts";
export { ExecuteIssue } from "./execute-issue.ts";
export { ExecuteUnit } from "./execute-unit.ts";
export { GemmCommand } from "./gemm.ts";
export { NestWalk } from "./nest-walk.ts";
export { ActivationWalk, ResultWalk, WeightWalk } from "./walks.ts";
