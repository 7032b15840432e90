/** The vector unit: arithmetic on rows, requantisation, reductions, pooling. */
export { VectorCommand, VectorStep } from "./command.ts";
export { LaneArithmetic, TableIndex } from "./lane-arithmetic.ts";
export { ParameterMemory, ParameterWrite, parameterRows } from "./parameter-memory.ts";
export { Reciprocal } from "./reciprocal.ts";
export { Requantiser, Scale } from "./requantiser.ts";
export { TableWrite, tableEntries, VectorCompute } from "./vector-compute.ts";
export { VectorIssue } from "./vector-issue.ts";
export { VectorUnit } from "./vector-unit.ts";
export { VectorWalk } from "./vector-walk.ts";
